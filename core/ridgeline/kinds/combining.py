"""Which kinds go together: what excludes what, what requires what, and the choices that are left of a mix."""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from ridgeline.kinds import CATALOGUE

COCKTAIL = "cocktail"
"""The word that stands for a kind where two or more are on together."""


class Group(NamedTuple):
    """Kinds that exclude or require each other, directly or through others: what is on is chosen for all at once."""

    kinds: tuple[str, ...]
    """In the order of the catalogue."""
    choices: tuple[tuple[str, ...], ...]
    """Which of them may be on together, nothing first, then fewer before more."""

    @property
    def name(self) -> str:
        """Its kinds in one word."""
        return "|".join(self.kinds)


def excluded(kind: str, other: str) -> bool:
    """Whether two kinds are never combined; one of them may say so."""
    return other in CATALOGUE[kind].excludes or kind in CATALOGUE[other].excludes


def brought_by(model: str) -> tuple[str, ...]:
    """Kinds that a kind of model has by itself."""
    return tuple(name for name, kind in CATALOGUE.items() if model in kind.built_into)


def lacking(kind: str, present: Collection[str]) -> tuple[str, ...]:
    """What a kind requires and does not find among those that are present."""
    return tuple(required for required in CATALOGUE[kind].requires if required not in present)


def without(kinds: Collection[str], removed: str, given: Collection[str] = ()) -> tuple[str, ...]:
    """What is left of a mix once a kind is taken out of it, and all that then lacks what it requires."""
    left = tuple(kind for kind in kinds if kind != removed)
    while True:
        whole = tuple(kind for kind in left if not lacking(kind, {*left, *given}))
        if whole == left:
            return left
        left = whole


def needed_by(kinds: Collection[str], kept: str) -> tuple[str, ...]:
    """The smallest part of a mix that holds a kind and all that this requires of the others."""
    needed, waiting = {kept}, [kept]
    while waiting:
        more = set(CATALOGUE[waiting.pop()].requires) & set(kinds) - needed
        needed |= more
        waiting += sorted(more)
    return tuple(kind for kind in kinds if kind in needed)


def groups(kinds: Collection[str], given: Collection[str] = ()) -> tuple[Group, ...]:
    """Cut kinds into the fewest groups that can be chosen from independently: the components of both relations.

    A kind that nothing excludes or requires is a group of its own: off, or on.  Kinds that all exclude each other
    are one choice among them.  A kind that requires another is on with it only.

    Args:
        given: kinds that are there anyway, as the model's own or under every trial; they are in no group.
    """  # fmt: skip
    left = [kind for kind in CATALOGUE if kind in kinds and kind not in given]
    found = []
    while left:
        component = _component(left[0], left)
        left = [kind for kind in left if kind not in component]
        found.append(Group(component, tuple(_admissible(component, given))))
    return tuple(found)


def _component(first: str, kinds: Sequence[str]) -> tuple[str, ...]:
    reached, waiting = {first}, [first]
    while waiting:
        kind = waiting.pop()
        near = {other for other in kinds if other not in reached and _tied(kind, other)}
        reached |= near
        waiting += sorted(near)
    return tuple(kind for kind in kinds if kind in reached)


def _tied(kind: str, other: str) -> bool:
    return excluded(kind, other) or other in CATALOGUE[kind].requires or kind in CATALOGUE[other].requires


def _admissible(kinds: Sequence[str], given: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Every set of these kinds in which none excludes another and none lacks what it requires."""
    for count in range(len(kinds) + 1):
        for chosen in combinations(kinds, count):
            clash = any(excluded(*pair) for pair in combinations(chosen, 2))
            if not clash and not any(lacking(kind, {*chosen, *given}) for kind in chosen):
                yield chosen
