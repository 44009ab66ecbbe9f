"""Made-up tables, and the facts that go with them."""

from collections.abc import Callable

import numpy as np
import pytest

from ridgeline.spec import DatasetFacts
from ridgeline.spec.metrics import Task
from ridgeline_worker.data import Table

Tables = Callable[..., tuple[Table, DatasetFacts]]


def _table(*, rows: int = 120, columns: int = 3, classes: int = 3, distinct: int | None = None, seed: int = 0):
    """Random rows, of which only so many are distinct; no classes: the target is a number."""
    draw = np.random.default_rng(seed)
    which = np.arange(rows) if distinct is None else draw.integers(distinct, size=rows)
    x = draw.normal(size=(rows, columns))[which]
    labels = np.arange(rows) % classes if classes else draw.normal(50.0, 20.0, size=rows)
    y = labels[which].astype(np.float64)
    task = {0: Task.REGRESSION, 2: Task.BINARY}.get(classes, Task.MULTICLASS)
    table = Table(x, y, task)
    facts = DatasetFacts(
        id=table.hash,
        name="made_up",
        rows=rows,
        features=tuple(f"x{column}" for column in range(columns)),
        target="y",
        task=task,
        class_counts={str(label): int((y == label).sum()) for label in range(classes)} if classes else None,
    )
    return table, facts


@pytest.fixture
def table_of() -> Tables:
    return _table
