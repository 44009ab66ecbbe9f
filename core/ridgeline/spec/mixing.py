"""What kinds must be to be mixed, and how many mixes there are where they can be counted."""

import math
from collections.abc import Iterator, Mapping, Sequence

from ridgeline.errors import Violation
from ridgeline.kinds import CATALOGUE, Kind, Range, Search
from ridgeline.kinds.combining import Group, groups
from ridgeline.spec.grids import MAX_GRID, settings_of
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.study import AnySampler, Gp, Grid, Mode, StudySpec

LEAST_KINDS = 2
"""Kinds that make a mix."""


def least_trials(ingredients: int, *, has_baseline: bool, learning_rates: int) -> int:
    """Trials before the first mix and that mix: none and the baseline at each rate, each kind once at its default."""
    return (1 + has_baseline) * learning_rates + ingredients + 1


def mix_refusals(
    spec: StudySpec,
    asked: Sequence[Kind],
    searches: Mapping[str, Mapping[str, Search]],
    given: Sequence[str],
    learning_rates: int,
) -> Iterator[Violation]:
    """Every rule that a cocktail breaks beyond those of its kinds.

    Args:
        asked: the kinds of the study, none among them.
        searches: of their strengths.
        given: kinds that are there anyway.
    """
    if spec.mode is not Mode.COCKTAIL:
        return
    kinds = [kind.kind for kind in asked if kind.kind != "none"]
    cut = groups(kinds, given)
    if len(kinds) < LEAST_KINDS:
        rule = "must name two kinds or more to mix, besides none,"
        yield Violation("regularizers", rule, kinds, "name more kinds, or use mode single")
    elif most_together(cut) < LEAST_KINDS:
        rule = "must hold two kinds that can be on together, and each of these excludes all others,"
        yield Violation("regularizers", rule, kinds, "name a kind that goes with one of them, or use mode single")
    if isinstance(spec.sampler, Gp):
        rule = (
            "must take strengths that come and go with their kinds in mode cocktail, which a Gaussian process cannot,"
        )
        yield Violation("sampler.kind", rule, spec.sampler.kind, "use tpe, random or qmc")
    if isinstance(spec.sampler, Grid):
        yield from _grid(spec.sampler, cut, searches, learning_rates)


def _grid(
    sampler: Grid, cut: Sequence[Group], searches: Mapping[str, Mapping[str, Search]], learning_rates: int
) -> Iterator[Violation]:
    """A grid of mixes is enumerated, which few kinds allow."""
    count = (count_mixes(cut, searches, sampler) or 0) * learning_rates
    if count <= MAX_GRID:
        return
    fitting = (Grid(points=points) for points in range(sampler.points - 1, 1, -1))
    sizes = ((grid.points, (count_mixes(cut, searches, grid) or 0) * learning_rates) for grid in fitting)
    most = next((points for points, size in sizes if size <= MAX_GRID), None)
    rule = f"must give at most {MAX_GRID} mixes of these kinds, and it gives {count},"
    if most is not None and any(isinstance(search, Range) for kind in searches.values() for search in kind.values()):
        yield Violation("sampler.points", rule, sampler.points, f"use {most} or fewer, or use tpe, random or qmc")
    else:
        yield Violation("sampler.kind", rule, sampler.kind, "use tpe, random or qmc, or mix fewer kinds")


def most_together(cut: Sequence[Group]) -> int:
    """How many of the kinds of these groups can be on together."""
    return sum(max(map(len, group.choices)) for group in cut)


def count_mixes(cut: Sequence[Group], searches: Mapping[str, Mapping[str, Search]], sampler: AnySampler) -> int | None:
    """How many different mixes there are, nothing on among them; None: a range makes them endless.

    The product over groups of the sum over their choices of the product of the settings of the kinds that are on.
    """
    counts = {kind: settings_of(searches[kind], sampler) for group in cut for kind in group.kinds}
    known = {kind: count for kind, count in counts.items() if count is not None}
    if len(known) < len(counts):
        return None
    return math.prod(sum(math.prod(known[kind] for kind in choice) for choice in group.choices) for group in cut)


def by_default(study: ResolvedStudy, kind: str) -> dict[str, dict[str, float]]:
    """An ingredient alone at its default strengths, or at what is nearest to them in the search.

    A kind that requires others has them beside it, at theirs.
    """
    choices = (choice for group in study.groups for choice in group.choices if kind in choice)
    fewest = next(choices, ())  # fewer come before more
    return {each: _defaults(study, each) for each in fewest}


def _defaults(study: ResolvedStudy, kind: str) -> dict[str, float]:
    found = {}
    for name, search in study.ingredients[kind].items():
        default = CATALOGUE[kind].bounds[name].default_value(study.training.epochs)
        match search:
            case Range(low=low, high=high):
                found[name] = min(max(default, low), high)
            case tuple():
                found[name] = float(min(search, key=lambda value: abs(value - default)))
            case _:
                found[name] = float(search)
    return found


def mixes_of(study: ResolvedStudy) -> int | None:
    """How many different settings a cocktail has, none and each kind alone among them; None: endless."""
    count = count_mixes(study.groups, study.ingredients, study.sampler)
    return None if count is None else count * len(study.training.learning_rates)
