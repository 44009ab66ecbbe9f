"""Scores of predictions on validation rows, as scikit-learn defines them."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from sklearn import metrics as sk

from ridgeline.spec.metrics import Metric, Task

Array = Float[np.ndarray, "..."]
Weights = Float[np.ndarray, "rows"] | None

SMALLEST = float(np.finfo(np.float64).eps)


def predictions(outputs: Float[np.ndarray, "rows outputs"], task: Task) -> Array:
    """Probabilities of every class or label, or numbers, from a model's outputs; in double precision.

    Binary: sigmoid of the one logit, and its complement; multiclass: softmax; multilabel: sigmoid of each logit.
    """
    match task:
        case Task.REGRESSION:
            return outputs[:, 0]
        case Task.MULTI_TARGET:
            return outputs
        case Task.BINARY:
            positive = np.exp(-np.logaddexp(0.0, -outputs[:, 0]))
            negative = np.exp(-np.logaddexp(0.0, outputs[:, 0]))
            return np.stack([negative, positive], axis=1)
        case Task.MULTICLASS:
            shares: Array = np.exp(outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True))
            return shares
        case Task.MULTILABEL:
            having: Array = np.exp(-np.logaddexp(0.0, -outputs))
            return having


def score(metric: Metric, task: Task, y: Array, predicted: Array, weights: Weights = None) -> float:
    """The score of predictions, each row counting by its weight; NaN where it says nothing (`undefined`)."""
    if weights is not None:
        counting = weights > 0
        y, predicted, weights = y[counting], predicted[counting], weights[counting]
    if task is Task.MULTILABEL:
        return float(_OF_LABELS[metric](y, predicted, weights))
    return float(_SCORES[metric](y, predicted, weights))


def undefined(metric: Metric, task: Task, y: Array, weights: Weights, outputs: int) -> str | None:
    """Why a metric says nothing of any predictions for these validation rows; None: it does."""
    if weights is not None:
        y = y[weights > 0]
    if not len(y):
        return "no row, or none of a weight above 0"
    if metric is Metric.R2 and len(y) == 1:
        return "a single row"
    if metric is not Metric.ROC_AUC:
        return None
    if task is Task.MULTILABEL:
        same = np.flatnonzero((y == y[0]).all(axis=0))
        return f"one value only of label {same[0] + 1}" if len(same) else None
    there = len(np.unique(y))
    needed = max(2, outputs)
    return None if there >= needed else f"rows of {there} of {needed} classes only"


def _log_loss(y: Array, p: Array, weights: Weights) -> float:
    """As sk.log_loss, which takes longer to look at its input than a lane takes to train an epoch; so do its others.

    A probability counts as at least the machine epsilon, so that a sure and wrong prediction costs 36 and not infinity.
    """
    of_truth = p[np.arange(len(y)), y.astype(int)]
    return -_mean(np.log(of_truth.clip(SMALLEST, 1 - SMALLEST)), weights)


def _roc_auc(y: Array, p: Array, weights: Weights) -> float:
    if p.shape[1] == 2:
        return float(sk.roc_auc_score(y, p[:, 1], sample_weight=weights))
    classes = np.arange(p.shape[1])
    return float(sk.roc_auc_score(y, p, multi_class="ovr", average="macro", labels=classes, sample_weight=weights))


def _brier(y: Array, p: Array, weights: Weights) -> float:
    if p.shape[1] == 2:
        return _mean((p[:, 1] - y) ** 2, weights)
    truth = np.eye(p.shape[1])[y.astype(int)]
    return _mean(np.sum((p - truth) ** 2, axis=1), weights)


def _balanced_accuracy(y: Array, p: Array, weights: Weights) -> float:
    """Over the classes that the rows have."""
    there = np.unique(y)
    guess = p.argmax(axis=1)
    return float(sk.recall_score(y, guess, labels=there, average="macro", sample_weight=weights))


def _mean(values: Float[np.ndarray, "rows"], weights: Weights) -> float:
    return float(np.mean(values) if weights is None else np.average(values, weights=weights))


def _log_loss_of_labels(y: Array, p: Array, weights: Weights) -> float:
    of_truth = np.where(y == 1, p, 1 - p).clip(SMALLEST, 1 - SMALLEST)
    return -_mean(np.log(of_truth).mean(axis=1), weights)


_Score = Callable[[Array, Array, Weights], float]

_SCORES: dict[Metric, _Score] = {
    Metric.LOG_LOSS: _log_loss,
    Metric.ACCURACY: lambda y, p, w: sk.accuracy_score(y, p.argmax(axis=1), sample_weight=w),
    Metric.BALANCED_ACCURACY: _balanced_accuracy,
    Metric.ROC_AUC: _roc_auc,
    Metric.F1_MACRO: lambda y, p, w: sk.f1_score(y, p.argmax(axis=1), average="macro", sample_weight=w),
    Metric.BRIER: _brier,
    Metric.RMSE: lambda y, p, w: float(np.mean(np.sqrt(np.average((y - p) ** 2, axis=0, weights=w)))),
    Metric.MAE: lambda y, p, w: float(np.mean(np.average(np.abs(y - p), axis=0, weights=w))),
    Metric.R2: lambda y, p, w: sk.r2_score(y, p, sample_weight=w),
}

_OF_LABELS: dict[Metric, _Score] = {
    Metric.LOG_LOSS: _log_loss_of_labels,
    Metric.ACCURACY: lambda y, p, w: sk.accuracy_score(y, p > 0.5, sample_weight=w),
    Metric.ROC_AUC: lambda y, p, w: sk.roc_auc_score(y, p, average="macro", sample_weight=w),
    Metric.F1_MACRO: lambda y, p, w: sk.f1_score(y, p > 0.5, average="macro", sample_weight=w, zero_division=0.0),
    Metric.BRIER: lambda y, p, w: _mean(((p - y) ** 2).mean(axis=1), w),
}
