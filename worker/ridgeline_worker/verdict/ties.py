"""The tie set: contenders that may be the best."""

from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.corrected_t import p_worse

LEVEL = 0.05
"""Chance at most of leaving the truly best out."""


def tie_set(field: Field, entered: int) -> tuple[int, ...]:
    """Numbers of those not worse than the lowest mean loss, by the corrected t at one-sided 0.05/(m - 1).

    The truly best is left out only if one of the m - 1 others is found better than it by luck; each test allows that
    with 0.05/(m - 1), all of them together with 0.05 (Bonferroni; multiple comparisons with the best, Hsu 1981).

    Args:
        field: Those that compete.
        entered: m, the settings that entered screening: those that were dropped might have had the lowest mean too.
    """
    level = LEVEL / max(1, entered - 1)
    best = field.lowest
    return tuple(
        sorted(
            one.number
            for place, one in enumerate(field.contenders)
            if place == best or p_worse(field.differences[place][best], field.sign, field.test_share) >= level
        )
    )
