"""Scores on the test part: the only figures that no choice has touched."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ridgeline_worker.verdict.bootstrap import counts
from ridgeline_worker.verdict.corrected_t import LEVEL, Limits
from ridgeline_worker.verdict.evidence import Tested
from ridgeline_worker.verdict.resampled import Measure

RESAMPLES = 2000
"""Enough for the limits of a 95 % interval: 50 lie beyond each."""


@dataclass(frozen=True)
class HeldOut:
    """Recommended and none on the same rows, in units of the metric."""

    recommended: float
    none: float
    limits: Limits | None
    """Of recommended minus none; None: the same setting, fewer than two units of rows, or a metric that says nothing
    of most resamples."""

    @property
    def difference(self) -> float:
        """Recommended minus none."""
        return self.recommended - self.none


def held_out(
    tested: Tested, recommended: int, none: int, measure: Measure, seed: np.random.SeedSequence
) -> HeldOut | None:
    """Score both on all rows, and bootstrap their difference: rows are drawn in pairs, the same for both.

    The interval holds the 2.5 % to 97.5 % quantiles of the difference over resamples (percentile interval, Efron &
    Tibshirani 1993, chapter 13).  It tells of other rows, not of other trainings.

    Returns:
        None: predictions of one of them are not there.
    """
    if not {recommended, none} <= set(tested.predictions):
        return None
    weights = np.ones(len(tested.targets)) if tested.weights is None else tested.weights

    pair = [measure.scorer(tested.targets, tested.predictions[number][None]) for number in (recommended, none)]

    def both(rows: Float[np.ndarray, "draws rows"]) -> Float[np.ndarray, "2 draws"]:
        return np.stack([scores(rows) for scores in pair])

    found = both(weights[None])[:, 0]
    limits = None
    if recommended != none and _units(tested) > 1:
        draw = np.random.default_rng(seed)
        drawn = [both(times * weights) for times in counts(len(weights), tested.units, RESAMPLES, draw)]
        limits = _percentiles(np.concatenate([ours - theirs for ours, theirs in drawn]))
    return HeldOut(float(found[0]), float(found[1]), limits)


def _units(tested: Tested) -> int:
    return len(tested.targets) if tested.units is None else len(np.unique(tested.units))


def _percentiles(differences: Float[np.ndarray, "draws"]) -> Limits | None:
    known = differences[np.isfinite(differences)]
    if 2 * len(known) < len(differences):
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Limits(float(low), float(high))
