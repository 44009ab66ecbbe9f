"""How much the choice among contenders flatters the chosen score."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ridgeline_worker.verdict.bootstrap import counts
from ridgeline_worker.verdict.choice import Field, within
from ridgeline_worker.verdict.evidence import OutOfFold
from ridgeline_worker.verdict.resampled import Measure

RESAMPLES = 300
"""Enough for a mean: its error is a seventeenth of the spread between resamples."""


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
    draw = np.random.default_rng(seed)
    excesses = []
    for drawn in counts(len(weights), out_of_fold.units, RESAMPLES, draw):
        chosen = within(_losses(numbers, out_of_fold, measure, drawn * weights), field.plain)
        outside = _losses(numbers, out_of_fold, measure, (drawn == 0) * weights)
        excesses.append(outside[np.arange(len(chosen)), chosen] - outside[:, field.recommended])
    excess = np.concatenate(excesses)
    known = excess[np.isfinite(excess)]
    return Optimism(max(0.0, float(known.mean())), len(known)) if len(known) else None


def _losses(
    numbers: list[int], out_of_fold: OutOfFold, measure: Measure, weights: Float[np.ndarray, "draws rows"]
) -> Float[np.ndarray, "draws contenders"]:
    """Mean loss over repeats, for each weighting of the rows."""
    y = out_of_fold.targets
    by_contender = [
        np.mean([measure.scores(y, repeat, weights) for repeat in out_of_fold.predictions[number]], axis=0)
        for number in numbers
    ]
    return measure.sign * np.stack(by_contender, axis=1)
