"""Rungs have folds as well as epochs, and pruners say which of the two their rungs differ in.

Studies of before were compared after some epochs of all folds, and stay so.  Their epochs are counted model by model.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BY_EPOCHS = ("median", "successive_halving", "hyperband")


def upgrade() -> None:
    """Rewrite what was asked for and what was planned."""
    connection = op.get_bind()
    studies = sa.table("studies", *(sa.column(name) for name in ("id", "spec", "resolved", "epochs_done")))
    for study_id, asked, planned, epochs_done in connection.execute(sa.select(studies)).all():
        spec, resolved = json.loads(asked), json.loads(planned)
        evaluation = resolved["evaluation"]
        folds = evaluation["folds"] * evaluation["repeats"]
        spec["pruner"] = _as_asked(spec["pruner"])
        resolved["pruner"] = _by_epochs(resolved["pruner"])
        for bracket in resolved["plan"]["brackets"]:
            bracket["rungs"] = [{"epochs": epochs, "folds": folds} for epochs in bracket.pop("rungs_epochs")]
        values = {"spec": json.dumps(spec), "resolved": json.dumps(resolved), "epochs_done": epochs_done * folds}
        connection.execute(sa.update(studies).where(studies.c.id == study_id).values(values))


def _by_epochs(pruner: dict[str, Any]) -> dict[str, Any]:
    """As a study was carried."""
    if pruner["kind"] not in BY_EPOCHS:
        return pruner
    kept = {name: value for name, value in pruner.items() if name != "first_rung_epochs"}
    return {**kept, "resource": "epochs", "first_rung": pruner["first_rung_epochs"]}


def _as_asked(pruner: dict[str, Any]) -> dict[str, Any]:
    """Where no epochs were asked for, what it is by default today: so a request that comes again is known."""
    if pruner.get("first_rung_epochs") is None:
        return {name: value for name, value in pruner.items() if name != "first_rung_epochs"}
    return _by_epochs(pruner)
