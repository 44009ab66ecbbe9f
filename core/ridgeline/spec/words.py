"""Settings and numbers as people read them."""

from collections.abc import Mapping

from ridgeline.kinds import CATALOGUE
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec.resolved import kinds_of


def number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def named(strengths: Mapping[str, float]) -> str:
    """Strengths by name, such as `strength 0.0012`."""
    return ", ".join(f"{name} {number(value)}" for name, value in strengths.items())


def setting(regularizer: str, strengths: Mapping[str, float]) -> str:
    """A kind with its strengths, such as `l2 strength 0.0012`; of a cocktail, each with a + between.

    A static kind is on wherever it is named, so its switch is not told.
    """
    if regularizer == COCKTAIL:
        return mixed(strengths)
    if regularizer in CATALOGUE and CATALOGUE[regularizer].is_static:
        return regularizer
    return f"{regularizer} {named(strengths)}".strip()


def mixed(strengths: Mapping[str, float]) -> str:
    """The kinds of a mix, such as `l2 strength 0.0012 + batch_norm`."""
    return " + ".join(setting(kind, own) for kind, own in kinds_of(COCKTAIL, strengths).items())
