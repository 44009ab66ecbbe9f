"""Who goes on from screening to the final."""

import numpy as np

from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.choice import competing
from ridgeline_worker.verdict.evidence import Contender, Paired
from ridgeline_worker.verdict.simplicity import rank

ALWAYS = frozenset({Role.NONE, Role.BASELINE})
"""Roles that go on whatever screening says."""
FIRST = ALWAYS | {Role.WINNER, Role.ABLATION}
"""Roles that go on before others, as far as there is room: what the study is asked for rests on them."""


def goes_on(paired: Paired, direction: Direction, room: int) -> tuple[int, ...]:
    """Numbers of those that are trained again, in their order.

    The lowest mean screening losses, of equals the simplest, at most `room` of them; none and the baseline take their
    places first, and go on, with one more setting, even where that is more than there is room for.  Of a cocktail, the
    winner and then what is left of it without an ingredient have the next places.  The constant
    prediction costs nothing and goes on too.  Settings without finite scores do not.

    Args:
        paired: Contenders and their screening scores; `final` is not looked at.
        direction: Which scores are better.
        room: Settings that the final has room for.
    """
    free = [one.number for one in paired.contenders if one.setting is None]
    settings = [one for one in paired.contenders if one.setting is not None]
    always = [one.number for one in settings if one.roles & ALWAYS]
    loss = {
        one.number: direction.sign * float(np.mean(paired.screening[one.number]))
        for one in settings
        if one.number in paired.screening
    }
    others = [one for one in competing(settings, paired.screening) if one.number not in always]
    best = sorted(others, key=lambda one: (_turn(one), loss[one.number], rank(one)))
    left = max(1, room - len(always))
    return tuple(sorted([*free, *always, *(one.number for one in best[:left])]))


def _turn(one: Contender) -> int:
    return 0 if Role.WINNER in one.roles else 1 if Role.ABLATION in one.roles else 2
