"""How much the choice among contenders flatters the chosen score."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ridgeline.spec.metrics import Metric
from ridgeline_worker.verdict.bootstrap import counts
from ridgeline_worker.verdict.choice import Field, within
from ridgeline_worker.verdict.evidence import OutOfFold
from ridgeline_worker.verdict.resampled import Measure

RESAMPLES = 300
"""Enough for a mean: its error is a seventeenth of the spread between resamples."""
FEWEST_RESAMPLES = 30
"""For large tables, where there is little optimism to correct."""
NUMBERS_RANKED = 30_000_000
"""Rows weighed at most in all where each repeat of each contender is ranked, but for the fewest resamples."""
NUMBERS_DRAWN = 6_000_000
"""Rows drawn at most in all for any other metric, likewise: beyond 20,000 rows there are fewer resamples."""


@dataclass(frozen=True)
class Optimism:
    """By how much the cross-validated score of the choice is too good."""

    amount: float
    """In units of the metric; at least 0."""
    resamples: int
    """Those that the metric says something of."""


def optimism(field: Field, out_of_fold: OutOfFold, measure: Measure, seed: np.random.SeedSequence) -> Optimism | None:
    """Bootstrap the choice: choose on the rows drawn, and see how the chosen does on the rows that were not.

    optimism = max(0, mean over b of loss_b(choice on the rows of b) - loss_b(recommended)), where loss_b is the loss on
    the rows outside of resample b.  The first term is the estimate of bootstrap bias-corrected cross-validation; to
    take the second one off, rather than the loss on all rows, leaves its expectation as it is, and out of it the luck
    of the rows outside.  A choice is the simplest within s_d / sqrt(J) of the lowest loss on the rows drawn; losses are
    means over repeats of the score of all rows of a repeat.  A correction is never in favour of the choice.

    Source: Tsamardinos, Greasidou & Borboudakis 2018, "Bootstrapping the out-of-sample predictions".

    Returns:
        None: predictions of a contender that competes are not there, or the metric says nothing of any resample.
    """
    numbers = [one.number for one in field.contenders]
    if not set(numbers) <= set(out_of_fold.predictions):
        return None
    weights = np.ones(len(out_of_fold.targets)) if out_of_fold.weights is None else out_of_fold.weights
    scorers = [measure.scorer(out_of_fold.targets, out_of_fold.predictions[number]) for number in numbers]

    def losses(rows: Float[np.ndarray, "draws rows"]) -> Float[np.ndarray, "draws contenders"]:
        return measure.sign * np.stack([scores(rows) for scores in scorers], axis=1)

    draw = np.random.default_rng(seed)
    excesses = []
    for times in counts(len(weights), out_of_fold.units, _resamples(measure, out_of_fold, len(numbers)), draw):
        inside, outside = losses(times * weights), losses((times == 0) * weights)
        says_something = np.isfinite(inside).all(axis=1)
        chosen = within(inside, field.plain)
        more = outside[np.arange(len(chosen)), chosen] - outside[:, field.recommended]
        excesses.append(more[says_something])
    excess = np.concatenate(excesses)
    known = excess[np.isfinite(excess)]
    return Optimism(max(0.0, float(known.mean())), len(known)) if len(known) else None


def _resamples(measure: Measure, out_of_fold: OutOfFold, contenders: int) -> int:
    """As many as take a few seconds."""
    rows = len(out_of_fold.targets)
    affordable = NUMBERS_DRAWN // rows
    if measure.metric is Metric.ROC_AUC:
        repeats = max(len(each) for each in out_of_fold.predictions.values())
        affordable = NUMBERS_RANKED // (rows * repeats * contenders)
    return min(RESAMPLES, max(FEWEST_RESAMPLES, affordable))
