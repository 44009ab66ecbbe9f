"""Numbers and contenders as the report says them."""

import math
from collections.abc import Iterable

from ridgeline.spec.views import Comparison, ContenderView, Role
from ridgeline.spec.words import named, number, setting

LONGEST = 56
"""Characters of a contender on an axis; a mix of many kinds is cut."""
DASH = "–"
MINUS = "\N{MINUS SIGN}"


def contender(one: ContenderView, *, with_rate: bool = False) -> str:
    """A contender in words, such as `l2 strength 0.0012`."""
    if one.setting is None:
        return "constant prediction"
    told = [setting(one.setting.regularizer, one.setting.strengths), named(one.derived)]
    if with_rate:
        told.append(f"learning rate {number(one.setting.learning_rate)}")
    return ", ".join(filter(None, told))


def label(one: ContenderView, *, with_rate: bool = False) -> str:
    """The same, short enough for an axis, with the role that tells it from others of its kind."""
    words = contender(one, with_rate=with_rate)
    cut = words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
    role = next((role for role in (Role.BASELINE, Role.DEFAULT) if role in one.roles), None)
    return f"{cut} ({role})" if role and Role.BEST not in one.roles else cut


def places(errors: Iterable[float | None], least: int = 3, most: int = 6) -> int:
    """Decimals by which the median of these standard errors has two digits."""
    known = sorted(error for error in errors if error)
    if not known:
        return 4
    return min(most, max(least, 1 - math.floor(math.log10(known[len(known) // 2]))))


def fixed(value: float | None, decimals: int) -> str:
    """So many decimals, with a real minus."""
    return DASH if value is None else f"{value:.{decimals}f}".replace("-", MINUS)


def signed(value: float | None, decimals: int) -> str:
    """The same, with its sign unless all its digits are zero."""
    if value is None or not round(value, decimals):
        return fixed(None if value is None else 0.0, decimals)
    return f"{value:+.{decimals}f}".replace("-", MINUS)


def share(value: float | None) -> str:
    """A share in percent, one decimal."""
    return DASH if value is None else f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def p_value(p: float | None) -> str:
    """Two significant digits, as far down as they mean something."""
    if p is None:
        return DASH
    return "< 0.0001" if p < 1e-4 else f"{p:.2g}"


def compared(comparison: Comparison | None, decimals: int) -> str:
    """A difference with its interval."""
    if comparison is None:
        return DASH
    limits = comparison.interval
    return f"{signed(comparison.mean, decimals)} ({signed(limits.low, decimals)} to {signed(limits.high, decimals)})"


def duration(seconds: float) -> str:
    """Such as `2 h 5 min`, `3 min 20 s` or `4.2 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % 60} s"
