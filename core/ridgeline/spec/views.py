"""What the service answers."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from ridgeline.kinds import Bounds, Frozen, Search
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.states import (
    Action,
    EndReason,
    FailureKind,
    Origin,
    Phase,
    StudyState,
    TrialState,
)
from ridgeline.spec.statistics import PairedDifference

Item = TypeVar("Item")


class Broken(Frozen):
    """One broken rule of a request."""

    field: str
    """Dotted path in the request, such as `regularizers.1.strength`."""
    rule: str
    """What must hold."""
    value: Any
    """What was given."""
    remedy: str
    """What to do."""


class Problem(Frozen):
    """An error, by RFC 9457."""

    type: str
    """Stable name of the problem, such as `urn:ridgeline:problem:invalid`."""
    title: str
    """The same in words."""
    status: int
    """HTTP status."""
    detail: str
    """What went wrong here and what to do."""
    instance: str
    """Path of the request."""
    errors: tuple[Broken, ...] = ()
    """Every broken rule, for an invalid request."""


class Page(Frozen, Generic[Item]):
    """Part of a list."""

    items: tuple[Item, ...]
    """Items of this page, in the order of the list."""
    next_cursor: str | None
    """Pass as `cursor` for the next page; null: this is the last."""


class RungView(Frozen):
    """Scores of a trial at a rung."""

    epochs: int
    """Epochs trained at this rung."""
    score: float
    """Mean over the folds."""
    folds: tuple[float, ...]
    """Score of each fold, repeat by repeat."""


class Failure(Frozen):
    """Why a trial gave no score."""

    kind: FailureKind
    """What went wrong."""
    detail: str
    """The same in words."""


class TrialView(Frozen):
    """One setting, trained on every fold."""

    number: int
    """Number in its study, from 0."""
    regularizer: str
    """Kind of the catalogue."""
    strengths: dict[str, float]
    """Each strength of the kind by its name."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float
    """Step size of the optimizer."""
    origin: Origin
    """Where the setting came from."""
    generation: int
    """Number of the generation that it was asked in, from 0."""
    bracket: int
    """Number of its bracket in the plan, from 0."""
    state: TrialState
    """Where it stands."""
    failure: Failure | None
    """Why it gave no score; null unless failed."""
    score: float | None
    """Mean over folds at the last rung; null unless complete."""
    standard_error: float | None
    """Of the score over folds and repeats; null unless complete."""
    rungs: tuple[RungView, ...]
    """Scores at each rung so far, by epochs."""
    started_at: datetime
    """When it was asked, UTC."""
    ended_at: datetime | None
    """When it ended, UTC; null before."""


class TrialCounts(Frozen):
    """Trials by state."""

    waiting: int = 0
    """Asked, not yet trained."""
    running: int = 0
    """In training."""
    complete: int = 0
    """Reached the last rung."""
    pruned: int = 0
    """Stopped at a rung."""
    failed: int = 0
    """Gave no score."""
    stopped: int = 0
    """Their study ended before they did."""

    @property
    def started(self) -> int:
        """Trials that count against the budget."""
        return self.waiting + self.running + self.complete + self.pruned + self.failed + self.stopped

    @property
    def ended(self) -> int:
        """Trials that nothing more will happen to."""
        return self.complete + self.pruned + self.failed + self.stopped


class BestSoFar(Frozen):
    """The complete trial with the best score."""

    trial: int
    """Number of the trial."""
    regularizer: str
    """Its kind."""
    strengths: dict[str, float]
    """Each of its strengths by name."""
    score: float
    """Mean over folds at the last rung."""


class StudyView(Frozen):
    """A study and how far it is."""

    id: str
    """Name of the study in every path."""
    name: str
    """As given, or the name of the data set."""
    tags: dict[str, str]
    """Labels, as given."""
    state: StudyState
    """Where it stands."""
    phase: Phase
    """What it is doing, apart from its state."""
    reason: EndReason | None
    """Why it ended; null before."""
    detail: str | None
    """More about a failure."""
    possible: tuple[Action, ...]
    """Actions that its state allows."""
    trials: TrialCounts
    """Trials so far, by state."""
    max_trials: int
    """Budget: settings that may be started."""
    running_seconds: float
    """Running time without pauses."""
    seconds_left: float | None
    """Estimate; null before the first rung and after the end."""
    queue_position: int | None
    """Studies before it, itself included; null unless queued."""
    best: BestSoFar | None
    """The best complete trial so far; null before there is one."""
    study: ResolvedStudy
    """The request with every default filled in."""
    created_at: datetime
    """When it was submitted, UTC."""
    started_at: datetime | None
    """When a worker first took it, UTC; null before."""
    ended_at: datetime | None
    """When it ended, UTC; null before."""


