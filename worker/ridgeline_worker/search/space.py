"""What one kind searches: its free strengths and learning rates as Optuna distributions."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from ridgeline.kinds import Range
from ridgeline.spec import Setting
from ridgeline.spec.resolved import ResolvedRegularizer
from ridgeline.spec.views import TrialView

LEARNING_RATE = "learning_rate"


@dataclass(frozen=True)
class Space:
    """The free parameters of one kind by name; the learning rate is one of them when there are several.

    A range is a float, on a log scale where asked; a list is a choice among its numbers.
    """

    kind: str
    fixed: dict[str, float]
    """Strengths with one number, and the learning rate when there is one: no parameters of the search."""
    distributions: dict[str, BaseDistribution]

    @property
    def is_finite(self) -> bool:
        """Whether every free parameter is a list, so that the kind can be enumerated."""
        return all(isinstance(free, CategoricalDistribution) for free in self.distributions.values())

    def setting(self, parameters: Mapping[str, float]) -> Setting:
        """The setting that a sampler suggested; a value that rounding put outside its range is moved to the end."""
        values = {**self.fixed, **{name: self._inside(name, value) for name, value in parameters.items()}}
        learning_rate = values.pop(LEARNING_RATE)
        return Setting(regularizer=self.kind, strengths=values, learning_rate=learning_rate)

    def parameters(self, trial: TrialView) -> dict[str, float]:
        """The free parameters of a stored trial."""
        values = {**trial.strengths, LEARNING_RATE: trial.learning_rate}
        return {name: values[name] for name in self.distributions}

    def grid(self, points: int) -> dict[str, list[float]]:
        """Values of each parameter: those of a list, `points` evenly spaced ones of a range, both ends included."""
        return {name: _values(free, points) for name, free in self.distributions.items()}

    def _inside(self, name: str, value: float) -> float:
        free = self.distributions[name]
        return min(max(value, free.low), free.high) if isinstance(free, FloatDistribution) else value


def space_of(regularizer: ResolvedRegularizer, learning_rates: tuple[float, ...]) -> Space:
    """The space of a kind with something to search."""
    searches = {**regularizer.strengths, LEARNING_RATE: learning_rates}
    if len(learning_rates) == 1:
        searches[LEARNING_RATE] = learning_rates[0]
    fixed: dict[str, float] = {}
    distributions: dict[str, BaseDistribution] = {}
    for name, search in searches.items():
        match search:
            case Range():
                distributions[name] = FloatDistribution(search.low, search.high, log=search.log)
            case tuple():
                distributions[name] = CategoricalDistribution([float(value) for value in dict.fromkeys(search)])
            case _:
                fixed[name] = search
    return Space(regularizer.kind, fixed, distributions)


def _values(free: BaseDistribution, points: int) -> list[float]:
    match free:
        case CategoricalDistribution():
            return [value for value in free.choices if isinstance(value, float)]
        case FloatDistribution(low=low, high=high, log=True):
            inner = np.exp(np.linspace(math.log(low), math.log(high), points))[1:-1]
        case FloatDistribution(low=low, high=high):
            inner = np.linspace(low, high, points)[1:-1]
        case _:
            raise TypeError(f"a space must hold lists and ranges but got {free!r}; add its grid here")
    return [low, *(float(value) for value in inner), high]
