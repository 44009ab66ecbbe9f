"""Whether any contender is better than none."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ridgeline.spec.views.verdict import Gain
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.corrected_t import interval, p_value
from ridgeline_worker.verdict.holm import holm

LEVEL = 0.05
"""Chance at most that any gain is shown where there is none."""


@dataclass(frozen=True)
class Gained:
    """What the final tells of differences to none."""

    gain: Gain
    shown: tuple[int, ...]
    """Numbers of those that are better than none at a Holm p below 0.05."""
    holm_p: Mapping[int, float]
    """By number, of all that entered screening but none."""
    possible: float | None
    """The largest gain that an interval reaches, at least 0; None: nothing was compared with none."""


def gained(field: Field, none: int, entered: tuple[int, ...], min_gain: float | None) -> Gained:
    """Compare every contender with none.

    shown: the Holm p of a contender that is better than none is below 0.05.
    excluded: the upper limit of each contender's gain is below `min_gain`.  Each may be told at its own level, since
    all must be (intersection-union test, Berger 1982).
    not shown: neither.

    Args:
        field: Those that compete.
        none: Number of none.
        entered: Numbers of all settings that entered screening, but none: the family of Holm's correction.
        min_gain: The smallest gain worth having; None: never excluded.
    """
    reference = field.place(none)
    p = dict.fromkeys(entered, 1.0)
    if reference is None:
        return Gained(Gain.NOT_SHOWN, (), p, None)
    better: list[int] = []
    upper: list[float] = []
    for place, one in enumerate(field.contenders):
        if place == reference:
            continue
        d = field.differences[place][reference]
        limits = interval(d, field.test_share)
        p[one.number] = p_value(d, field.test_share)
        upper.append(-limits.low if field.sign == 1 else limits.high)
        if field.sign * d.mean < 0:
            better.append(one.number)
    adjusted = dict(zip(p, map(float, holm(np.array(list(p.values())))), strict=True))
    shown = tuple(number for number in sorted(better) if adjusted[number] < LEVEL)
    possible = max(0.0, *upper) if upper else None
    if shown:
        gain = Gain.SHOWN
    elif possible is not None and min_gain is not None and max(upper) < min_gain:
        gain = Gain.EXCLUDED
    else:
        gain = Gain.NOT_SHOWN
    return Gained(gain, shown, adjusted, possible)
