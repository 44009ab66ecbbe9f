"""The area under the ROC curve, under many weightings of the same rows at once."""

import numpy as np
from jaxtyping import Float

Columns = Float[np.ndarray, "rows columns"]


def areas(truths: Columns, predicted: Columns, weights: Float[np.ndarray, "draws rows"]) -> Float[np.ndarray, "draws"]:
    """Mean over columns of the area under the ROC curve, for each draw of weights; NaN where a column has one class.

    Area = P(score of a positive > score of a negative) + P(equal)/2 = sum_g P_g (N_<g + N_g / 2) / (P N) over the
    different scores g, with P_g and N_g the weights of positives and negatives there (Mann & Whitney 1947).
    """
    columns = [_area(truths[:, c], predicted[:, c], weights) for c in range(predicted.shape[1])]
    mean: Float[np.ndarray, draws] = np.mean(columns, axis=0)
    return mean


def _area(
    truth: Float[np.ndarray, "rows"], score: Float[np.ndarray, "rows"], weights: Float[np.ndarray, "draws rows"]
) -> Float[np.ndarray, "draws"]:
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf) > 0)
    sorted_weights = weights[:, order]
    positive = np.add.reduceat(sorted_weights * truth[order], starts, axis=1)
    negative = np.add.reduceat(sorted_weights * (1 - truth[order]), starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        area: Float[np.ndarray, draws] = (positive * below).sum(axis=1) / (positive.sum(axis=1) * negative.sum(axis=1))
    return area
