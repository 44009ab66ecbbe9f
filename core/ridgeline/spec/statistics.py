"""What a handful of paired scores tells: means, standard errors and paired differences."""

import math
from collections.abc import Sequence
from statistics import fmean, variance

from ridgeline.kinds import Frozen


class PairedDifference(Frozen):
    """Score minus the reference's score, fold by fold."""

    mean: float
    """Mean difference, in units of the metric."""
    standard_error: float
    """Corrected for overlapping training rows (Nadeau & Bengio 2003)."""
    pairs: int
    """Folds compared."""


def standard_error(scores: Sequence[float]) -> float:
    """Standard error of a cross-validated score: sqrt(mean((s - mean)^2) / (n - 1)), as glmnet does."""
    mean = fmean(scores)
    return math.sqrt(fmean([(score - mean) ** 2 for score in scores]) / (len(scores) - 1))


def paired_difference(scores: Sequence[float], reference: Sequence[float], folds: int) -> PairedDifference:
    """Compare two settings on the same folds and draws.

    SE = sqrt((1/J + n_test/n_train) s_d^2) for J pairs, with n_test/n_train = 1/(folds - 1)
    (Nadeau & Bengio 2003: the training rows of folds overlap, so the plain standard error is too small).
    """
    differences = [ours - theirs for ours, theirs in zip(scores, reference, strict=True)]
    pairs = len(differences)
    correction = 1 / pairs + 1 / (folds - 1)
    return PairedDifference(
        mean=fmean(differences),
        standard_error=math.sqrt(correction * variance(differences)),
        pairs=pairs,
    )
