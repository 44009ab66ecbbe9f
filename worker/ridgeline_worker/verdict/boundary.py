"""Strengths that lie at an end of what was searched."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from ridgeline.kinds import Range, Search
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline_worker.verdict.simplicity import ingredients

NEAR = 0.02
"""Share of a range (of its logarithm where that was searched) that counts as its end."""


@dataclass(frozen=True)
class AtEnd:
    """A strength at an end."""

    name: str
    """Dotted, such as `l2.strength`."""
    value: float
    is_low: bool
    """Whether it is the lower end."""


def at_ends(study: ResolvedStudy, setting: Setting) -> Iterator[AtEnd]:
    """Strengths of a setting in the outer 2 % of the range that was searched, or at an end of a grid of three or more.

    Fixed strengths, grids of two, and whole ranges of one kind that a mix takes no part in have no such end.
    """
    searched = {regularizer.kind: regularizer.strengths for regularizer in study.regularizers}
    for kind, strengths in ingredients(setting).items():
        for name, value in strengths.items():
            search = searched.get(kind, {}).get(name)
            place = None if search is None else _place(search, value)
            if place is not None and not NEAR < place < 1 - NEAR:
                yield AtEnd(f"{kind}.{name}", value, is_low=place <= NEAR)


def _place(search: Search, value: float) -> float | None:
    """0 at the lower end of what was searched, 1 at the upper one; None: nothing was searched."""
    match search:
        case Range(low=low, high=high, log=True):
            return math.log(value / low) / math.log(high / low) if value > 0 else 0.0
        case Range(low=low, high=high):
            return (value - low) / (high - low)
        case tuple() if len(search) > 2:
            low, high = min(search), max(search)
            return (value - low) / (high - low) if high > low else None
        case _:
            return None
