"""The winner of a cocktail taken apart: without each of its ingredients, and each of them alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from ridgeline.kinds.combining import needed_by, without
from ridgeline.spec.resolved import ResolvedStudy, Setting

LEAST_INGREDIENTS_ALONE = 3
"""Ingredients of a mix from which on they are also tried alone: of two, each is what the other's ablation leaves."""


@dataclass(frozen=True)
class Ablation:
    """A mix without one of its ingredients."""

    kind: str
    """What is taken out."""
    taken_along: tuple[str, ...]
    """What is taken out with it, since it requires it."""
    setting: Setting
    """What is left, at the same strengths and learning rate; where nothing is, none at none's learning rate."""


def ablations(study: ResolvedStudy, mix: Setting, *, none_rate: float) -> tuple[Ablation, ...]:
    """A mix without each of its ingredients, in the order of the catalogue."""
    kinds = mix.kinds
    found = []
    for kind in kinds:
        left = without(tuple(kinds), kind, study.given)
        along = tuple(other for other in kinds if other != kind and other not in left)
        rate = mix.learning_rate if left else none_rate
        found.append(Ablation(kind, along, Setting.of({each: kinds[each] for each in left}, rate)))
    return tuple(found)


def alone(study: ResolvedStudy, mix: Setting) -> Iterator[Setting]:
    """Each ingredient of a mix of three or more with what it requires of the others, and nothing else."""
    kinds = mix.kinds
    if len(kinds) < LEAST_INGREDIENTS_ALONE:
        return
    for kind in kinds:
        needed = needed_by([each for each in kinds if each not in study.given], kind)
        yield Setting.of({each: kinds[each] for each in needed}, mix.learning_rate)
