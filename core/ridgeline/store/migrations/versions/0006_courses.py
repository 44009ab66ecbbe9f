"""How training went in the final: scores on the way, and on the rows that models were trained on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column; stages from before have nothing in it."""
    op.add_column("final_stages", sa.Column("courses", sa.Text(), nullable=True))
