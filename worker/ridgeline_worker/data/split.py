"""Which rows train, validate and test.  Rows with equal features always stay together."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from ridgeline.spec.facts import DatasetFacts
from ridgeline_worker.data.table import Table

Rows = Int[np.ndarray, "rows"]


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of a data set."""

    search: Int[np.ndarray, "search"]
    """Rows that trials train on and are validated with."""
    test: Int[np.ndarray, "test"]
    """Rows that no trial ever sees."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows of a fold, as positions in the table."""

    train: Int[np.ndarray, "train"]
    validation: Int[np.ndarray, "validation"]


def parts(table: Table, facts: DatasetFacts, test_fraction: float) -> Parts:
    """Set the test part aside, with the class shares of the whole.

    A function of the data, the target and the fraction, never of a study's seed: no other study trains on it.
    """
    told = json.dumps([facts.id, facts.target, test_fraction]).encode()
    seed = int.from_bytes(hashlib.sha256(told).digest()[:4], "little")
    units = _Units(table, np.arange(len(table.y)))
    search, test = train_test_split(
        np.arange(len(units.labels)), test_size=test_fraction, random_state=seed, stratify=units.strata
    )
    return Parts(units.rows(search), units.rows(test))


def folds(table: Table, search: Int[np.ndarray, "search"], count: int, seed: int, repeat: int) -> tuple[Fold, ...]:
    """Deal the search rows to folds, with the class shares of the whole; each repeat deals anew."""
    state = int(np.random.SeedSequence(seed, spawn_key=(repeat,)).generate_state(1)[0])
    units = _Units(table, search)
    kind: Any = KFold if units.strata is None else StratifiedKFold
    dealt = kind(count, shuffle=True, random_state=state).split(units.labels, units.strata)
    return tuple(Fold(units.rows(train), units.rows(validation)) for train, validation in dealt)


class _Units:
    """Rows with equal features as one unit, so that no split parts them; its class is that of its first row."""

    def __init__(self, table: Table, rows: Rows) -> None:
        _, first, unit = np.unique(table.x[rows], axis=0, return_index=True, return_inverse=True)
        self._rows, self._unit = rows, unit.reshape(-1)
        self.labels = table.y[rows[first]]
        self.strata = self.labels if table.task.is_classification else None

    def rows(self, units: Int[np.ndarray, "units"]) -> Rows:
        """The rows of these units, in the order of the table."""
        chosen = np.zeros(len(self.labels), dtype=bool)
        chosen[units] = True
        return self._rows[chosen[self._unit]]
