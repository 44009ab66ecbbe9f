"""How far confidence is from accuracy."""

import numpy as np
from jaxtyping import Float

BINS = 15
"""Of equal width, as in the source."""


def calibration_error(
    y: Float[np.ndarray, "rows"],
    predicted: Float[np.ndarray, "rows classes"],
    weights: Float[np.ndarray, "rows"] | None,
) -> float:
    """ECE = sum_m (W_m/W) |accuracy_m - confidence_m| over 15 bins ((m - 1)/15, m/15] of the top label's probability.

    0: the likeliest class is the true one as often as its probability says; W are sums of the rows' weights.  Noise in
    the accuracies of bins makes it too large, the more the fewer rows there are; all contenders share that.

    Source: Guo, Pleiss, Sun & Weinberger 2017, "On calibration of modern neural networks", equation 3.
    """  # fmt: skip
    counted = np.ones(len(y)) if weights is None else weights
    confidence = predicted.max(axis=1)
    excess = counted * ((predicted.argmax(axis=1) == y) - confidence)
    places = np.ceil(confidence * BINS).astype(int).clip(1, BINS) - 1
    return float(np.abs(np.bincount(places, excess, minlength=BINS)).sum() / counted.sum())
