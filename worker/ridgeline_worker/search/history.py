"""Which of the stored trials a sampler that learns is told of: all of them, or a part where they are very many.

    told = the best quarter of MOST_TOLD, and of the others the latest three quarters

Best: as TPE ranks them, the complete ones by loss, then the pruned ones by how far they came and their loss there,
diverged ones last; of equals, the lower number.  Only trials that a sampler learns from count: those that were stopped
or lost are left out of a part.  It is a function of the trials alone, so a restart changes nothing; up to MOST_TOLD
trials it is all of them.

TPE takes at most 25 trials for the good ones, so a part keeps every good one; of the bad ones it gives the latest the
most weight, so the oldest are missed the least.  Costs and quality: docs/decisions/0013.
"""

import math
from collections.abc import Sequence

from ridgeline.spec.metrics import Direction
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import TrialView
from ridgeline_worker.search.told import diverged

MOST_TOLD = 500
"""Trials of one kind, or mixes, that a sampler is told of."""
BEST_SHARE = 4
"""One in so many of them is of the best."""


def part_told(trials: Sequence[TrialView], direction: Direction) -> list[TrialView]:
    """The trials to tell of, in the order given, which is that of their numbers but for warm ones that stand first."""
    if len(trials) <= MOST_TOLD:
        return list(trials)
    learned = [trial for trial in trials if _is_learned_from(trial)]
    best = sorted(learned, key=lambda trial: _rank(trial, direction))[: MOST_TOLD // BEST_SHARE]
    numbers = {trial.number for trial in best}
    latest = [trial for trial in learned if trial.number not in numbers][-(MOST_TOLD - len(best)) :]
    numbers |= {trial.number for trial in latest}
    return [trial for trial in learned if trial.number in numbers]


def _is_learned_from(trial: TrialView) -> bool:
    return trial.state in {TrialState.COMPLETE, TrialState.PRUNED} or diverged(trial)


def _rank(trial: TrialView, direction: Direction) -> tuple[int, float, float, int]:
    """Complete by loss, pruned by how far they came and then loss, diverged; the lower number first."""
    if trial.score is not None:
        return 0, direction.sign * trial.score, 0.0, trial.number
    if trial.state is TrialState.PRUNED and trial.rungs:
        last = trial.rungs[-1]
        return 1, -float(last.place.model_epochs), direction.sign * last.level, trial.number
    return 2, math.inf, 0.0, trial.number
