"""Dealing in proportion, without chance: the same counts and the same order every time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice


def brackets_dealt(shares: Sequence[int], start: int, count: int) -> list[int]:
    """Brackets of the trials at positions start..start + count - 1 of an endless deal in proportion to `shares`.

    Smooth weighted round robin: at each position every bracket gains its share, the richest is dealt and pays the
    sum of all; of two equally rich ones, the first.  After sum(shares) positions it begins again.
    """
    start %= sum(shares)
    return list(islice(_smooth(shares), start, start + count))


def interleaved(counts: Mapping[str, int]) -> list[str]:
    """Each name as often as it counts, spread evenly: the i-th of n stands at (i + 1/2)/n."""
    places = [((i + 0.5) / count, name) for name, count in counts.items() for i in range(count)]
    return [name for _, name in sorted(places, key=lambda place: place[0])]


def _smooth(shares: Sequence[int]) -> Iterator[int]:
    total = sum(shares)
    credit = [0] * len(shares)
    while True:
        credit = [held + share for held, share in zip(credit, shares, strict=True)]
        richest = credit.index(max(credit))
        credit[richest] -= total
        yield richest
