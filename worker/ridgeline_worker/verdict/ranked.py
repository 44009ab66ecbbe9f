"""The area under the ROC curve, under many weightings of the same rows at once."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Columns = Float[np.ndarray, "rows columns"]
Draws = Float[np.ndarray, "draws rows"]
PerDraw = Float[np.ndarray, "draws"]


def area(truths: Columns, predicted: Columns) -> Callable[[Draws], PerDraw]:
    """Mean over columns of the area under the ROC curve, for each draw of weights; NaN where a column has one class.

    Area = P(score of a positive > score of a negative) + P(equal)/2 = sum_g P_g (N_<g + N_g / 2) / (P N) over the
    different scores g, with P_g and N_g the weights of positives and negatives there (Mann & Whitney 1947).
    """
    columns = [_Column(truths[:, c], predicted[:, c]) for c in range(predicted.shape[1])]

    def mean(weights: Draws) -> PerDraw:
        areas: PerDraw = np.mean([column.area(weights) for column in columns], axis=0)
        return areas

    return mean


class _Column:
    """Rows of one column in the order of their scores."""

    def __init__(self, truth: Float[np.ndarray, "rows"], score: Float[np.ndarray, "rows"]) -> None:
        self._order = np.argsort(score, kind="stable")
        self._starts = np.flatnonzero(np.diff(score[self._order], prepend=-np.inf) > 0)
        self._truth = truth[self._order]

    def area(self, weights: Draws) -> PerDraw:
        ordered = np.take(weights, self._order, axis=1)
        positive = ordered * self._truth
        negative = ordered - positive
        if len(self._starts) < len(self._order):
            positive = np.add.reduceat(positive, self._starts, axis=1)
            negative = np.add.reduceat(negative, self._starts, axis=1)
        below = np.cumsum(negative, axis=1)
        pairs = positive.sum(axis=1) * below[:, -1]
        below -= negative / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            found: PerDraw = np.einsum("dg,dg->d", positive, below) / pairs
        return found
