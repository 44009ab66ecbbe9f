"""Scores of lanes on their validation rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline.spec.measures import Measure
from ridgeline_worker.models import LaneModel
from ridgeline_worker.models.model import Parameters
from ridgeline_worker.regularizer import Average, Clock
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.lanes import Lane
from ridgeline_worker.training.measures import measured
from ridgeline_worker.training.metrics import predictions, score
from ridgeline_worker.training.network import Network, network_of
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.sites import EvaluationSites
from ridgeline_worker.training.state import LaneState, Remembered

ROWS_AT_ONCE = 4096
LARGEST_SCORE = 1e100
"""A lane whose score is beyond this has diverged; the square of a score must be finite for its standard error."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What is scored at the ends of epochs while lanes train."""

    trials: frozenset[int] | None = None
    """Whose lanes; None: all."""
    evaluations: frozenset[Evaluation] | None = None
    """Which of them; None: all."""
    epochs: frozenset[int] | None = None
    """After how many epochs; None: after each."""

    def sees(self, lane: Lane) -> bool:
        """Whether a lane is scored."""
        is_asked = self.trials is None or lane.trial in self.trials
        return is_asked and (self.evaluations is None or lane.evaluation in self.evaluations)

    def looks_after(self, epochs: int) -> bool:
        """Whether lanes are scored after so many epochs."""
        return self.epochs is None or epochs in self.epochs


@dataclass(frozen=True, slots=True)
class LaneScore:
    """What a lane has reached."""

    trial: int
    evaluation: Evaluation
    score: float | None
    """On the validation rows; null where the lane diverged: weights, predictions or score are not finite, or huge."""
    predictions: Float[np.ndarray, "rows *outputs"] | None = field(default=None, compare=False, repr=False)
    """For the validation rows, as `metrics.score` takes them; null unless asked for, and where they are not finite."""
    networks: tuple[Network, ...] = field(default=(), compare=False, repr=False)
    """Whose predictions these are in the mean; none unless asked for, and where they are not finite."""
    measures: Mapping[Measure, float] | None = field(default=None, compare=False, repr=False)
    """What else was wanted of the lane; null where it has no score."""


def evaluate(
    problem: Problem,
    state: LaneState,
    watch: Watch | None = None,
    *,
    predicting: Collection[Evaluation] = (),
    keeping: Collection[Evaluation] = (),
    measuring: Sequence[Measure] = (),
) -> tuple[LaneScore, ...]:
    """Score the lanes of a cohort.

    Args:
        watch: which lanes; None: every lane.
        predicting: evaluations whose predictions are wanted too.
        keeping: evaluations whose networks are.
        measuring: measures that are wanted too.
    """  # fmt: skip
    scored = []
    for index, lane in enumerate(state.lanes):
        if watch is not None and not watch.sees(lane):
            continue
        rows = problem.validations[problem.evaluations.index(lane.evaluation)]
        own = members(problem, state, index)
        found = predicted(problem, own, lane, rows.x)
        value = None if found is None else _score(problem, found, lane.evaluation)
        kept = found if lane.evaluation in predicting else None
        is_kept = found is not None and lane.evaluation in keeping
        networks = tuple(_network(problem, theta, lane) for theta in own) if is_kept else ()
        measures = None if found is None or value is None else measured(problem, measuring, own, found, rows)
        scored.append(LaneScore(lane.trial, lane.evaluation, value, kept, networks, measures))
    return tuple(scored)


def members(problem: Problem, state: LaneState, index: int) -> tuple[Float[Tensor, "1 columns"], ...]:
    """The parameters of a lane whose predictions are averaged: its own, unless a regularizer keeps others."""
    lane, row = state.lanes[index], slice(index, index + 1)
    clock = Clock(state.steps, problem.steps_per_epoch, problem.epochs)
    for kind, setting in lane.regularizers.items():
        average = REGULARIZERS.get(kind)
        if isinstance(average, Average):
            return average.members(state.theta[row], Remembered(state.memory, kind, row), clock, setting)
    return (state.theta[row],)


def predicted(
    problem: Problem,
    members: Sequence[Float[Tensor, "1 columns"]],
    lane: Lane,
    x: Float[np.ndarray, "rows features"],
) -> Float[np.ndarray, "rows *outputs"] | None:
    """The mean of the members' predictions for prepared rows of its fold; None: they, or weights, are not finite."""
    if not all(torch.isfinite(theta).all() for theta in members):
        return None
    rows = problem.validations[problem.evaluations.index(lane.evaluation)]
    found = []
    with np.errstate(over="ignore", invalid="ignore"):
        for theta in members:
            outputs = forward(problem, theta, lane, x) * rows.target_scale + rows.target_mean
            if not np.isfinite(outputs).all():
                return None
            found.append(predictions(outputs, problem.task))
    together: Float[np.ndarray, rows * outputs] = found[0] if len(found) == 1 else np.mean(found, axis=0)
    return together


def _network(problem: Problem, theta: Float[Tensor, "1 columns"], lane: Lane) -> Network:
    return network_of(problem.model, problem.layout, theta, EvaluationSites.of(problem, theta, lane).seen)


def _score(problem: Problem, predicted: Float[np.ndarray, "rows *outputs"], evaluation: Evaluation) -> float | None:
    rows = problem.validations[problem.evaluations.index(evaluation)]
    with np.errstate(over="ignore", invalid="ignore"):
        value = score(problem.metric, problem.task, rows.y, predicted, rows.weight)
    return value if abs(value) <= LARGEST_SCORE else None


def forward(
    problem: Problem, theta: Float[Tensor, "1 columns"], lane: Lane, x: Float[np.ndarray, "rows features"]
) -> Float[np.ndarray, "rows outputs"]:
    """Outputs of one lane for prepared rows, in evaluation, where nothing is random; in double precision."""
    return outputs_of(problem.model, problem.layout.views(theta), EvaluationSites.of(problem, theta, lane), x)


def outputs_of(
    model: LaneModel, views: Parameters, sites: EvaluationSites, x: Float[np.ndarray, "rows features"]
) -> Float[np.ndarray, "rows outputs"]:
    """Outputs of a model with the parameters of one lane for prepared rows; in double precision."""
    like = next(iter(views.values()))

    def outputs(part: Tensor) -> Float[np.ndarray, "part outputs"]:
        computed: Tensor = model.forward(views, part.to(like).unsqueeze(0), sites)[0].double().cpu()
        return computed.numpy()

    with torch.no_grad():
        return np.concatenate([outputs(part) for part in torch.from_numpy(x).split(ROWS_AT_ONCE)])
