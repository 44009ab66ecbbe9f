"""Writes the built-in sets, from the rows that scikit-learn ships, into the package."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn import datasets

import ridgeline.spec
from ridgeline.spec.datasets import NamedDataset, Roles, Source
from ridgeline.spec.facts import task_of
from ridgeline.tables.counting import count
from ridgeline.tables.keeping import Rows, store
from ridgeline.tables.limits import Limits

TARGETS = {
    "iris": "species",
    "wine": "cultivar",
    "breast_cancer": "diagnosis",
    "digits": "digit",
    "diabetes": "progression",
}
"""What is predicted, by data set."""
FOLDER = Path(__file__).parent / "built_in"
"""Where the stored tables lie."""
DESCRIPTION = Path(ridgeline.spec.__file__).parent / "built_in.json"
"""Where they are described."""
_SINCE = datetime(2026, 11, 23, tzinfo=UTC)


def write(folder: Path = FOLDER, description: Path = DESCRIPTION) -> None:
    """Write every table and the description of all; equal rows give equal files."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [named.model_dump(mode="json", exclude_defaults=True) for named in _all(folder)]
    description.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _all(folder: Path) -> Iterator[NamedDataset]:
    for name, target in TARGETS.items():
        path = folder / f"{name}.parquet"
        table, order, identity = _table(name, target)
        rows = Rows(table.schema, table.to_batches(), orders={target: order})
        dataset = store(rows, path, Limits(), dataset_id=identity, source=Source.BUILT_IN)
        roles = Roles(target=(target,))
        task = task_of(None, roles, dataset)
        counts = count(path, dataset, roles, task)
        yield NamedDataset(name=name, roles=roles, task=task, counts=counts, created_at=_SINCE, dataset=dataset)


def _table(name: str, target: str) -> tuple[Any, tuple[str, ...], str]:
    """The rows, the classes in their order, and the SHA-256 of features and targets as little-endian doubles."""
    bunch = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
    x, y = np.ascontiguousarray(bunch.data, dtype="<f8"), np.ascontiguousarray(bunch.target, dtype="<f8")
    identity = hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest()
    order = tuple(str(label) for label in getattr(bunch, "target_names", ()))
    columns = {str(feature): pa.array(values) for feature, values in zip(bunch.feature_names, x.T, strict=True)}
    columns[target] = pa.array([order[label] for label in bunch.target.tolist()]) if order else pa.array(y)
    return pa.table(columns), order, identity
