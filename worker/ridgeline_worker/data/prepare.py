"""From rows to what a network trains on: standardized by the training rows of each fold only."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from sklearn.preprocessing import StandardScaler

from ridgeline.spec.metrics import Task
from ridgeline_worker.data.split import Fold
from ridgeline_worker.data.table import Table


@dataclass(frozen=True, slots=True)
class Prepared:
    """A fold, ready to train; targets that are numbers are standardized too."""

    train_x: Float[np.ndarray, "train features"]
    train_y: Float[np.ndarray, "train"]
    validation_x: Float[np.ndarray, "validation features"]
    validation_y: Float[np.ndarray, "validation"]
    """In units of the data set."""
    target_mean: float
    target_scale: float


def prepare(table: Table, fold: Fold) -> Prepared:
    """Standardize a fold: zero mean and unit variance over its training rows; constant columns become zero."""
    scaler = StandardScaler().fit(table.x[fold.train])
    target = table.y[fold.train]
    mean, scale = 0.0, 1.0
    if table.task is Task.REGRESSION:
        mean, scale = float(target.mean()), float(target.std()) or 1.0
    return Prepared(
        train_x=scaler.transform(table.x[fold.train]),
        train_y=(target - mean) / scale,
        validation_x=scaler.transform(table.x[fold.validation]),
        validation_y=table.y[fold.validation],
        target_mean=mean,
        target_scale=scale,
    )
