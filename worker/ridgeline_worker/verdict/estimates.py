"""How well a measure of a contender is known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import stats

from ridgeline.spec.measures import Measure
from ridgeline_worker.verdict.corrected_t import LEVEL, Limits, score_interval
from ridgeline_worker.verdict.evidence import Measured, Scores

ONE_SIDED = 2 * LEVEL - 1
"""Level of the interval whose limits are one-sided 95 % bounds."""


@dataclass(frozen=True)
class Estimate:
    """A measure, in its own units, within what it can be."""

    value: float
    limits: Limits
    """Of the 95 % interval."""
    bounds: Limits
    """Lower and upper one-sided 95 % bound."""


def estimates(measured: Measured, test_share: float) -> dict[Measure, dict[int, Estimate]]:
    """Each measure of each contender that has it in every repeat and fold."""
    return {measure: _of_all(measure, told, test_share) for measure, told in measured.items()}


def _of_all(measure: Measure, told: Mapping[int, Scores], test_share: float) -> dict[int, Estimate]:
    known = {number: values for number, values in told.items() if np.isfinite(values).all()}
    low, high = measure.limits
    found = {}
    for number, values in known.items():
        one = median(values.ravel()) if measure.is_timed else mean(values, test_share)
        limits, bounds = (Limits(max(low, each.low), min(high, each.high)) for each in (one.limits, one.bounds))
        found[number] = Estimate(one.value, limits, bounds)
    return found


def mean(values: Scores, test_share: float) -> Estimate:
    """The mean over repeats and folds, -+ t SE_c: the corrected resampled t (Nadeau & Bengio 2003).

    A one-sided 95 % bound has the 0.95 quantile of Student's T with J - 1 degrees of freedom for t.
    """
    _, limits = score_interval(values, test_share)
    _, bounds = score_interval(values, test_share, ONE_SIDED)
    return Estimate(float(values.mean()), limits, bounds)


def median(timings: Float[np.ndarray, "timings"]) -> Estimate:
    """The median of n timings, with order statistics for limits: no assumption on how timings spread.

    P(median < X_(k)) = P(Bin(n, 1/2) < k), so the largest k where that is at most 2.5 % gives the interval
    (X_(k), X_(n + 1 - k)), and at most 5 % a bound.  Of nine timings both have k = 2, and 2 % beyond each.

    Source: Conover 1999, "Practical nonparametric statistics", section 3.2.

    Raises:
        ValueError: fewer than six timings.
    """
    if timings.size < 6:
        raise ValueError(f"the interval of a median needs at least 6 timings but got {timings.size}; time it again")
    ordered = np.sort(timings)

    def between(beyond: float) -> Limits:
        k = int(stats.binom.ppf(beyond, ordered.size, 0.5))
        return Limits(float(ordered[k - 1]), float(ordered[-k]))

    return Estimate(float(np.median(ordered)), between((1 - LEVEL) / 2), between(1 - LEVEL))
