"""Ladders: what strengths of a kind, trained side by side after the final, say."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table; studies that have ended stay without until they are extended."""
    op.create_table(
        "ladders",
        sa.Column("study_id", sa.String(), nullable=False),
        sa.Column("regularizer", sa.String(), nullable=False),
        sa.Column("ladder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_ladders_study_id_studies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "regularizer", name=op.f("pk_ladders")),
    )
