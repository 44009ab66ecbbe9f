"""A study with every default filled in and every number checked: what the store keeps and the worker runs."""

import hashlib
import json
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import model_validator

from ridgeline.kinds import CATALOGUE, Frozen, Search, structure_of
from ridgeline.kinds.combining import COCKTAIL, Group, brought_by, groups
from ridgeline.kinds.kind import Number
from ridgeline.spec.constraints import Constraint
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Direction, Metric, Task
from ridgeline.spec.models import AnyModel, Layer
from ridgeline.spec.study import (
    AnyOptimizer,
    AnyPruner,
    AnySampler,
    Budget,
    Evaluation,
    Mode,
    Precision,
    Preparation,
    Split,
)
from ridgeline.spec.warm import WarmStart


class FixedRegularizer(Frozen):
    """A kind with a number for each strength."""

    kind: str
    """A kind of the catalogue."""
    strengths: dict[str, Number] = {}
    """A number for each strength of the kind."""


class Setting(Frozen):
    """What distinguishes one trial from another."""

    regularizer: str
    """A kind of the catalogue, or cocktail: several kinds together."""
    strengths: dict[str, Number] = {}
    """Each strength of the kind by its name; of a cocktail `kind.name`, of the kinds that are on."""
    learning_rate: Number
    """Step size of the optimizer."""

    @classmethod
    def of(cls, kinds: Mapping[str, Mapping[str, float]], learning_rate: float) -> Self:
        """The setting with these kinds on: of no kind it is none, of one that kind's own, of more a cocktail."""
        if not kinds:
            return cls(regularizer="none", learning_rate=learning_rate)
        if len(kinds) == 1:
            ((kind, strengths),) = kinds.items()
            return cls(regularizer=kind, strengths=dict(strengths), learning_rate=learning_rate)
        dotted = {f"{kind}.{name}": kinds[kind][name] for kind in CATALOGUE if kind in kinds for name in kinds[kind]}
        return cls(regularizer=COCKTAIL, strengths=dotted, learning_rate=learning_rate)

    @property
    def kinds(self) -> dict[str, dict[str, float]]:
        """Which kinds act, each with its strengths by name, in the order of the catalogue; none has none."""
        return kinds_of(self.regularizer, self.strengths)

    @property
    def key(self) -> str:
        """Equal for settings that train equally, and for no others."""
        return key_of(self.regularizer, self.strengths, self.learning_rate)

    @model_validator(mode="after")
    def _ingredients_are_whole(self) -> Self:
        if self.regularizer != COCKTAIL:
            return self
        if not self.strengths:
            raise ValueError("strengths must name a kind or more of a cocktail but got none; nothing on is kind none")
        for kind, strengths in self.kinds.items():
            legal = CATALOGUE[kind].bounds if kind in CATALOGUE else {}
            if not legal or strengths.keys() != legal.keys():
                told = ", ".join(f"{kind}.{name}" for name in strengths)
                rule = f"must name {', '.join(legal)} of {kind}" if legal else "must name strengths of known kinds"
                raise ValueError(f"strengths {rule} but got {told}")
        return self


def key_of(regularizer: str, strengths: Mapping[str, float], learning_rate: float) -> str:
    """The key of a setting by the words of an answer; a search of many thousand trials asks it of each of them."""
    if len(strengths) == 1 and regularizer != COCKTAIL:
        ((name, value),) = strengths.items()
        return f"{regularizer}.{name}={value!r} {learning_rate!r}"
    kinds = kinds_of(regularizer, strengths)
    named = sorted(f"{kind}.{name}={value!r}" for kind, own in kinds.items() for name, value in own.items())
    bare = sorted(kind for kind, own in kinds.items() if not own)
    return f"{' '.join([*bare, *named])} {learning_rate!r}"


