"""A study, how far it is, what it may cost, and what happens to it."""

from datetime import datetime
from typing import Any

from ridgeline.kinds import Frozen
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.states import Action, EndReason, Phase, StudyState
from ridgeline.spec.views.trials import TrialCounts


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


class FinalProgress(Frozen):
    """How far the final is: the contenders again, paired, on fresh folds and seeds."""

    contenders: int
    """Settings that are trained again; after screening, those that went on."""
    evaluations: int
    """Models that it trains in all, ladders and refit included: at first at most, after screening those of who went
    on."""
    evaluations_done: int
    """Models trained so far; of those in training, the share of their steps."""
    ladders: int = 0
    """Models of ladders of strengths among them: at most, until they are trained."""


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
    final: FinalProgress | None = None
    """How far the final is; null before it."""
    max_trials: int
    """Budget: settings that may be started."""
    running_seconds: float
    """Running time without pauses."""
    seconds_left: float | None
    """Estimate, final included; null before the first rung and after the end."""
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


class FinalCost(Frozen):
    """What the final may cost at most: the contenders again, paired, on fresh folds and seeds, ladders, the refit."""

    contenders: int
    """Settings screened on two fresh repeats, at most."""
    finalists: int
    """Settings that go on to `evaluation.final_repeats` fresh repeats, at most."""
    ladders: int = 0
    """Models of ladders of strengths, at most half of the search's."""
    evaluations: int
    """Models trained, those of ladders included."""
    lane_steps: int
    """Optimizer steps, over all models."""
    multiply_adds: int
    """Multiplications in matrix products."""
    seconds: float | None
    """As for the whole."""


class CostEstimate(Frozen):
    """What a study may cost at most, without pruning; the final is part of it."""

    trials: int
    """Settings tried at most: the budget, or all that a grid holds."""
    evaluations: int
    """Models trained: trials x folds x repeats, and those of the final."""
    lane_steps: int
    """Optimizer steps, over all models."""
    multiply_adds: int
    """Multiplications in matrix products of the largest structure; a kind that passes more than once a step, such as
    sam, counts as one that does not."""
    seconds: float | None
    """From the multiplications a second of the last ended studies here; null before there is one."""
    final: FinalCost | None
    """The part of the final; null where `evaluation.final_repeats` is 0."""


class Validated(Frozen):
    """A request that would be accepted."""

    study: ResolvedStudy
    """The request with every default filled in."""
    cost: CostEstimate
    """What it may cost at most."""


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
