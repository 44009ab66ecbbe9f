"""Measures of contenders beside their scores, for a second objective and for constraints.

Stages from before have none, and no study from before asks for any.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add what a stage tells of its contenders besides."""
    op.add_column("final_stages", sa.Column("measures", sa.JSON(), nullable=True))
