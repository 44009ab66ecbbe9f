"""Scores of lanes on their validation rows."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.models.model import aligned
from ridgeline_worker.training.cohort import LaneState
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.metrics import predictions, score
from ridgeline_worker.training.problem import Problem

ROWS_AT_ONCE = 4096
LARGEST_SCORE = 1e100
"""A lane whose score is beyond this has diverged; the square of a score must be finite for its standard error."""


@dataclass(frozen=True, slots=True)
class LaneScore:
    """What a lane has reached."""

    trial: int
    evaluation: Evaluation
    score: float | None
    """On the validation rows; null where the lane diverged: weights, predictions or score are not finite, or huge."""


def evaluate(problem: Problem, state: LaneState) -> tuple[LaneScore, ...]:
    """Score every lane of a cohort."""
    finite = torch.isfinite(state.theta).all(dim=1).tolist()
    scored = []
    for index, lane in enumerate(state.lanes):
        value = _score(problem, state.theta[index : index + 1], lane.evaluation) if finite[index] else None
        scored.append(LaneScore(lane.trial, lane.evaluation, value))
    return tuple(scored)


def _score(problem: Problem, theta: Float[Tensor, "1 columns"], evaluation: Evaluation) -> float | None:
    fold = problem.folds[problem.evaluations.index(evaluation)]
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = forward(problem, theta, fold.validation_x) * fold.target_scale + fold.target_mean
        if not np.isfinite(outputs).all():
            return None
        value = score(problem.metric, fold.validation_y, predictions(outputs, problem.task))
    return value if abs(value) <= LARGEST_SCORE else None


def forward(
    problem: Problem, theta: Float[Tensor, "1 columns"], x: Float[np.ndarray, "rows features"]
) -> Float[np.ndarray, "rows outputs"]:
    """Outputs of one lane in evaluation, where nothing is random, in double precision."""
    views = problem.layout.views(theta)
    held = np.zeros((len(x), aligned(x.shape[1])))
    held[:, : x.shape[1]] = x
    with torch.no_grad():
        parts = [
            problem.model.forward(views, part.unsqueeze(0), lambda hidden, _: hidden)[0].double().cpu().numpy()
            for part in torch.from_numpy(held).to(problem.device, problem.dtype).split(ROWS_AT_ONCE)
        ]
    return np.concatenate(parts)
