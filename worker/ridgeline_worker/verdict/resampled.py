"""Scores under many weightings of the same rows at once, so that a bootstrap costs a matrix product.

Every metric but the area under the ROC curve is a function of weighted sums over rows: with parts A[rows, parts] and
weights W[draws, rows], the sums are W A.  Definitions are those of the scores of trials.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.verdict.ranked import area

Array = Float[np.ndarray, "..."]
Draws = Float[np.ndarray, "draws rows"]
PerDraw = Float[np.ndarray, "draws"]
Parts = Float[np.ndarray, "rows parts"]
Sums = Float[np.ndarray, "draws parts"]

SMALLEST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Measure:
    """What is scored, of what is predicted."""

    metric: Metric
    task: Task

    @property
    def sign(self) -> int:
        """Factor that turns a score into a loss."""
        return self.metric.direction.sign

    def scores(self, y: Array, predicted: Array, weights: Draws) -> PerDraw:
        """The score of predictions under each weighting of the rows; NaN where the metric says nothing of it.

        Args:
            y: Targets, [rows] or [rows, targets].
            predicted: Probabilities or numbers, [rows], [rows, classes] or [rows, targets].
            weights: How often, or how much, each row counts in each draw.
        """
        return self.scorer(y, predicted[None])(weights)

    def scorer(self, y: Array, predicted: Array) -> Callable[[Draws], PerDraw]:
        """The mean score over repeats as a function of weightings, with all that no weight changes worked out before.

        Args:
            y: Targets, [rows] or [rows, targets].
            predicted: Predictions of each repeat, [repeats, rows] or [repeats, rows, outputs].
        """
        if self.metric is Metric.ROC_AUC:
            truths = _truths(self.task, y, predicted[0])
            return _averaged([area(truths, _columns(self.task, repeat)) for repeat in predicted])
        parts, score = (_OF_LABELS if self.task is Task.MULTILABEL else _OF_SUMS)[self.metric]
        each = [parts(y, repeat) for repeat in predicted]
        if score is _mean:  # a mean over rows: the mean over repeats is that of the mean parts
            each = [np.mean(each, axis=0)]
        return _averaged([_of_sums(score, of_rows) for of_rows in each])


def _of_sums(score: Callable[[Sums], PerDraw], of_rows: Parts) -> Callable[[Draws], PerDraw]:
    def scores(weights: Draws) -> PerDraw:
        with np.errstate(divide="ignore", invalid="ignore"):
            return score(weights @ of_rows)

    return scores


def _averaged(scorers: Sequence[Callable[[Draws], PerDraw]]) -> Callable[[Draws], PerDraw]:
    def scores(weights: Draws) -> PerDraw:
        mean: PerDraw = np.mean([each(weights) for each in scorers], axis=0)
        return mean

    return scores


def _truths(task: Task, y: Array, p: Array) -> Float[np.ndarray, "rows columns"]:
    """1 where a column's class or label is the true one."""
    if task is Task.MULTILABEL:
        return y
    return y[:, None] if task is Task.BINARY else _one_hot(y, p)


def _columns(task: Task, p: Array) -> Float[np.ndarray, "rows columns"]:
    return p[:, 1:] if task is Task.BINARY else p


def _one_hot(y: Array, p: Array) -> Float[np.ndarray, "rows classes"]:
    truth: Array = np.eye(p.shape[1])[y.astype(int)]
    return truth


def _counted(*columns: Array) -> Parts:
    """Columns side by side, and a last one of ones, whose sum is the weight of the rows."""
    rows = len(columns[0])
    return np.column_stack([column.reshape(rows, -1) for column in (*columns, np.ones(rows))])


def _mean(sums: Sums) -> PerDraw:
    mean: PerDraw = sums[:, 0] / sums[:, -1]
    return mean


def _log_loss(y: Array, p: Array) -> Parts:
    return _counted(-np.log(p[np.arange(len(y)), y.astype(int)].clip(SMALLEST, 1 - SMALLEST)))


def _log_loss_of_labels(y: Array, p: Array) -> Parts:
    return _counted(-np.log(np.where(y == 1, p, 1 - p).clip(SMALLEST, 1 - SMALLEST)).mean(axis=1))


