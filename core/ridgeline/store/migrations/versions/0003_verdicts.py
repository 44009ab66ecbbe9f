"""Verdicts: the stages of a final, what it came to, and how often a test part was scored.

Studies from before ask for what a request asks for by default today: a final of ten repeats.  Those that have ended
stay without a verdict until they are extended.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

FINAL = {"final_repeats": 10, "min_gain": None}

studies = sa.table("studies", *(sa.column(name) for name in ("id", "spec", "resolved")))


def upgrade() -> None:
    """Add the tables and what a study says of its final."""
    connection = op.get_bind()
    op.create_table(
        "final_stages",
        sa.Column("study_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("predictions", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_final_stages_study_id_studies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", "stage", name=op.f("pk_final_stages")),
    )
    op.create_table(
        "verdicts",
        sa.Column("study_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["study_id"], ["studies.id"], name=op.f("fk_verdicts_study_id_studies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("study_id", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "test_parts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_test_parts")),
    )
    op.add_column("studies", sa.Column("search_ended_by", sa.String(), nullable=True))
    op.add_column("studies", sa.Column("final", sa.JSON(), nullable=True))
    for row in connection.execute(sa.select(studies)).all():
        told = {name: json.loads(getattr(row, name)) for name in ("spec", "resolved")}
        for study in told.values():
            study["evaluation"] |= FINAL
        connection.execute(
            sa.update(studies)
            .where(studies.c.id == row.id)
            .values(**{name: json.dumps(study) for name, study in told.items()})
        )
