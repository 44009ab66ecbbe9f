"""Paired differences: what two settings differ by on equal folds and draws."""

import math
from dataclasses import dataclass

import numpy as np

from ridgeline_worker.verdict.evidence import Scores

ROUNDING = 8 * float(np.finfo(np.float64).eps)
"""Differences that spread by less than this share of the scores are all the same."""


@dataclass(frozen=True)
class Difference:
    """J paired differences d_j = ours_j - theirs_j, summed up; in units of the metric."""

    mean: float
    deviation: float
    """s_d = sqrt(sum (d_j - mean)^2 / (J - 1)); 0 where all differences are equal up to rounding."""
    pairs: int
    """J = repeats x folds."""
    correlation: float | None
    """Pearson's, of ours and theirs over the pairs; None: one of them does not vary."""

    @property
    def plain_standard_error(self) -> float:
        """s_d / sqrt(J), as if the pairs were independent."""
        return self.deviation / math.sqrt(self.pairs)


def difference(ours: Scores, theirs: Scores) -> Difference:
    """Sum up d = ours - theirs over repeats and folds.

    Raises:
        ValueError: fewer than two pairs, or a score that is not finite.
    """
    if ours.size < 2:
        raise ValueError(f"a paired difference needs at least 2 pairs but got {ours.size}; train more repeats")
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        raise ValueError("a paired difference needs finite scores; leave out settings that failed")
    d = (ours - theirs).ravel()
    scale = max(float(np.abs(ours).max()), float(np.abs(theirs).max()))
    all_equal = float(np.ptp(d)) <= ROUNDING * scale
    return Difference(
        mean=float(d.mean()),
        deviation=0.0 if all_equal else float(d.std(ddof=1)),
        pairs=d.size,
        correlation=correlation(ours, theirs),
    )


def correlation(ours: Scores, theirs: Scores) -> float | None:
    """Achieved correlation of pairs: Pearson's r over repeats and folds; None where one side does not vary.

    Var(d) = Var(ours) + Var(theirs) - 2 r sd(ours) sd(theirs): the higher r, the more pairing has gained.
    """
    x, y = ours.ravel(), theirs.ravel()
    if min(np.ptp(x) / max(np.abs(x).max(), 1e-300), np.ptp(y) / max(np.abs(y).max(), 1e-300)) <= ROUNDING:
        return None
    return float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0))
