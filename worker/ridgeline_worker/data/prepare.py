"""From rows to what a network trains on, fitted on the training rows of each fold and on nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.study import Preparation
from ridgeline_worker.data.arrays import write_arrays
from ridgeline_worker.data.encode import Categories, columns_of_numbers
from ridgeline_worker.data.numbers import NumbersOfTraining
from ridgeline_worker.data.split import Fold
from ridgeline_worker.data.table import Table
from ridgeline_worker.data.weigh import ClassWeight, training_weights

Targets = Float[np.ndarray, "rows"] | Float[np.ndarray, "rows targets"]


@dataclass(frozen=True, slots=True)
class Training:
    """Training rows of a fold; targets that are numbers have zero mean and unit variance."""

    x: Float[np.ndarray, "rows held"]
    y: Targets
    weight: Float[np.ndarray, "rows"] | None
    """How much each row counts in the loss, 1 in the mean; None: all alike."""
    counting: Float[np.ndarray, "rows"] | None = None
    """How much each row counts in a score; None: all alike."""


@dataclass(frozen=True, slots=True)
class Validation:
    """Validation rows of a fold, with what brings a model's outputs into the units of their targets."""

    x: Float[np.ndarray, "rows held"]
    y: Targets
    """In units of the data set."""
    weight: Float[np.ndarray, "rows"] | None
    """How much each row counts in the score; None: all alike."""
    target_mean: Float[np.ndarray, "*targets"]
    target_scale: Float[np.ndarray, "*targets"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A fold, ready to train."""

    train: Training
    validation: Validation


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a study and its model ask of prepared rows."""

    preparation: Preparation = field(default_factory=Preparation)
    class_weight: ClassWeight = None
    codes: bool = False
    """Whether categories are codes from 0, for embeddings, instead of zeros and ones; -1: unknown."""
    channels: int | None = None
    """Channels of an array, where the model knows; None: its first axis, if it has two or more."""
    dtype: type[np.float32] | type[np.float64] = np.float64
    """Of the inputs."""
    multiple: int = 1
    """Rows of inputs are filled with zeros up to a multiple of this."""


def prepare(table: Table, folds: Sequence[Fold], wishes: Wishes) -> tuple[Prepared, ...]:
    """Prepare folds: fill, scale and encode their columns by what their training rows say.

    The table is read once for all of them, some columns at a time, so that little more than what is prepared is in
    memory.
    """
    features = table.features
    numbers = sum(column.numbers for column in features)
    categorical = [column for column in features if column.categories]
    width = numbers + (len(categorical) if wishes.codes else sum(column.categories for column in categorical))
    held = width + -width % wishes.multiple
    into = [
        (np.zeros((len(fold.train), held), wishes.dtype), np.zeros((len(fold.validation), held), wishes.dtype))
        for fold in folds
    ]
    for columns in columns_of_numbers(table):
        for fold, (train, validation) in zip(folds, into, strict=True):
            fitted = NumbersOfTraining(columns, fold.train, wishes.preparation)
            fitted.write(fold.train, train)
            fitted.write(fold.validation, validation)
    for column in features:
        if column.type is ColumnType.ARRAY:
            write_arrays(
                table, column, folds, into, channels=channels_of(column, wishes), preparation=wishes.preparation
            )
    start = numbers
    for column in categorical:
        places = table.places(column)
        for fold, (train, validation) in zip(folds, into, strict=True):
            known = Categories(places, column.categories, fold.train)
            write = known.write_codes if wishes.codes else known.write_one_hot
            write(fold.train, train, start)
            write(fold.validation, validation, start)
        start += 1 if wishes.codes else column.categories
    return tuple(_with_targets(table, fold, wishes, *x) for fold, x in zip(folds, into, strict=True))


def channels_of(column: Column, wishes: Wishes) -> int:
    """Channels of a column of arrays."""
    shape = column.shape or ()
    if wishes.channels is not None:
        return wishes.channels
    return shape[0] if len(shape) > 1 else 1


def _with_targets(
    table: Table,
    fold: Fold,
    wishes: Wishes,
    train_x: Float[np.ndarray, "train held"],
    validation_x: Float[np.ndarray, "validation held"],
) -> Prepared:
    y = table.targets[fold.train]
    mean, scale = np.zeros(y.shape[1:]), np.ones(y.shape[1:])
    if not table.task.is_classification:
        mean, scale = np.asarray(y.mean(axis=0)), np.asarray(y.std(axis=0))
        scale = np.where(scale > 0, scale, 1.0)
    rows = table.weights
    return Prepared(
        Training(
            train_x,
            (y - mean) / scale,
            training_weights(table, fold.train, wishes.class_weight),
            None if rows is None else rows[fold.train],
        ),
        Validation(
            validation_x,
            table.targets[fold.validation],
            None if rows is None else rows[fold.validation],
            mean,
            scale,
        ),
    )
