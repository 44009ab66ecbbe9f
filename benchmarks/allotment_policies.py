"""Ways to deal a generation's trials to the kinds; the one that won is in the search, the others are here."""

import math
from collections.abc import Callable, Sequence
from statistics import median

from ridgeline_worker.search.allotment import Standing
from ridgeline_worker.search.allotment import allot as equal

FIRST_LOOK = 8
"""Sampled trials of each kind before merit counts, in the policies that wait."""

Allot = Callable[[int, Sequence[Standing]], dict[str, int]]


def by_rank(count: int, standings: Sequence[Standing]) -> dict[str, int]:
    """After a first look, in proportion to 1/rank of each kind's best score."""
    if _too_early(standings):
        return equal(count, standings)
    ranked = sorted(standings, key=_best)
    return _in_proportion(count, {standing.kind: 1 / rank for rank, standing in enumerate(ranked, start=1)})


def better_half(count: int, standings: Sequence[Standing]) -> dict[str, int]:
    """After a first look, one trial to each of the worse half of the kinds, the rest to the better half."""
    if _too_early(standings):
        return equal(count, standings)
    ranked = sorted(standings, key=_best)
    leaders = ranked[: math.ceil(len(ranked) / 2)]
    return _one_each_then(count, ranked, leaders)


def within_margin(count: int, standings: Sequence[Standing]) -> dict[str, int]:
    """After a first look, one trial to each kind whose best is worse than the best by half of best to median."""
    if _too_early(standings):
        return equal(count, standings)
    ranked = sorted(standings, key=_best)
    best = _best(ranked[0])
    margin = (median(loss for standing in standings for loss in standing.losses) - best) / 2
    leaders = [standing for standing in ranked if _best(standing) <= best + margin]
    return _one_each_then(count, ranked, leaders)


def confidence_bound(count: int, standings: Sequence[Standing]) -> dict[str, int]:
    """Each trial to the kind with the lowest best - s sqrt(log N / n), s the spread of its better half."""
    counts = dict.fromkeys((standing.kind for standing in standings), 0)
    total = sum(standing.sampled for standing in standings)

    def bound(standing: Standing) -> float:
        tried = standing.sampled + counts[standing.kind]
        if tried < FIRST_LOOK or not standing.losses:
            return -math.inf if tried < FIRST_LOOK else math.inf
        spread = median(standing.losses) - min(standing.losses)
        return min(standing.losses) - spread * math.sqrt(math.log(total + 2) / tried)

    for _ in range(count):
        best = min(standings, key=lambda one: (bound(one), one.sampled + counts[one.kind]))
        counts[best.kind] += 1
        total += 1
    return counts


def _too_early(standings: Sequence[Standing]) -> bool:
    return min(standing.sampled for standing in standings) < FIRST_LOOK


def _best(standing: Standing) -> float:
    return min(standing.losses, default=math.inf)


def _in_proportion(count: int, weights: dict[str, float]) -> dict[str, int]:
    """Largest remainders, after one trial each."""
    counts = {kind: int(place < count) for place, kind in enumerate(weights)}
    left, total = count - sum(counts.values()), sum(weights.values())
    shares = {kind: left * weight / total for kind, weight in weights.items()}
    for kind, share in shares.items():
        counts[kind] += math.floor(share)
    by_remainder = sorted(shares, key=lambda kind: math.floor(shares[kind]) - shares[kind])
    for kind in by_remainder[: count - sum(counts.values())]:
        counts[kind] += 1
    return counts


def _one_each_then(count: int, ranked: Sequence[Standing], leaders: Sequence[Standing]) -> dict[str, int]:
    names = {standing.kind for standing in leaders}
    return _in_proportion(count, {standing.kind: float(standing.kind in names) for standing in ranked})


POLICIES: dict[str, Allot] = {
    "equal": equal,
    "by_rank": by_rank,
    "better_half": better_half,
    "within_margin": within_margin,
    "confidence_bound": confidence_bound,
}
