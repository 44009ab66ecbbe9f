"""The weight matrices of a cohort, for regularizers that know inputs and outputs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline_worker.models.model import Parameter, Role, aligned
from ridgeline_worker.regularizer import Active, GroupProximal, InputGroups, MatrixGradient, Projection
from ridgeline_worker.training.lanes import acting_at, of_lanes
from ridgeline_worker.training.problem import Problem


@dataclass(frozen=True)
class WeightMatrix:
    """Where a weight of the model stands in the row of a lane, and what its axes are."""

    start: int
    parameter: Parameter
    groups: InputGroups

    def flat(self, w: Float[Tensor, "lanes _ _ *rest"]) -> Float[Tensor, "lanes inputs outputs"]:
        """The weight of each lane, with all numbers that a unit reads as inputs; both sides aligned."""
        if w.ndim == 3 and all(aligned(side) == side for side in w.shape[1:]):
            return w
        flat = w.movedim(2, -1).flatten(1, -2)
        _, inputs, outputs = flat.shape
        filled: Tensor = functional.pad(flat, (0, aligned(outputs) - outputs, 0, aligned(inputs) - inputs))
        return filled.contiguous()

    def unflat(
        self, flat: Float[Tensor, "lanes inputs outputs"], like: Float[Tensor, "lanes _ _ *rest"]
    ) -> Float[Tensor, "lanes _ _ *rest"]:
        """What `flat` made of a weight, in the shape that it has."""
        seen, made, rest = like.shape[1], like.shape[2], like.shape[3:]
        if flat.shape == like.shape:
            return flat
        real: Tensor = flat[:, : seen * prod(rest), :made].unflatten(1, (seen, *rest))
        return real.movedim(-1, 2)

    def of(self, rows: Float[Tensor, "lanes _"]) -> Float[Tensor, "lanes inputs outputs *rest"]:
        """The weight of each lane as a view, inputs first; a size a lane instead of a weight stays what it is."""
        if rows.shape[1] == 1:
            return rows.unsqueeze(2)
        p = self.parameter
        held = rows.narrow(1, self.start, p.size).view(-1, *p.held)
        if (p.input_axis, p.output_axis) == (0, 1):
            return held
        return held.movedim((1 + p.input_axis, 1 + p.output_axis), (1, 2))

    def goes_on_in(self, other: "WeightMatrix") -> bool:
        """Whether another one stands right after it, both are plain, and their rows are equally long."""
        own, its = self.parameter, other.parameter
        plain = all(len(p.held) == 2 and p.input_axis == 0 for p in (own, its))
        return plain and other.start == self.start + own.size and own.held[1] == its.held[1]

    def on(self, other: "WeightMatrix") -> "WeightMatrix":
        """The inputs of both, as of one."""
        own, its = self.parameter, other.parameter
        inputs = own.held[0] + its.held[0]
        both = replace(own, shape=(inputs, own.shape[1]), held=(inputs, own.held[1]))
        return WeightMatrix(self.start, both, self.groups.beside(other.groups))


class Matrices:
    """What acts on weight matrices: on their gradients, or on themselves after the update."""

    def __init__(self, problem: Problem, found: Sequence[Active]) -> None:
        self._gradients = acting_at(found, MatrixGradient)
        self._proximals = acting_at(found, GroupProximal)
        self._projections = acting_at(found, Projection)
        self._matrices = weight_matrices(problem) if self._gradients or self._proximals or self._projections else ()
        self._stacks = stacked(self._matrices)

    def add_gradients(self, gradient: Float[Tensor, "padded columns"], theta: Float[Tensor, "padded columns"]) -> None:
        """Add the gradients of penalties in place."""
        held = [(matrix, matrix.of(gradient), matrix.of(theta)) for matrix in self._matrices] if self._gradients else []
        for penalty, active in self._gradients:
            for matrix, of_gradient, of_theta in held:
                g, w = of_gradient[active.span], of_theta[active.span]
                g += matrix.unflat(penalty.gradient(matrix.flat(w), active.strengths), g)

    def move(
        self, theta: Float[Tensor, "padded columns"], sizes: Sequence[tuple[slice, Float[Tensor, "_ #weights"]]]
    ) -> None:
        """Move the weights in place; `sizes` holds the step sizes of all lanes that a proximal operator moves."""
        for proximal, active in self._proximals:
            step = of_lanes(sizes, active.span)
            for matrix in self._stacks:
                w = matrix.of(theta[active.span])
                moved = proximal.prox(w.flatten(2), matrix.of(step).flatten(2), matrix.groups, active.strengths)
                w.copy_(moved.view_as(w))
        for projection, active in self._projections:
            for matrix in self._matrices:
                w = matrix.of(theta[active.span]).transpose(1, 2)
                w.copy_(projection.projected(w.flatten(2), active.strengths).view_as(w))


def weight_matrices(problem: Problem) -> tuple[WeightMatrix, ...]:
    """Every weight of the model."""
    found, start = [], 0
    for parameter in problem.layout.parameters:
        if parameter.role is Role.WEIGHT:
            found.append(WeightMatrix(start, parameter, _groups(problem, parameter)))
        start += parameter.size
    return tuple(found)


def stacked(matrices: Sequence[WeightMatrix]) -> tuple[WeightMatrix, ...]:
    """The same weights, for what acts on each input apart: matrices with equally many outputs, one above another."""
    found: list[WeightMatrix] = []
    for matrix in matrices:
        above = found[-1] if found else None
        if above is not None and above.goes_on_in(matrix):
            found[-1] = above.on(matrix)
        else:
            found.append(matrix)
    return tuple(found)


def _groups(problem: Problem, p: Parameter) -> InputGroups:
    """Each input with all its outgoing weights; what encodes one raw feature together."""
    outgoing = torch.zeros(p.held[p.input_axis], dtype=problem.dtype)
    outgoing[: p.shape[p.input_axis]] = p.own_size / p.shape[p.input_axis]
    feature = problem.shape.feature
    if p.is_one_input:
        group = torch.zeros(len(outgoing), dtype=torch.int64, device=problem.device)
        return InputGroups.of(outgoing.sum().view(1).to(problem.device), group)
    if not p.reads_rows or problem.shape.features == len(feature):
        return InputGroups.of(outgoing.to(problem.device), None)
    filling = torch.arange(len(outgoing) - len(feature)) + problem.shape.features
    group = torch.cat([feature, filling])
    sizes = torch.zeros(int(group.max()) + 1, dtype=problem.dtype).index_add_(0, group, outgoing)
    return InputGroups.of(sizes.to(problem.device), group.to(problem.device))
