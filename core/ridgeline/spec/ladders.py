"""How much training ladders are: strengths of one kind from weak to strong, trained side by side for its curve.

A ladder is trained after the final, on repeats with numbers of their own, so that nothing of it was chosen by: neither
its strengths by its scores, nor what is recommended.
"""

import math
from dataclasses import dataclass

from ridgeline.kinds import Range
from ridgeline.spec.resolved import ResolvedRegularizer, ResolvedStudy
from ridgeline.spec.study import Mode

LADDER_SHARE = 0.5
"""Models of all ladders, as a share of those that the search's epochs amount to.

With the defaults (128 trials, 5 folds, successive halving) a half pays for the ladders of three kinds, a quarter for
one.
"""
FIRST_LADDER_REPEAT = 4_000
LEAST_PAIRS = 5
"""Pairs of a repeat and fold that differences of two strengths rest on at least."""
LEAST_RUNGS = 8
"""Strengths of a range at least."""
MOST_RUNGS = 16
"""Strengths of a range, or of a long list, at most."""
EXTENSION_RUNGS = 3
"""Strengths by which a ladder goes on beyond an end; each ladder has room for so many once."""
EXTENSIONS = 2
"""How often it goes on at most."""
LEAST_VALUES = 3
"""Different numbers of a list from which on it has a curve."""


def varied(regularizer: ResolvedRegularizer) -> str | None:
    """The strength that a ladder of this kind varies: the first that is a range, or a list of three or more numbers.

    Strengths stand in the order of the kind's declaration, the main one first.  None: fixed, a switch, a choice of
    two, or read off.
    """
    for name, search in regularizer.strengths.items():
        if isinstance(search, Range) or (isinstance(search, tuple) and len(set(search)) >= LEAST_VALUES):
            return name
    return None


def laddered(study: ResolvedStudy) -> tuple[str, ...]:
    """Kinds that may have a ladder, in the order of the study; none in mode cocktail, where strengths act together."""
    if study.mode is Mode.COCKTAIL:
        return ()
    return tuple(own.kind for own in study.regularizers if varied(own) is not None)


def ladder_repeats(study: ResolvedStudy) -> int:
    """Repeats of all folds that a ladder is trained on: ceil(5/folds), so one from five folds on."""
    return -(-LEAST_PAIRS // study.evaluation.folds)


@dataclass(frozen=True)
class LadderPlan:
    """What ladders may train."""

    kinds: int
    """Ladders; 0: there is no room for a single one."""
    rungs: int
    """Strengths of each before it goes on beyond an end."""
    settings: int
    """Settings in all, none and what lies beyond the ends included."""
    evaluations: int
    """Models: settings x repeats x folds."""


def ladder_plan(study: ResolvedStudy, trained: float, kinds: int) -> LadderPlan:
    """As many whole ladders as there is room for, then as many strengths of each.

    With S = floor(0.5 x trained x folds x repeats / (ladder repeats x folds)) settings: min(kinds, (S - 1) // (8 + 3))
    ladders beside none, of (S - 1) // ladders - 6 strengths each, 8 to 16; what is left of S pays for going on.

    Args:
        trained: whole trials that the search's epochs amount to.
        kinds: that want one.
    """  # fmt: skip
    each = ladder_repeats(study) * study.evaluation.folds
    room = math.floor(LADDER_SHARE * trained * study.evaluations_per_trial / each) - 1
    ladders = max(0, min(kinds, room // (LEAST_RUNGS + EXTENSION_RUNGS)))
    if not ladders or not study.evaluation.final_repeats:
        return LadderPlan(0, 0, 0, 0)
    most_beyond = EXTENSIONS * EXTENSION_RUNGS
    rungs = min(MOST_RUNGS, max(LEAST_RUNGS, room // ladders - most_beyond))
    settings = 1 + min(room, ladders * (rungs + most_beyond))
    return LadderPlan(ladders, rungs, settings, settings * each)
