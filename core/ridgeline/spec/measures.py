"""What can be told of a model beside the score that its study optimizes."""

import math
from enum import StrEnum

from ridgeline.spec.metrics import Direction, Metric, Task


class Measure(StrEnum):
    """A number that the final tells of each contender: any metric, or what the model is and costs."""

    LOG_LOSS = "log_loss"  #: these nine as in the metric
    ACCURACY = "accuracy"
    BALANCED_ACCURACY = "balanced_accuracy"
    ROC_AUC = "roc_auc"
    F1_MACRO = "f1_macro"
    BRIER = "brier"
    RMSE = "rmse"
    MAE = "mae"
    R2 = "r2"
    SPARSITY = "sparsity"  #: share of the weights of matrices that are zero, at most 2^-23 of the largest beside them
    PARAMETERS_KEPT = "parameters_kept"  #: parameters that are not zero by that rule, biases and all others included
    CALIBRATION_ERROR = "calibration_error"  #: of the likeliest class, in 15 bins of equal width (Guo et al. 2017)
    TRAINING_SECONDS = "training_seconds"  #: of one training on one fold, measured alone on the worker's machine

    @property
    def metric(self) -> Metric | None:
        """The metric of this name; None: it is none."""
        return Metric(self.value) if self.value in _METRICS else None

    @property
    def direction(self) -> Direction:
        """Whether lower or higher is better."""
        if self.metric is not None:
            return self.metric.direction
        return Direction.MAXIMIZE if self is Measure.SPARSITY else Direction.MINIMIZE

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the most that it can be."""
        if self.metric is not None:
            return self.metric.limits
        return (0.0, 1.0) if self in {Measure.SPARSITY, Measure.CALIBRATION_ERROR} else (0.0, math.inf)

    @property
    def is_timed(self) -> bool:
        """Whether it is measured apart from the lanes of the final."""
        return self is Measure.TRAINING_SECONDS

    def fits(self, task: Task) -> bool:
        """Whether it can be told of this task."""
        if self is Measure.CALIBRATION_ERROR:
            return task.has_classes
        return self.metric is None or self.metric.fits(task)


_METRICS = frozenset(metric.value for metric in Metric)