def _brier(y: Array, p: Array) -> Parts:
    if p.shape[1] == 2:
        return _counted((p[:, 1] - y) ** 2)
    return _counted(np.sum((p - _one_hot(y, p)) ** 2, axis=1))


def _found(y: Array, p: Array) -> Parts:
    """For each class, whether a row of it was found; then whether a row is of it."""
    truth, guess = _one_hot(y, p), np.eye(p.shape[1])[p.argmax(axis=1)]
    return np.column_stack([truth * guess, truth])


def _balanced_accuracy(sums: Sums) -> PerDraw:
    """Over the classes that the rows have."""
    found, there = np.split(sums, 2, axis=1)
    recall: PerDraw = np.where(there > 0, found / there, 0.0).sum(axis=1) / (there > 0).sum(axis=1)
    return recall


def _overlap(truth: Array, guess: Array) -> Parts:
    """For each class or label, rows that have it and are said to; then those that have it plus those said to."""
    return np.column_stack([truth * guess, truth + guess])


def _f1_of_classes(sums: Sums) -> PerDraw:
    """2 TP / (2 TP + FP + FN), in the mean over the classes that the rows have or are said to have."""
    both, either = np.split(sums, 2, axis=1)
    f1: PerDraw = np.where(either > 0, 2 * both / either, 0.0).sum(axis=1) / (either > 0).sum(axis=1)
    return f1


def _f1_of_labels(sums: Sums) -> PerDraw:
    """Likewise, in the mean over all labels; 0 for one that no row has or is said to have."""
    both, either = np.split(sums, 2, axis=1)
    f1: PerDraw = np.where(either > 0, 2 * both / either, 0.0).mean(axis=1)
    return f1


def _errors(y: Array, p: Array) -> Float[np.ndarray, "rows targets"]:
    errors: Array = (p - y).reshape(len(y), -1)
    return errors


def _root(sums: Sums) -> PerDraw:
    """Root of the mean squared error; several targets: the mean of their roots."""
    root: PerDraw = np.sqrt(sums[:, :-1] / sums[:, -1:]).mean(axis=1)
    return root


def _variances(y: Array, p: Array) -> Parts:
    """For each target, the squared error, the target less its mean, and the square of that."""
    centred = (y - y.mean(axis=0)).reshape(len(y), -1)
    return _counted(_errors(y, p) ** 2, centred, centred**2)


def _r2(sums: Sums) -> PerDraw:
    """1 - SSE / sum w (y - mean)^2, in the mean over targets; a target that does not vary: 1 without errors, else 0."""
    squared, first, second = np.split(sums[:, :-1], 3, axis=1)
    varied = second - first**2 / sums[:, -1:]
    varies = varied > SMALLEST * second
    flat = np.where(squared == 0, 1.0, 0.0)
    r2: PerDraw = np.where(varies, 1 - squared / varied, flat).mean(axis=1)
    return r2


_Scored = tuple[Callable[[Array, Array], Parts], Callable[[Sums], PerDraw]]

_OF_SUMS: dict[Metric, _Scored] = {
    Metric.LOG_LOSS: (_log_loss, _mean),
    Metric.ACCURACY: (lambda y, p: _counted((p.argmax(axis=1) == y).astype(float)), _mean),
    Metric.BALANCED_ACCURACY: (_found, _balanced_accuracy),
    Metric.F1_MACRO: (lambda y, p: _overlap(_one_hot(y, p), np.eye(p.shape[1])[p.argmax(axis=1)]), _f1_of_classes),
    Metric.BRIER: (_brier, _mean),
    Metric.RMSE: (lambda y, p: _counted(_errors(y, p) ** 2), _root),
    Metric.MAE: (lambda y, p: _counted(np.abs(_errors(y, p)).mean(axis=1)), _mean),
    Metric.R2: (_variances, _r2),
}

_OF_LABELS: dict[Metric, _Scored] = {
    Metric.LOG_LOSS: (_log_loss_of_labels, _mean),
    Metric.ACCURACY: (lambda y, p: _counted(((p > 0.5) == y).all(axis=1).astype(float)), _mean),
    Metric.F1_MACRO: (lambda y, p: _overlap(y, (p > 0.5).astype(float)), _f1_of_labels),
    Metric.BRIER: (lambda y, p: _counted(((p - y) ** 2).mean(axis=1)), _mean),
}
