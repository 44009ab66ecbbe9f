"""How many settings a kind has when they can be counted."""

import math
from collections.abc import Mapping

from ridgeline.kinds import Range, Search
from ridgeline.spec.study import AnySampler, Grid

MAX_GRID = 100_000
"""Settings of one kind that are enumerated at most: as many as the largest budget can try."""


def settings_of(searches: Mapping[str, Search], sampler: AnySampler) -> int | None:
    """How many different settings these strengths have; None: a range makes them endless.

    points ** ranges under a grid sampler, times the length of each list.
    """
    ranges = sum(isinstance(search, Range) for search in searches.values())
    if ranges and not isinstance(sampler, Grid):
        return None
    lists = math.prod(len(set(search)) for search in searches.values() if isinstance(search, tuple))
    return lists * (int(sampler.points**ranges) if isinstance(sampler, Grid) else 1)


def most_points(searches: Mapping[str, Search], learning_rates: int) -> int:
    """Points of a grid sampler with which these strengths stay within the limit; 0: none do.  At least one is a range.

    The largest p with p ** ranges * lists * learning_rates <= MAX_GRID.
    """
    ranges = sum(isinstance(search, Range) for search in searches.values())
    lists = learning_rates * math.prod(len(set(search)) for search in searches.values() if isinstance(search, tuple))
    points = round((MAX_GRID / lists) ** (1 / ranges))
    return int(points if points**ranges * lists <= MAX_GRID else points - 1)
