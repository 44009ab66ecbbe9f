"""Ended studies keep how many trials of each kind and state they have: a list of studies counts no trial of theirs.

The order of one state by loss needs no index of its own: only complete trials have a loss, and the others go by number.
"""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ENDED = ("stopped", "completed", "failed")


def upgrade() -> None:
    """Add the counts, fill them for studies that have ended, and drop the index."""
    op.add_column("studies", sa.Column("trial_counts", sa.JSON(), nullable=True))
    op.drop_index("ix_trials_study_id_state_loss_number", "trials")
    connection = op.get_bind()
    studies = sa.table("studies", sa.column("id"), sa.column("state"), sa.column("trial_counts", sa.JSON()))
    trials = sa.table("trials", *(sa.column(name) for name in ("study_id", "regularizer", "state")))
    found: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    grouped = (trials.c.study_id, trials.c.regularizer, trials.c.state)
    for study_id, kind, state, times in connection.execute(sa.select(*grouped, sa.func.count()).group_by(*grouped)):
        found[study_id].setdefault(kind, {})[state] = times
    ended = connection.execute(sa.select(studies.c.id).where(studies.c.state.in_(ENDED))).scalars().all()
    for study_id in ended:
        counts = sa.update(studies).where(studies.c.id == study_id).values(trial_counts=found.get(study_id, {}))
        connection.execute(counts)
