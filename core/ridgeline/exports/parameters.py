"""What a study searches in the words of Optuna: named parameters, some of which exist under others only."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ridgeline.kinds import CATALOGUE, Range, Search
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.study import Mode
from ridgeline.spec.views import TrialView

REGULARIZER = "regularizer"
LEARNING_RATE = "learning_rate"
OFF = "off"
"""The choice of a group of kinds of which nothing is on."""

Value = float | str


@dataclass(frozen=True)
class Parameters:
    """The parameters of a study.

    Of mode single: `regularizer`, a choice of kinds, and a strength as `kind.name` under its kind.  Of a cocktail: a
    choice for each group of kinds that exclude or require each other, with `off` or the kinds that are on, joined by
    +, and strengths under what is on.  The learning rate where several are tried.
    """

    study: ResolvedStudy

    @cached_property
    def searched(self) -> dict[str, Search | tuple[str, ...]]:
        """What is searched for each parameter: words to choose from, a number, a list or a range."""
        study = self.study
        found: dict[str, Search | tuple[str, ...]] = {}
        if study.mode is Mode.COCKTAIL:
            found |= {group.name: tuple(map(_word, group.choices)) for group in study.groups}
        else:
            found[REGULARIZER] = tuple(own.kind for own in study.regularizers)
        for own in study.regularizers:
            found |= {f"{own.kind}.{name}": search for name, search in own.strengths.items()}
            found |= {f"{own.kind}.{name}": self._epochs for name in own.read_off}
        if study.baseline is not None:
            for name, value in study.baseline.strengths.items():
                found.setdefault(f"{study.baseline.kind}.{name}", value)
        if len(study.training.learning_rates) > 1:
            found[LEARNING_RATE] = study.training.learning_rates
        return found

    def of(self, trial: TrialView) -> dict[str, Value]:
        """The parameters that a trial has."""
        on = trial.setting.kinds
        found: dict[str, Value] = {}
        if self.study.mode is Mode.COCKTAIL:
            for group in self.study.groups:
                found[group.name] = _word(tuple(kind for kind in group.kinds if kind in on))
        else:
            found[REGULARIZER] = trial.regularizer
        found |= {f"{kind}.{name}": value for kind, own in on.items() for name, value in own.items()}
        if len(self.study.training.learning_rates) > 1:
            found[LEARNING_RATE] = trial.learning_rate
        return found

    @property
    def _epochs(self) -> Range | float:
        last = self.study.training.epochs
        return Range(low=1, high=last) if last > 1 else 1.0


def attributes(study: ResolvedStudy, trial: TrialView) -> Iterator[tuple[str, object]]:
    """What else there is to say of a trial, as user attributes."""
    yield "origin", trial.origin.value
    yield "generation", trial.generation
    yield "bracket", trial.bracket
    if study.mode is Mode.COCKTAIL:
        yield REGULARIZER, trial.regularizer
    if len(study.training.learning_rates) == 1:
        yield LEARNING_RATE, trial.learning_rate
    if trial.derived:
        yield "derived", trial.derived
    if trial.rungs:
        yield "fold_scores", trial.rungs[-1].folds
        yield "first_fold", trial.rungs[-1].first_fold
    if trial.standard_error is not None:
        yield "standard_error", trial.standard_error
    if trial.failure is not None:
        yield "failure", trial.failure.model_dump(mode="json")


def is_log(name: str) -> bool:
    """Whether a strength is searched on a log scale by default."""
    kind, _, strength = name.partition(".")
    return kind in CATALOGUE and CATALOGUE[kind].bounds[strength].log


def _word(choice: tuple[str, ...]) -> str:
    return "+".join(choice) or OFF
