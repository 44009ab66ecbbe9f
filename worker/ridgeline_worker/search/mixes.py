"""What a cocktail searches: which kinds are on together, and the strengths of those that are."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from ridgeline.kinds.combining import Group
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.resolved import ResolvedRegularizer
from ridgeline.spec.views import TrialView
from ridgeline_worker.search.space import LEARNING_RATE, Space, space_of

OFF = "off"
"""The choice of a group of which nothing is on."""


@dataclass(frozen=True)
class Mixes:
    """A choice for each group of kinds that exclude or require each other, and strengths under what is on.

    The parameters of Optuna: a group by its name, with `off` or the kinds that are on, joined by +; a strength as
    `kind.name`, only where its kind is on; the learning rate when there are several.  So no mix breaks an exclusion,
    whatever the sampler does.
    """

    groups: tuple[Group, ...]
    spaces: Mapping[str, Space]
    """Strengths of each kind; they hold no learning rate that is searched."""
    learning_rates: tuple[float, ...]

    @classmethod
    def of(cls, study: ResolvedStudy) -> "Mixes":
        """The space of a study."""
        rates = study.training.learning_rates
        spaces = {
            kind: space_of(ResolvedRegularizer(kind=kind, strengths=searches), rates[:1])
            for kind, searches in study.ingredients.items()
        }
        return cls(study.groups, spaces, rates)

    @cached_property
    def distributions(self) -> dict[str, BaseDistribution]:
        """Every parameter that may be suggested."""
        found: dict[str, BaseDistribution] = {
            group.name: CategoricalDistribution([_word(choice) for choice in group.choices]) for group in self.groups
        }
        for kind, space in self.spaces.items():
            found |= {f"{kind}.{name}": free for name, free in space.distributions.items()}
        if len(self.learning_rates) > 1:
            found[LEARNING_RATE] = CategoricalDistribution(self.learning_rates)
        return found

    def suggest(self, study: optuna.Study) -> Setting:
        """Ask a study's sampler for a mix: the choices first, then the strengths of what is on."""
        trial = study.ask()
        kinds: dict[str, dict[str, float]] = {}
        for group in self.groups:
            for kind in _kinds(trial.suggest_categorical(group.name, [_word(choice) for choice in group.choices])):
                own = self.spaces[kind]
                asked = {name: _value(trial, f"{kind}.{name}", free) for name, free in own.distributions.items()}
                kinds[kind] = own.setting(asked).strengths
        rate = self.learning_rates[0]
        if len(self.learning_rates) > 1:
            rate = trial.suggest_categorical(LEARNING_RATE, self.learning_rates)
        return Setting.of(kinds, rate)

    def parameters(self, trial: TrialView) -> dict[str, float | str]:
        """What a stored trial says of the parameters that it has: choices, and the strengths of what is on."""
        on = trial.setting.kinds
        found: dict[str, float | str] = {
            group.name: _word(tuple(kind for kind in group.kinds if kind in on)) for group in self.groups
        }
        for kind, strengths in on.items():
            found |= {f"{kind}.{name}": strengths[name] for name in self.spaces[kind].distributions}
        if len(self.learning_rates) > 1:
            found[LEARNING_RATE] = trial.learning_rate
        return found

    def holds(self, trial: TrialView) -> bool:
        """Whether a trial is a point of this search; a baseline of another kind or beyond a range is none."""
        on = trial.setting.kinds
        if not on.keys() <= self.spaces.keys():
            return False
        fixed = all(
            strengths[name] == value
            for kind, strengths in on.items()
            for name, value in self.spaces[kind].fixed.items()
            if name != LEARNING_RATE
        )
        return fixed and all(_inside(value, self.distributions[name]) for name, value in self.parameters(trial).items())


@dataclass(frozen=True)
class Listed:
    """The mixes of a search that can be counted, by their places 0..count - 1: mixed-radix numbers.

    A range is cut into evenly spaced points.
    """

    mixes: Mixes
    points: int

    @cached_property
    def count(self) -> int:
        """The product over groups of the sum over choices of the products of their strengths' values, times rates."""
        return math.prod(sum(sizes) for sizes in self._sizes) * len(self.mixes.learning_rates)

    def at(self, place: int) -> Setting:
        """The mix at a place."""
        place, rate = divmod(place, len(self.mixes.learning_rates))
        kinds: dict[str, dict[str, float]] = {}
        for group, sizes in zip(self.mixes.groups, self._sizes, strict=True):
            place, inside = divmod(place, sum(sizes))
            for choice, size in zip(group.choices, sizes, strict=True):
                if inside < size:
                    kinds |= self._strengths(choice, inside)
                    break
                inside -= size
        return Setting.of(kinds, self.mixes.learning_rates[rate])

    def _strengths(self, choice: tuple[str, ...], place: int) -> dict[str, dict[str, float]]:
        found = {}
        for kind in choice:
            own = {}
            for name, values in self._values[kind].items():
                place, index = divmod(place, len(values))
                own[name] = values[index]
            found[kind] = self.mixes.spaces[kind].setting(own).strengths
        return found

    @cached_property
    def _values(self) -> dict[str, dict[str, list[float]]]:
        return {kind: space.grid(self.points) for kind, space in self.mixes.spaces.items()}

    @cached_property
    def _sizes(self) -> tuple[tuple[int, ...], ...]:
        def size(choice: tuple[str, ...]) -> int:
            return math.prod(len(values) for kind in choice for values in self._values[kind].values())

        return tuple(tuple(size(choice) for choice in group.choices) for group in self.mixes.groups)


def _value(trial: optuna.Trial, name: str, free: BaseDistribution) -> float:
    """Ask for a strength."""
    match free:
        case CategoricalDistribution(choices=choices):
            return trial.suggest_categorical(name, [value for value in choices if isinstance(value, float)])
        case FloatDistribution(low=low, high=high, log=log):
            return trial.suggest_float(name, low, high, log=log)
        case _:
            raise TypeError(f"a space must hold lists and ranges but got {free!r}; ask for it here")


def _inside(value: float | str, free: BaseDistribution) -> bool:
    match free:
        case FloatDistribution(low=low, high=high):
            return low <= float(value) <= high
        case CategoricalDistribution(choices=choices):
            return value in choices
        case _:
            return False


def _word(choice: tuple[str, ...]) -> str:
    return "+".join(choice) or OFF


def _kinds(word: str) -> Iterator[str]:
    return iter(() if word == OFF else word.split("+"))
