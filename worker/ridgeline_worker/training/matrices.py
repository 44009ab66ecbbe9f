"""The weight matrices of a cohort, for regularizers that know inputs and outputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.models.model import Parameter, Role
from ridgeline_worker.regularizer import Active, GroupProximal, InputGroups, Projection
from ridgeline_worker.training.lanes import acting_at
from ridgeline_worker.training.optimizer import Update
from ridgeline_worker.training.problem import Problem


@dataclass(frozen=True)
class WeightMatrix:
    """Where a weight of the model stands in the row of a lane, and what its axes are."""

    start: int
    parameter: Parameter
    groups: InputGroups

    def of(self, rows: Float[Tensor, "lanes _"]) -> Float[Tensor, "lanes inputs outputs *rest"]:
        """The weight of each lane as a view, inputs first; a size a lane instead of a weight stays what it is."""
        if rows.shape[1] == 1:
            return rows.unsqueeze(2)
        p = self.parameter
        held = rows[:, self.start : self.start + p.size].view(-1, *p.held)
        return held.movedim((1 + p.input_axis, 1 + p.output_axis), (1, 2))


class Matrices:
    """What moves weight matrices after the update."""

    def __init__(self, problem: Problem, found: Sequence[Active]) -> None:
        self._problem = problem
        self._proximals = acting_at(found, GroupProximal)
        self._projections = acting_at(found, Projection)
        self._matrices = weight_matrices(problem) if self._proximals or self._projections else ()

    def move(self, theta: Float[Tensor, "padded columns"], update: Update) -> None:
        """Move the weights in place."""
        problem, weights = self._problem, self._problem.layout.weights
        for proximal, active in self._proximals:
            step = problem.optimizer.proximal_step(update, active.span, weights)
            for matrix in self._matrices:
                w = matrix.of(theta[active.span])
                flat = w.flatten(2)
                moved = proximal.prox(flat, matrix.of(step).flatten(2), matrix.groups, active.strengths)
                w.copy_(moved.reshape(w.shape))
        for projection, active in self._projections:
            for matrix in self._matrices:
                w = matrix.of(theta[active.span]).transpose(1, 2)
                flat = w.flatten(2)
                w.copy_(projection.projected(flat, active.strengths).reshape(w.shape))


def weight_matrices(problem: Problem) -> tuple[WeightMatrix, ...]:
    """Every weight of the model."""
    found, start = [], 0
    for parameter in problem.layout.parameters:
        if parameter.role is Role.WEIGHT:
            found.append(WeightMatrix(start, parameter, _groups(problem, parameter)))
        start += parameter.size
    return tuple(found)


def _groups(problem: Problem, p: Parameter) -> InputGroups:
    """Each input with all its outgoing weights; what encodes one raw feature together."""
    outgoing = torch.zeros(p.held[p.input_axis], dtype=problem.dtype)
    outgoing[: p.shape[p.input_axis]] = p.own_size / p.shape[p.input_axis]
    feature = problem.shape.feature
    if p.is_one_input:
        group = torch.zeros(len(outgoing), dtype=torch.int64, device=problem.device)
        return InputGroups(outgoing.sum().view(1).to(problem.device), group)
    if not p.reads_rows or problem.shape.features == len(feature):
        return InputGroups(outgoing.to(problem.device), None)
    filling = torch.arange(len(outgoing) - len(feature)) + problem.shape.features
    group = torch.cat([feature, filling])
    sizes = torch.zeros(int(group.max()) + 1, dtype=problem.dtype).index_add_(0, group, outgoing)
    return InputGroups(sizes.to(problem.device), group.to(problem.device))