class CostEstimate(Frozen):
    """What a study may cost at most, without pruning."""

    trials: int
    """Settings tried at most: the budget, or all that a grid holds."""
    evaluations: int
    """Models trained: trials x folds x repeats."""
    lane_steps: int
    """Optimizer steps, over all models."""
    multiply_adds: int
    """Multiplications in matrix products."""
    seconds: float | None
    """From the multiplications a second of the last ended studies here; null before there is one."""


class Validated(Frozen):
    """A request that would be accepted."""

    study: ResolvedStudy
    """The request with every default filled in."""
    cost: CostEstimate
    """What it may cost at most."""


class BestView(Frozen):
    """The best trial of a study, or of one kind in it."""

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    trial: TrialView | None
    """Null until a trial is complete."""
    regularizer: str | None
    """Kind of the best trial; before there is one, the kind asked for."""
    strengths: dict[str, float]
    """Each strength of the best trial by name."""
    score: float | None
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float | None
    """Of the score, over folds and repeats."""
    difference_to_none: PairedDifference | None
    """Null for none itself and until none is complete."""


class LeaderboardEntry(Frozen):
    """The best of one kind."""

    rank: int | None
    """1 is best; null until a trial of the kind is complete."""
    regularizer: str
    """Kind of the catalogue."""
    trial: int | None
    """Number of its best trial; null until one is complete."""
    strengths: dict[str, float]
    """Each strength of that trial by name."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float | None
    """Step size of that trial."""
    score: float | None
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float | None
    """Of the score, over folds and repeats."""
    difference_to_none: PairedDifference | None
    """Paired with the best none trial; null for none itself and until both are complete."""
    trials: TrialCounts
    """Trials of this kind, by state."""


class LeaderboardView(Frozen):
    """The best setting of each kind, best first."""

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    entries: tuple[LeaderboardEntry, ...]
    """One a kind, best first; kinds without a complete trial last."""


class CurvePoint(Frozen):
    """One complete trial of a kind."""

    trial: int
    """Number of the trial."""
    strengths: dict[str, float]
    """Each of its strengths by name."""
    learning_rate: float
    """Its step size."""
    score: float
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float
    """Of the score, over folds and repeats."""


class CurveView(Frozen):
    """Score against strength, weakest strength value first; the band is score +- standard_error."""

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    regularizer: str
    """The kind."""
    searched: dict[str, Search]
    """What is searched for each strength."""
    points: tuple[CurvePoint, ...]
    """Complete trials, the weakest regularization first."""


class StudyBest(Frozen):
    """The best trial among studies whose scores may be compared."""

    comparison: str
    """Equal for studies with equal data, target, metric and split."""
    dataset: str
    """Name of the data set."""
    target: str
    """Name of its target column."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    folds: int
    """Parts of the cross-validation."""
    test_fraction: float
    """Share of rows that no trial saw."""
    studies: int
    """Studies compared."""
    study_id: str
    """Study of the best trial."""
    model: str
    """Kind of its model."""
    trial: TrialView
    """The best trial."""


class EventView(Frozen):
    """Something that happened to a study."""

    id: int
    """Grows with every event; resume a stream behind it."""
    study_id: str
    """The study."""
    at: datetime
    """When it happened, UTC."""
    type: str
    """Such as `study.running` or `rung.decided`."""
    data: dict[str, Any]
    """More about it, by its type."""


class StrengthView(Frozen):
    """One strength of a kind."""

    name: str
    """Its name in requests and answers."""
    meaning: str
    """What it does and how it may be asked for."""
    bounds: Bounds
    """Legal values, the default, and the default range."""


class RegularizerView(Frozen):
    """A kind of the catalogue."""

    kind: str
    """The word for it in requests and answers."""
    title: str
    """Its name in words."""
    formula: str
    """What it does to the loss, the update or the activations."""
    acts_on: str
    """Which tensors it touches."""
    strengths: tuple[StrengthView, ...]
    """Its numbers; none has none."""
    applies_to: tuple[str, ...]
    """Kinds of models."""
    relative_cost: float
    """Cost of a training step relative to none."""
    pytorch: str
    """The same in plain PyTorch, or why there is none."""
    source: str
    """Where it was described."""


class ModelView(Frozen):
    """A model of the catalogue."""

    kind: str
    """The word for it in requests and answers."""
    description: str
    """What it is."""
    options: dict[str, Any]
    """JSON schema of its options."""
    regularizers: tuple[str, ...]
    """Kinds that apply."""
