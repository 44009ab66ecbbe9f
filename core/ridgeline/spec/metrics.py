"""Tasks, metrics, and which goes with which."""

import math
from enum import StrEnum


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"  #: one of two classes; the model has one logit
    MULTICLASS = "multiclass"  #: one of three classes or more
    MULTILABEL = "multilabel"  #: several answers of yes or no; the model has a logit for each
    REGRESSION = "regression"  #: a number
    MULTI_TARGET = "multi_target"  #: several numbers

    @property
    def is_classification(self) -> bool:
        """Whether the targets are classes."""
        return self not in {Task.REGRESSION, Task.MULTI_TARGET}

    @property
    def has_classes(self) -> bool:
        """Whether each row is of exactly one class, so that folds can keep the class shares."""
        return self in {Task.BINARY, Task.MULTICLASS}

    @property
    def has_several_targets(self) -> bool:
        """Whether the target is several columns."""
        return self in {Task.MULTILABEL, Task.MULTI_TARGET}


class Direction(StrEnum):
    """Which scores are better."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"

    @property
    def sign(self) -> int:
        """Factor that turns a score into a loss: 1 to minimize, -1 to maximize."""
        return 1 if self is Direction.MINIMIZE else -1


class Metric(StrEnum):
    """How predictions on validation rows are scored."""

    LOG_LOSS = "log_loss"  #: mean negative log-likelihood of the true class, in nats; several labels: their mean
    ACCURACY = "accuracy"  #: share of rows whose likeliest class is the true one; several labels: all of them right
    BALANCED_ACCURACY = "balanced_accuracy"  #: mean over classes of the share found; not for several labels
    ROC_AUC = "roc_auc"  #: area under the ROC curve; classes: one against the rest; classes and labels: macro mean
    F1_MACRO = "f1_macro"  #: unweighted mean over classes or labels of F1
    BRIER = "brier"  #: mean squared error of probabilities; several classes: summed over them; labels: their mean
    RMSE = "rmse"  #: root of the mean squared error, in units of the target; several targets: their mean
    MAE = "mae"  #: mean absolute error, in units of the target; several targets: their mean
    R2 = "r2"  #: share of the variance explained; 1 is perfect, 0 the mean; several targets: their mean

    @property
    def direction(self) -> Direction:
        """Whether lower or higher is better."""
        return Direction.MINIMIZE if self in _LOSSES else Direction.MAXIMIZE

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the most that a score can be."""
        return _LIMITS.get(self, (0.0, 1.0))

    @property
    def is_for_classes(self) -> bool:
        """Whether it scores class predictions rather than numbers."""
        return self not in _OF_NUMBERS

    def fits(self, task: Task) -> bool:
        """Whether it can score this task."""
        if task is Task.MULTILABEL and self is Metric.BALANCED_ACCURACY:
            return False
        return self.is_for_classes == task.is_classification


_LIMITS = {
    Metric.LOG_LOSS: (0.0, math.inf),
    Metric.BRIER: (0.0, 2.0),
    Metric.RMSE: (0.0, math.inf),
    Metric.MAE: (0.0, math.inf),
    Metric.R2: (-math.inf, 1.0),
}
"""Of all that are no share."""
_LOSSES = frozenset({Metric.LOG_LOSS, Metric.BRIER, Metric.RMSE, Metric.MAE})
_OF_NUMBERS = frozenset({Metric.RMSE, Metric.MAE, Metric.R2})


def default_metric(task: Task) -> Metric:
    """The metric of a study that names none."""
    return Metric.LOG_LOSS if task.is_classification else Metric.RMSE
