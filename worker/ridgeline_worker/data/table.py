"""The rows of a data set: features and targets as numbers."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from sklearn import datasets

from ridgeline.spec import BUILT_IN, DatasetFacts
from ridgeline.spec.metrics import Task


@dataclass(frozen=True, slots=True)
class Table:
    """Features and targets, row by row; a class is its index among the class counts of the facts."""

    x: Float[np.ndarray, "rows features"]
    y: Float[np.ndarray, "rows"]
    task: Task

    @property
    def hash(self) -> str:
        """SHA-256 of the features and targets as little-endian doubles."""
        return hashlib.sha256(self.x.astype("<f8").tobytes() + self.y.astype("<f8").tobytes()).hexdigest()


def load(facts: DatasetFacts) -> Table:
    """The rows that the facts describe.

    Raises:
        ValueError: when nobody has them, or the installed scikit-learn ships others under their name.
    """
    if facts.name not in BUILT_IN:
        raise ValueError(f"data set must be one of {', '.join(BUILT_IN)} but got {facts.name!r}; name one of them")
    table = _built_in(facts.name)
    if table.hash != facts.id:
        raise ValueError(
            f"data set {facts.name!r} must hash to {facts.id} but got {table.hash}; "
            "install a scikit-learn that ships the same rows"
        )
    return table


@lru_cache(maxsize=8)
def _built_in(name: str) -> Table:
    """A data set that ships with scikit-learn."""
    bunch = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
    x, y = np.asarray(bunch.data, dtype=np.float64), np.asarray(bunch.target, dtype=np.float64)
    return Table(x, y, BUILT_IN[name].task)
