"""The strengths of a ladder: spaced over what was searched, and on beyond an end of it."""

import math

from ridgeline.kinds import CATALOGUE, Bounds, Range, Search
from ridgeline.spec.defaults import least_tau
from ridgeline.spec.ladders import LEAST_RUNGS
from ridgeline.spec.resolved import ResolvedStudy

WEIGHT_DECAY = "weight_decay"
SAME = 1e-9
"""Strengths that differ by less than this share are one."""


def legal(study: ResolvedStudy, kind: str, strength: str) -> Bounds:
    """What is legal of a strength in a study: weight decay takes at most half of a weight in one step."""
    declared = CATALOGUE[kind].bounds[strength]
    if kind != WEIGHT_DECAY:
        return declared
    return declared.model_copy(update={"minimum": least_tau(study.training), "minimum_excluded": False})


def spaced(search: Search, count: int) -> tuple[float, ...]:
    """So many strengths, from low to high: evenly spaced on the range's own scale, both ends included.

    Of a list its numbers, or so many of them, evenly spaced by their place.
    """
    match search:
        case Range(low=low, high=high, log=True):
            inner = [low * (high / low) ** (i / (count - 1)) for i in range(1, count - 1)]
        case Range(low=low, high=high):
            inner = [low + (high - low) * (i / (count - 1)) for i in range(1, count - 1)]
        case tuple():
            numbers = sorted(set(search))
            kept = min(count, len(numbers))
            return tuple(numbers[round(i * (len(numbers) - 1) / (kept - 1))] for i in range(kept))
        case _:
            raise TypeError(f"a ladder needs a range or a list but got {search!r}; leave fixed strengths out")
    return (low, *inner, high)


def beyond(last: float, search: Range, bounds: Bounds, count: int, *, upward: bool) -> tuple[float, ...]:
    """So many more strengths past an end, the nearest first: by the ratio or step of eight strengths over the range.

    Where a step would leave what is legal, half of what is left of it is taken in its place; fewer where the end is the
    last legal number.

    Args:
        last: the end.
        search: what was searched.
        bounds: what is legal.
    """  # fmt: skip
    steps, way = LEAST_RUNGS - 1, 1 if upward else -1
    ratio = (search.high / search.low) ** (way / steps) if search.log else 1.0
    step = 0.0 if search.log else way * (search.high - search.low) / steps
    limit = bounds.maximum if upward else bounds.minimum
    found: list[float] = []
    while len(found) < count:
        following = last * ratio + step
        if limit is not None and not bounds.allows(following):
            following = limit + (last - limit) / 2
        if not math.isfinite(following) or math.isclose(following, last, rel_tol=SAME):
            break
        found.append(following)
        last = following
    return tuple(found)
