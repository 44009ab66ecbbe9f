"""Scores of predictions on validation rows, as scikit-learn defines them."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from sklearn import metrics as sk

from ridgeline.spec.metrics import Metric, Task

Array = Float[np.ndarray, "..."]

SMALLEST = float(np.finfo(np.float64).eps)


def predictions(outputs: Float[np.ndarray, "rows outputs"], task: Task) -> Array:
    """Probabilities of every class, or numbers, from a model's outputs; in double precision.

    Binary: sigmoid of the one logit, and its complement; multiclass: softmax.
    """
    match task:
        case Task.REGRESSION:
            return outputs[:, 0]
        case Task.BINARY:
            positive = np.exp(-np.logaddexp(0.0, -outputs[:, 0]))
            negative = np.exp(-np.logaddexp(0.0, outputs[:, 0]))
            return np.stack([negative, positive], axis=1)
        case Task.MULTICLASS:
            shares: Array = np.exp(outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True))
            return shares
        case _:
            raise NotImplementedError(task)


def score(metric: Metric, y: Float[np.ndarray, "rows"], predicted: Array) -> float:
    """The score of probabilities [rows, classes] or of numbers [rows]."""
    return float(_SCORES[metric](y, predicted))


def _log_loss(y: Array, p: Array) -> float:
    """As sk.log_loss, which takes longer to look at its input than a lane takes to train an epoch.

    A probability counts as at least the machine epsilon, so that a sure and wrong prediction costs 36 and not infinity.
    """
    of_truth = p[np.arange(len(y)), y.astype(int)]
    return float(-np.mean(np.log(of_truth.clip(SMALLEST, 1 - SMALLEST))))


def _roc_auc(y: Array, p: Array) -> float:
    if p.shape[1] == 2:
        return float(sk.roc_auc_score(y, p[:, 1]))
    return float(sk.roc_auc_score(y, p, multi_class="ovr", average="macro", labels=np.arange(p.shape[1])))


def _brier(y: Array, p: Array) -> float:
    if p.shape[1] == 2:
        return float(np.mean((p[:, 1] - y) ** 2))
    truth = np.eye(p.shape[1])[y.astype(int)]
    return float(np.mean(np.sum((p - truth) ** 2, axis=1)))


def _of_likeliest(of_classes: Callable[[Array, Array], float]) -> Callable[[Array, Array], float]:
    return lambda y, p: of_classes(y, p.argmax(axis=1))


_SCORES: dict[Metric, Callable[[Array, Array], float]] = {
    Metric.LOG_LOSS: _log_loss,
    Metric.ACCURACY: _of_likeliest(sk.accuracy_score),
    Metric.BALANCED_ACCURACY: _of_likeliest(sk.balanced_accuracy_score),
    Metric.ROC_AUC: _roc_auc,
    Metric.F1_MACRO: _of_likeliest(lambda y, guess: sk.f1_score(y, guess, average="macro")),
    Metric.BRIER: _brier,
    Metric.RMSE: sk.root_mean_squared_error,
    Metric.MAE: sk.mean_absolute_error,
    Metric.R2: sk.r2_score,
}
