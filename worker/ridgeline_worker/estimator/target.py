"""What y says: the task, the classes, and how predictions become values of y again."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from ridgeline.spec.columns import MAX_CLASSES_OF_NUMBERS
from ridgeline.spec.metrics import Task

Array = npt.NDArray[np.generic]


class Wanted(Enum):
    """What an estimator predicts."""

    BY_VALUES = "by values"  #: what the values of y look like
    CLASSES = "classes"  #: classes or labels, whatever their values
    NUMBERS = "numbers"  #: numbers, whatever their values


@dataclass(frozen=True)
class Target:
    """The target of a fitted estimator."""

    task: Task
    classes: Array | None
    """Of one target of classes, in the order of the model's outputs; of labels their numbers; None: numbers."""

    @classmethod
    def of(cls, y: Array, wanted: Wanted) -> "Target":
        """The target that these values are.

        Raises:
            ValueError: they are not what is wanted, or there is one class only.
        """
        task = _task(y, wanted)
        if task is Task.MULTILABEL:
            same = np.flatnonzero((y == y[0]).all(axis=0))
            if len(same):
                raise ValueError(f"y must have rows with and without each label but label {same[0]} is always the same")
            return cls(task, np.arange(y.shape[1]))
        if not task.has_classes:
            return cls(task, None)
        classes = np.unique(y)
        if len(classes) < 2:
            raise ValueError(f"y must have two classes or more but got one class, {classes[0]}; use more rows")
        return cls(task, classes)

    def encoded(self, y: Array) -> npt.NDArray[np.float64]:
        """Numbers as they are; the place of each class among the classes; 1 for having a label.

        Raises:
            ValueError: a class was not there when the estimator was fitted.
        """
        if self.classes is None or self.task is Task.MULTILABEL:
            return y.astype(np.float64)
        unknown = np.setdiff1d(y, self.classes)
        if len(unknown):
            raise ValueError(f"y must hold classes that the estimator was fitted on but got {unknown[0]}")
        return np.searchsorted(self.classes, y).astype(np.float64)

    def decided(self, predicted: npt.NDArray[np.float64]) -> Array:
        """Values of y for predictions: numbers as they are, the likeliest class, labels likelier than not."""
        if self.classes is None:
            return predicted
        if self.task is Task.MULTILABEL:
            return (predicted > 0.5).astype(np.int64)
        found: Array = self.classes[predicted.argmax(axis=1)]
        return found


def flat(y: Array) -> Array:
    """The same values; a single column as one axis, with scikit-learn's warning."""
    found: Array = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
    return found


def _task(y: Array, wanted: Wanted) -> Task:
    if wanted is Wanted.NUMBERS:
        return Task.MULTI_TARGET if y.ndim > 1 else Task.REGRESSION
    looks = type_of_target(y, input_name="y", raise_unknown=True)
    if wanted is Wanted.BY_VALUES and _are_numbers(y, looks):
        return Task.MULTI_TARGET if y.ndim > 1 else Task.REGRESSION
    check_classification_targets(y)
    match looks:
        case "multilabel-indicator":
            return Task.MULTILABEL
        case "multiclass-multioutput":
            raise ValueError("y must be one column of classes, or columns of 0 and 1, but got several of more classes")
        case "binary":
            return Task.BINARY
        case _:
            return Task.MULTICLASS if len(np.unique(y)) > 2 else Task.BINARY


def _are_numbers(y: Array, looks: str) -> bool:
    """Fractions, several columns of more than two values, or more different whole numbers than classes have."""
    if y.dtype.kind not in "iuf" or looks in {"binary", "multilabel-indicator"}:
        return False
    return looks != "multiclass" or len(np.unique(y)) > MAX_CLASSES_OF_NUMBERS
