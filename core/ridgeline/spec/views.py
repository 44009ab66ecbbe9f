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
    next_cursor: str | None
    """Pass as `cursor` for the next page; null: this is the last."""


class RungView(Frozen):
    """Scores of a trial at a rung."""

    epochs: int
    score: float
    """Mean over the folds."""
    folds: tuple[float, ...]
    """Score of each fold, repeat by repeat."""


class Failure(Frozen):
    """Why a trial gave no score."""

    kind: FailureKind
    detail: str


class TrialView(Frozen):
    """One setting, trained on every fold."""

    number: int
    regularizer: str
    strengths: dict[str, float]
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float
    origin: Origin
    generation: int
    bracket: int
    state: TrialState
    failure: Failure | None
    score: float | None
    """Mean over folds at the last rung; null unless complete."""
    standard_error: float | None
    rungs: tuple[RungView, ...]
    started_at: datetime
    ended_at: datetime | None


class TrialCounts(Frozen):
    """Trials by state."""

    waiting: int = 0
    running: int = 0
    complete: int = 0
    pruned: int = 0
    failed: int = 0
    stopped: int = 0

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
    regularizer: str
    strengths: dict[str, float]
    score: float


class StudyView(Frozen):
    """A study and how far it is."""

    id: str
    name: str
    tags: dict[str, str]
    state: StudyState
    phase: Phase
    reason: EndReason | None
    """Why it ended; null before."""
    detail: str | None
    """More about a failure."""
    possible: tuple[Action, ...]
    """Actions that its state allows."""
    trials: TrialCounts
    max_trials: int
    running_seconds: float
    """Running time without pauses."""
    seconds_left: float | None
    """Estimate; null before the first rung and after the end."""
    queue_position: int | None
    """Studies before it, itself included; null unless queued."""
    best: BestSoFar | None
    study: ResolvedStudy
    """The request with every default filled in."""
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class CostEstimate(Frozen):
    """What a study may cost at most, without pruning."""

    trials: int
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
    cost: CostEstimate


class BestView(Frozen):
    """The best trial of a study, or of one kind in it."""

    study_id: str
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    direction: Direction
    trial: TrialView | None
    """Null until a trial is complete."""
    regularizer: str | None
    strengths: dict[str, float]
    score: float | None
    standard_error: float | None
    difference_to_none: PairedDifference | None
    """Null for none itself and until none is complete."""


class LeaderboardEntry(Frozen):
    """The best of one kind."""

    rank: int | None
    """1 is best; null until a trial of the kind is complete."""
    regularizer: str
    trial: int | None
    strengths: dict[str, float]
    derived: dict[str, float]
    learning_rate: float | None
    score: float | None
    standard_error: float | None
    difference_to_none: PairedDifference | None
    trials: TrialCounts


class LeaderboardView(Frozen):
    """The best setting of each kind, best first."""

    study_id: str
    provisional: bool
    metric: Metric
    direction: Direction
    entries: tuple[LeaderboardEntry, ...]


class CurvePoint(Frozen):
    """One complete trial of a kind."""

    trial: int
    strengths: dict[str, float]
    learning_rate: float
    score: float
    standard_error: float


class CurveView(Frozen):
    """Score against strength, weakest strength value first; the band is score +- standard_error."""

    study_id: str
    provisional: bool
    metric: Metric
    direction: Direction
    regularizer: str
    searched: dict[str, Search]
    points: tuple[CurvePoint, ...]


class StudyBest(Frozen):
    """The best trial among studies whose scores may be compared."""

    comparison: str
    """Equal for studies with equal data, target, metric and split."""
    dataset: str
    target: str
    metric: Metric
    direction: Direction
    folds: int
    test_fraction: float
    studies: int
    """Studies compared."""
    study_id: str
    model: str
    trial: TrialView


class EventView(Frozen):
    """Something that happened to a study."""

    id: int
    study_id: str
    at: datetime
    type: str
    """Such as `study.running` or `rung.decided`."""
    data: dict[str, Any]


class StrengthView(Frozen):
    """One strength of a kind."""

    name: str
    meaning: str
    bounds: Bounds


class RegularizerView(Frozen):
    """A kind of the catalogue."""

    kind: str
    title: str
    formula: str
    acts_on: str
    strengths: tuple[StrengthView, ...]
    applies_to: tuple[str, ...]
    """Kinds of models."""
    relative_cost: float
    """Cost of a training step relative to none."""
    pytorch: str
    """The same in plain PyTorch, or why there is none."""
    source: str


class ModelView(Frozen):
    """A model of the catalogue."""

    kind: str
    description: str
    options: dict[str, Any]
    """JSON schema of its options."""
    regularizers: tuple[str, ...]
    """Kinds that apply."""