def kinds_of(regularizer: str, strengths: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Which kinds act by the words of an answer, each with its strengths by name; none has none."""
    if regularizer == "none":
        return {}
    if regularizer != COCKTAIL:
        return {regularizer: dict(strengths)}
    found: dict[str, dict[str, float]] = {}
    for dotted, value in strengths.items():
        kind, _, name = dotted.partition(".")
        found.setdefault(kind, {})[name] = value
    order = list(CATALOGUE)
    return dict(sorted(found.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


class ResolvedRegularizer(Frozen):
    """A kind with a number, a grid or a range for each strength."""

    kind: str
    """A kind of the catalogue."""
    strengths: dict[str, Search] = {}
    """A number, a grid or a range for each strength of the kind that is asked for or searched."""
    read_off: tuple[str, ...] = ()
    """Strengths that are read off the scores of one trial after each epoch instead."""

    @property
    def is_fixed(self) -> bool:
        """Whether nothing is left to search, so that it is one trial a learning rate."""
        return all(isinstance(search, float | int) for search in self.strengths.values())

    def fixed(self) -> FixedRegularizer:
        """The same, where every strength is a number; those that will be read off are missing."""
        numbers = {name: search for name, search in self.strengths.items() if isinstance(search, float | int)}
        if len(numbers) != len(self.strengths):
            raise ValueError(f"{self.kind} is not fixed: {self.strengths}")
        return FixedRegularizer(kind=self.kind, strengths=numbers)


class ResolvedObjective(Frozen):
    """The metric and which of its scores are better."""

    metric: Metric
    """Score on validation rows."""
    direction: Direction
    """Whether lower or higher scores are better."""
    second: Measure | None = None
    """What the verdict weighs against the metric; null: no such."""
    constraints: tuple[Constraint, ...] = ()
    """What a recommended setting must be shown to keep."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What the final tells of each contender beside its score, each once."""
        asked = (self.second, *(constraint.measure for constraint in self.constraints))
        return tuple(dict.fromkeys(measure for measure in asked if measure is not None))

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """All metrics that predictions are scored by, the first objective first."""
        others = (measure.metric for measure in self.measures)
        return tuple(dict.fromkeys((self.metric, *(metric for metric in others if metric is not None))))

    @property
    def is_timed(self) -> bool:
        """Whether contenders are trained alone by the clock."""
        return any(measure.is_timed for measure in self.measures)


class ResolvedEvaluation(Evaluation):
    """How a trial is scored, with the split that the data call for."""

    split: Split
    """How rows are dealt to folds and to the test part."""


class ResolvedTraining(Frozen):
    """Training with the defaults of the data and the optimizer."""

    epochs: int
    """Passes over the training rows."""
    batch_size: int
    """Rows of a step, at most the training rows of a fold."""
    optimizer: AnyOptimizer
    """With all its options."""
    learning_rates: tuple[Number, ...]
    """Values tried inside each kind; one when fixed."""
    precision: Precision
    """Floating-point type."""
    class_weight: Literal["balanced"] | dict[str, Number] | None = None
    """How much a row of each class counts in the training loss; balanced: counted in the training rows of each fold;
    null: all alike."""
    steps_per_epoch: int
    """Batches of an epoch, the same for every fold."""


class Rung(Frozen):
    """Where trials are compared."""

    epochs: int
    """Epochs that each of its folds has trained."""
    folds: int
    """Folds that are scored, of all repeats."""

    @property
    def model_epochs(self) -> int:
        """Epochs of all its folds together."""
        return self.epochs * self.folds


class Bracket(Frozen):
    """Trials that are compared at the same rungs."""

    rungs: tuple[Rung, ...]
    """Where trials are compared; the last is the end: all epochs of all folds."""
    share: int = 1
    """Trials dealt to it in proportion."""


class Plan(Frozen):
    """How the work is cut, as part of the study; lanes are cut further for the processes of a machine."""

    generation_trials: int
    """Trials asked together."""
    cohort_lanes: int
    """Lanes trained together at most, a multiple of 8."""
    one_evaluation_a_cohort: bool = False
    """Whether a cohort holds lanes of one fold and repeat only, so that a process prepares a large table once."""
    brackets: tuple[Bracket, ...]
    """Trials that are compared at the same rungs; one bracket unless the pruner is hyperband."""

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """Those of all brackets, in the order in which trials come to them."""
        return tuple(sorted({rung for own in self.brackets for rung in own.rungs}, key=lambda rung: rung.model_epochs))

    @property
    def last_rung(self) -> Rung:
        """The end of every bracket."""
        return self.brackets[0].rungs[-1]

    @property
    def by_folds(self) -> bool:
        """Whether rungs differ in folds, not in epochs."""
        return self.brackets[0].rungs[0].folds < self.last_rung.folds

    def resource_of(self, rung: Rung) -> tuple[int, str]:
        """What rungs differ in, as a number and its unit: folds, or else epochs."""
        if self.by_folds:
            return rung.folds, "fold" if rung.folds == 1 else "folds"
        return rung.epochs, "epoch" if rung.epochs == 1 else "epochs"


class ResolvedStudy(Frozen):
    """A study that can run as it stands."""

    dataset: DatasetFacts
    """What is known of the data."""
    name: str
    """As given, or the data set's."""
    tags: dict[str, str]
    """Labels, as given."""
    seed: int
    """Seed of every draw."""
    mode: Mode
    """How kinds are combined."""
    model: AnyModel
    """The model that is trained, with all its options."""
    regularizers: tuple[ResolvedRegularizer, ...]
    """Kinds that are compared or mixed, none among them."""
    baseline: FixedRegularizer | None
    """A setting that is compared beside none; null: no such."""
    always: tuple[FixedRegularizer, ...]
    """Regularizers under every trial."""
    objective: ResolvedObjective
    """What is optimized."""
    preparation: Preparation
    """How columns become numbers."""
    evaluation: ResolvedEvaluation
    """How a trial is scored."""
    training: ResolvedTraining
    """How a model is trained."""
    sampler: AnySampler
    """How strengths are suggested."""
    pruner: AnyPruner
    """How weak trials are stopped early."""
    budget: Budget
    """When the search ends."""
    plan: Plan
    """How the work is cut."""
    warm_start: WarmStart | None = None
    """Settings of earlier studies that are asked first; null: it starts from nothing."""

    @property
    def task(self) -> Task:
        """What is predicted."""
        return self.dataset.task

    @property
    def ingredients(self) -> dict[str, dict[str, Search]]:
        """What is searched for each strength, by kind, none left out."""
        return {own.kind: own.strengths for own in self.regularizers if own.kind != "none"}

    @property
    def groups(self) -> tuple[Group, ...]:
        """Which ingredients may be on together."""
        return groups(self.ingredients, self.given)

    @property
    def given(self) -> frozenset[str]:
        """Kinds that are there in every trial: the model's own, and those of `always`."""
        return frozenset({*brought_by(self.model.kind), *(fixed.kind for fixed in self.always)})

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What each layer of the model costs, with the static kinds that are under every trial."""
        return self.layers_of(structure_of({fixed.kind: fixed.strengths for fixed in self.always}))

    def layers_of(self, structure: frozenset[str]) -> tuple[Layer, ...]:
        """The same of a model with these static kinds."""
        return self.model.layers(self.dataset.inputs, self.dataset.outputs, structure)

    @property
    def evaluations_per_trial(self) -> int:
        """Models that a trial trains."""
        return self.evaluation.folds * self.evaluation.repeats

    @property
    def comparison(self) -> str:
        """Equal for studies whose scores may be compared: equal data, target, metric and split."""
        told = [
            self.dataset.id,
            self.dataset.roles.model_dump(),
            self.dataset.task,
            self.objective.metric,
            self.evaluation.folds,
            self.evaluation.test_fraction,
            self.evaluation.split,
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    @property
    def test_part(self) -> str:
        """Equal for studies that set the same rows aside: equal data, target, fraction and split."""
        split, roles = self.evaluation.split, self.dataset.roles
        by = {Split.GROUP: roles.group, Split.TIME: roles.time}.get(split)
        told = [self.dataset.id, roles.target, self.evaluation.test_fraction, split, by]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]

    def derived(self, setting: Setting) -> dict[str, float]:
        """Numbers that follow from a setting and that users of other tools know it by.

        The rate of weight decay, in 1/step of unit learning rate: 1/(learning_rate steps_per_epoch tau); of a
        cocktail it is named `weight_decay.rate`.
        """
        decay = setting.kinds.get("weight_decay")
        if decay is None:
            return {}
        name = "weight_decay.rate" if setting.regularizer == COCKTAIL else "rate"
        return {name: 1.0 / (setting.learning_rate * self.training.steps_per_epoch * decay["tau"])}


def simplicity(kind: str) -> tuple[int, float, str]:
    """Full order of kinds: the simplest first, then by cost and name."""
    declared = CATALOGUE[kind]
    return declared.simplicity, declared.relative_cost, kind
