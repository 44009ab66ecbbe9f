"""What a trained lane is like beyond its score: how well it fits its own rows, and how many of its weights are zero."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ridgeline.spec.views import Sparsity
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.evaluate import LARGEST_SCORE, members, predicted
from ridgeline_worker.training.matrices import weight_matrices
from ridgeline_worker.training.metrics import score, undefined
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.state import LaneState

SMALL_WEIGHT = 1e-3
"""Weights up to this size are counted as small; inputs have unit variance unless the study asks otherwise."""


@dataclass(frozen=True, slots=True)
class LaneFit:
    """What a lane has learned of the rows that it was trained on."""

    trial: int
    evaluation: Evaluation
    score: float | None
    """On the training rows, as the validation rows are scored; null where that is not finite, huge, or says nothing."""
    sparsity: Sparsity


def fits(problem: Problem, state: LaneState, asked: Collection[Evaluation]) -> tuple[LaneFit, ...]:
    """Look at the lanes of some evaluations of a cohort."""
    return tuple(
        LaneFit(lane.trial, lane.evaluation, _score(problem, state, index), _sparsity(problem, state, index))
        for index, lane in enumerate(state.lanes)
        if lane.evaluation in asked
    )


def _score(problem: Problem, state: LaneState, index: int) -> float | None:
    """The score on the training rows, their targets in the units of the data set."""
    lane = state.lanes[index]
    place = problem.evaluations.index(lane.evaluation)
    count, rows = problem.rows.counts[place], problem.validations[place]
    x = problem.rows.x[place, :count].cpu().numpy()
    outputs = predicted(problem, members(problem, state, index), lane, x)
    if outputs is None:
        return None
    y = problem.rows.y[place, :count].double().cpu().numpy() * rows.target_scale + rows.target_mean
    weights = problem.rows.counting[place]
    if undefined(problem.metric, problem.task, y, weights, problem.shape.classes) is not None:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        value = score(problem.metric, problem.task, y, outputs, weights)
    return value if abs(value) <= LARGEST_SCORE else None


def _sparsity(problem: Problem, state: LaneState, index: int) -> Sparsity:
    """Of the weights that predict; of several members, whose predictions are averaged, all together."""
    count = problem.layout.weights
    real = problem.layout.real()[:count].to(problem.device)
    own = members(problem, state, index)
    size = torch.cat([theta[0, :count][real] for theta in own]).abs()
    unread = _unread(problem, own)
    return Sparsity(
        weights=int(real.sum()),
        zero=float((size == 0).double().mean()),
        small=float((size < SMALL_WEIGHT).double().mean()),
        below=SMALL_WEIGHT,
        inputs=None if unread is None else problem.shape.features,
        unread=None if unread is None else int(unread.sum()),
    )


def _unread(problem: Problem, own: Sequence[Float[Tensor, "1 columns"]]) -> Bool[Tensor, "features"] | None:
    """Raw features all of whose outgoing weights are zero; None: no weight reads the numbers of a row one by one."""
    reading = [matrix for matrix in weight_matrices(problem) if matrix.parameter.reads_rows]
    if not reading:
        return None
    feature = problem.shape.feature.to(problem.device)
    read = torch.zeros(problem.shape.features, device=problem.device)
    for theta in own:
        for matrix in reading:
            acts = (matrix.of(theta)[0, : len(feature)].flatten(1) != 0).any(dim=1)
            read.index_add_(0, feature, acts.to(read.dtype))
    return read == 0
