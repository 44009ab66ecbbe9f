"""The corrected resampled t: tests and intervals for scores whose training rows overlap.

Folds and repeats share rows, so the plain standard error s / sqrt(J) is too small, however many repeats there are.
Source: Nadeau & Bengio 2003, "Inference for the generalization error"; for repeated folds Bouckaert & Frank 2004.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ridgeline_worker.verdict.differences import ROUNDING, Difference
from ridgeline_worker.verdict.evidence import Scores

LEVEL = 0.95
"""Of every interval."""


@dataclass(frozen=True)
class Limits:
    """Both ends of an interval."""

    low: float
    high: float


def corrected_standard_error(deviation: float, pairs: int, test_share: float) -> float:
    """SE_c = sqrt((1/J + n_test/n_train) s^2).

    Args:
        deviation: s, of J scores or paired differences.
        pairs: J = repeats x folds.
        test_share: n_test/n_train, of a fold; 1/(folds - 1) for plain cross-validation.
    """
    return math.sqrt(1 / pairs + test_share) * deviation


def p_value(d: Difference, test_share: float) -> float:
    """Two-sided p of no difference: 2 P(T > |mean| / SE_c) for Student's T with J - 1 degrees of freedom.

    s_d = 0 gives 1: differences that never vary tell nothing of their spread.
    """
    if d.deviation == 0.0:
        return 1.0
    t = abs(d.mean) / corrected_standard_error(d.deviation, d.pairs, test_share)
    return float(2 * stats.t.sf(t, d.pairs - 1))


def p_worse(d: Difference, sign: int, test_share: float) -> float:
    """One-sided p of ours being no worse than theirs: P(T > mean loss difference / SE_c); s_d = 0 gives 1.

    Args:
        d: ours minus theirs, in units of the metric.
        sign: 1 where lower scores are better, -1 where higher ones are.
        test_share: n_test/n_train, of a fold.
    """
    if d.deviation == 0.0:
        return 1.0
    t = sign * d.mean / corrected_standard_error(d.deviation, d.pairs, test_share)
    return float(stats.t.sf(t, d.pairs - 1))


def interval(d: Difference, test_share: float, level: float = LEVEL) -> Limits:
    """Mean -+ t SE_c, with t the (1 + level)/2 quantile of Student's T, J - 1 degrees of freedom; s_d = 0: a point."""
    half = _quantile(level, d.pairs) * corrected_standard_error(d.deviation, d.pairs, test_share)
    return Limits(d.mean - half, d.mean + half)


def score_interval(scores: Scores, test_share: float, level: float = LEVEL) -> tuple[float, Limits]:
    """SE_c of a mean score, and mean -+ t SE_c: what new rows of the same kind may score."""
    deviation = spread(scores)
    standard_error = corrected_standard_error(deviation, scores.size, test_share)
    half = _quantile(level, scores.size) * standard_error
    mean = float(scores.mean())
    return standard_error, Limits(mean - half, mean + half)


def probability_better(d: Difference, sign: int, test_share: float) -> float:
    """P(ours truly better) = Student's cdf with J - 1 degrees of freedom at mean gain / SE_c; the gain is -sign d.

    The posterior of the Bayesian correlated t test under its flat prior.  s_d = 0: 1, 0, or 1/2 without a difference.
    Source: Corani & Benavoli 2015, "A Bayesian approach for comparing cross-validated algorithms".
    """
    gain = -sign * d.mean
    if d.deviation == 0.0:
        return 0.5 * (1.0 + float(np.sign(gain)))
    t = gain / corrected_standard_error(d.deviation, d.pairs, test_share)
    return float(stats.t.cdf(t, d.pairs - 1))


def spread(scores: Scores) -> float:
    """s = sqrt(sum (score - mean)^2 / (J - 1)); 0 where all are equal up to rounding."""
    if float(np.ptp(scores)) <= ROUNDING * float(np.abs(scores).max()):
        return 0.0
    return float(scores.std(ddof=1))


def _quantile(level: float, pairs: int) -> float:
    return float(stats.t.ppf((1 + level) / 2, pairs - 1))
