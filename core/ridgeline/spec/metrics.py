"""Tasks, metrics, and which goes with which."""

from enum import StrEnum


class Task(StrEnum):
    """What is predicted."""

    BINARY = "binary"  #: one of two classes; the model has one logit
    MULTICLASS = "multiclass"  #: one of three classes or more
    REGRESSION = "regression"  #: a number

    @property
    def is_classification(self) -> bool:
        """Whether the target is a class."""
        return self is not Task.REGRESSION


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

    LOG_LOSS = "log_loss"  #: mean negative log-likelihood of the true class, in nats
    ACCURACY = "accuracy"  #: share of rows whose likeliest class is the true one
    BALANCED_ACCURACY = "balanced_accuracy"  #: mean over classes of the share found
    ROC_AUC = "roc_auc"  #: area under the ROC curve; several classes: one against the rest, macro mean
    F1_MACRO = "f1_macro"  #: unweighted mean over classes of F1
    BRIER = "brier"  #: mean squared error of probabilities; several classes: summed over them
    RMSE = "rmse"  #: root of the mean squared error, in units of the target
    MAE = "mae"  #: mean absolute error, in units of the target
    R2 = "r2"  #: share of the variance explained; 1 is perfect, 0 the mean

    @property
    def direction(self) -> Direction:
        """Whether lower or higher is better."""
        return Direction.MINIMIZE if self in _LOSSES else Direction.MAXIMIZE

    @property
    def is_for_classes(self) -> bool:
        """Whether it scores class predictions rather than numbers."""
        return self not in _OF_NUMBERS

    def fits(self, task: Task) -> bool:
        """Whether it can score this task."""
        return self.is_for_classes == task.is_classification


_LOSSES = frozenset({Metric.LOG_LOSS, Metric.BRIER, Metric.RMSE, Metric.MAE})
_OF_NUMBERS = frozenset({Metric.RMSE, Metric.MAE, Metric.R2})

DEFAULT_METRIC = {
    Task.BINARY: Metric.LOG_LOSS,
    Task.MULTICLASS: Metric.LOG_LOSS,
    Task.REGRESSION: Metric.RMSE,
}
"""The metric of a study that names none."""
