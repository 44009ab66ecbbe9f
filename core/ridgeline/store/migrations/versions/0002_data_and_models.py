"""The user's own data and models: what is known of a table, its names, published models, what a study needs.

Databases of the first schema hold built-in data only.  Their stored studies are told in today's words here, once and
for all: this file must go on to mean what it means now, whatever becomes of the classes.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

IRIS_TWINS = {"setosa": 50, "versicolor": 50, "virginica": 49}
"""Two rows of iris are equal; every other built-in row is a unit of its own."""

old_datasets = sa.table(
    "datasets", sa.column("id"), sa.column("name"), sa.column("facts"), sa.column("created_at", sa.Float)
)
datasets = sa.table(
    "datasets",
    *(sa.column(name) for name in ("id", "source", "dataset", "rows", "columns", "bytes", "created_at")),
)
names = sa.table(
    "dataset_names",
    *(sa.column(name) for name in ("name", "dataset_id", "roles", "task", "counts", "created_at")),
)
studies = sa.table("studies", *(sa.column(name) for name in ("id", "spec", "resolved", "comparison")))


def upgrade() -> None:
    """Change the tables, then tell what they hold in today's words."""
    connection = op.get_bind()
    kept = connection.execute(sa.select(old_datasets)).all()
    op.create_table(
        "published_models",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("worker", sa.String(), nullable=False),
        sa.Column("published_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_published_models")),
    )
    op.drop_table("datasets")
    op.create_table(
        "datasets",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_datasets")),
    )
    op.create_table(
        "dataset_names",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("dataset_id", sa.String(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=True),
        sa.Column("task", sa.String(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_dataset_names_dataset_id_datasets")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dataset_names")),
    )
    op.create_index(
        op.f("ix_dataset_names_dataset_id_created_at_name"), "dataset_names", ["dataset_id", "created_at", "name"]
    )
    op.add_column("studies", sa.Column("needs", sa.String(), nullable=True))
    for row in kept:
        _keep(connection, row)
    for study in connection.execute(sa.select(studies)).all():
        resolved = _resolved(json.loads(study.resolved))
        connection.execute(
            sa.update(studies)
            .where(studies.c.id == study.id)
            .values(
                spec=json.dumps(_spec(json.loads(study.spec))),
                resolved=json.dumps(resolved),
                comparison=_comparison(resolved),
            )
        )


def _keep(connection: sa.Connection, row: Any) -> None:
    """A data set and its name, as far as the first schema knew it: entering the built-in ones tells the rest."""
    facts = json.loads(row.facts)
    told = _facts(facts)
    columns = [{"name": name, "type": "numeric"} for name in facts["features"]]
    kind = "numeric" if facts["class_counts"] is None else "categorical"
    columns.append({"name": facts["target"], "type": kind, "counts": facts["class_counts"]})
    dataset = {"id": row.id, "source": "built_in", "rows": facts["rows"], "bytes": 0, "columns": columns}
    connection.execute(
        sa.insert(datasets).values(
            id=row.id,
            source="built_in",
            dataset=json.dumps(dataset),
            rows=facts["rows"],
            columns=len(columns),
            bytes=0,
            created_at=row.created_at,
        )
    )
    connection.execute(
        sa.insert(names).values(
            name=row.name,
            dataset_id=row.id,
            roles=json.dumps(told["roles"]),
            task=told["task"],
            counts=json.dumps(told["counts"]),
            created_at=row.created_at,
        )
    )


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    classes = facts["class_counts"]
    units = IRIS_TWINS if facts["name"] == "iris" else classes
    return {
        "id": facts["id"],
        "name": facts["name"],
        "source": "built_in",
        "rows": facts["rows"],
        "roles": {"target": [facts["target"]], "group": None, "time": None, "weight": None, "exclude": []},
        "task": facts["task"],
        "features": len(facts["features"]),
        "inputs": {"numbers": len(facts["features"]), "categories": [], "shape": None},
        "counts": {
            "class_counts": classes,
            "class_units": units,
            "units": facts["rows"] if units is None else sum(units.values()),
            "groups": None,
        },
    }


def _resolved(study: dict[str, Any]) -> dict[str, Any]:
    """Folds of numbers were always dealt at random, though that was called stratified as well."""
    facts = _facts(study["dataset"])
    split = "shuffled" if facts["task"] == "regression" else "stratified"
    encoding = {"categories": "one_hot"} if study["model"]["kind"] == "mlp" else {}
    return study | {
        "dataset": facts,
        "model": study["model"] | encoding,
        "preparation": {"scaling": "standard", "imputation": "median"},
        "evaluation": study["evaluation"] | {"split": split},
        "training": study["training"] | {"class_weight": None},
        "plan": study["plan"] | {"one_evaluation_a_cohort": False},
    }


def _spec(spec: dict[str, Any]) -> dict[str, Any]:
    """There was one split, which every request named by default: today that is left to the data."""
    return spec | {"evaluation": spec["evaluation"] | {"split": None}}


def _comparison(study: dict[str, Any]) -> str:
    facts, evaluation = study["dataset"], study["evaluation"]
    told = [
        facts["id"],
        facts["roles"],
        facts["task"],
        study["objective"]["metric"],
        evaluation["folds"],
        evaluation["test_fraction"],
        evaluation["split"],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
