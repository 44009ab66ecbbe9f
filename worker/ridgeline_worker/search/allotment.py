"""How the sampled trials of a generation are dealt to the kinds."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """How far one kind is, in the order of the request."""

    kind: str
    sampled: int
    """Sampled trials started so far."""
    losses: tuple[float, ...]
    """Of its complete sampled trials, in trial order; lower is better."""


def allot(count: int, standings: Sequence[Standing]) -> dict[str, int]:
    """How many of `count` trials each kind gets: one by one, each to the kind with the fewest so far."""
    counts = {standing.kind: 0 for standing in standings}
    for _ in range(count):
        least = min(standings, key=lambda standing: standing.sampled + counts[standing.kind])
        counts[least.kind] += 1
    return counts
