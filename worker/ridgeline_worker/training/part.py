"""The passes of a step: forward and backward, for lanes that pay for the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.spec.plan import LANE_GROUP
from ridgeline_worker.regularizer import (
    Activation,
    Active,
    Blend,
    Connections,
    HiddenTerm,
    LanePass,
    Noise,
    Normalization,
    OnBranch,
    Outputs,
    Passes,
    RowShape,
    Strengths,
)
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.examples import StepRows
from ridgeline_worker.training.lanes import Lane, acting_at, active, runs
from ridgeline_worker.training.loss import row_losses
from ridgeline_worker.training.noise import Drawers, LaneNoise, StepDraws
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.sites import StepSites, in_structure

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes batch held"]
Weights = Float[Tensor, "_ weights"]


@dataclass(frozen=True)
class Piece:
    """Neighbouring lanes of a part whose hidden activations are changed apart from those of the others.

    Only they pay for it, and nobody else's gradient is copied.
    """

    span: slice
    activations: tuple[tuple[Activation, Active], ...]
    hidden: tuple[tuple[HiddenTerm, Active], ...]

    @classmethod
    def cut(cls, acting: Sequence[Active], lanes: int) -> "tuple[Piece, ...]":
        """All lanes of a part, cut where no regularizer acts on both sides."""
        joined = [False] * lanes
        on_hidden = [held for held in acting if isinstance(held.regularizer, Activation | HiddenTerm)]
        for held in on_hidden:
            joined[held.span.start + 1 : held.span.stop] = [True] * (held.span.stop - held.span.start - 1)
        borders = {border for held in on_hidden for border in (held.span.start, held.span.stop)} | {0, lanes}
        found = []
        for start, stop in pairwise(sorted(border for border in borders if border == lanes or not joined[border])):
            own = [cut for held in on_hidden if (cut := held.within(slice(start, stop))) is not None]
            found.append(cls(slice(start, stop), acting_at(own, Activation), acting_at(own, HiddenTerm)))
        return tuple(found)


class Part:
    """Neighbouring lanes of a cohort that take the same passes."""

    def __init__(
        self,
        problem: Problem,
        lanes: Sequence[Lane],
        span: slice,
        evaluation: Int[Tensor, "padded"],
        found: Sequence[Active],
    ) -> None:
        self.problem, self.span = problem, span
        self.drawers = Drawers.of(evaluation[span])
        acting = [cut for held in found if (cut := held.within(span)) is not None]
        self.connections = acting_at(acting, Connections)
        self.branches = acting_at(acting, OnBranch)
        self.normalization = in_structure(problem.structure, Normalization)
        self.blend = in_structure(problem.structure, Blend)
        self.outputs = acting_at(acting, Outputs)
        self.pieces = Piece.cut(acting, span.stop - span.start)
        taking = [active(kind, lanes, span, problem.dtype, problem.device) for kind in own_passes(lanes[span])]
        self.passes = acting_at(taking, Passes)
        self.drawers_of = {
            held.regularizer.kind: Drawers.of(evaluation[span][held.span])
            for held in acting
            if isinstance(held.regularizer, Activation | Connections | OnBranch)
        }

    @classmethod
    def cut(
        cls, problem: Problem, lanes: Sequence[Lane], evaluation: Int[Tensor, "padded"], found: Sequence[Active]
    ) -> "tuple[Part, ...]":
        """The parts of a cohort: whole groups of lanes, so that a product does not depend on the cut."""
        groups = [own_passes(lanes[start : start + LANE_GROUP]) for start in range(0, len(lanes), LANE_GROUP)]
        spans = [slice(run.start * LANE_GROUP, run.stop * LANE_GROUP) for _, run in runs(groups)]
        return tuple(cls(problem, lanes, span, evaluation, found) for span in spans)

    def gradient(self, theta: Theta, rows: StepRows, draws: StepDraws) -> Theta:
        """Gradient of the sum over lanes of each lane's mean loss, as the lanes' own passes make it."""
        step: LanePass = PlainPass(self, rows, draws)
        for regularizer, held in self.passes:
            noise = LaneNoise(draws, regularizer.purpose, self.drawers, rows.x.shape[1])
            step = OwnPass(step, regularizer, noise, held.strengths)
        return step.gradient(theta, rows.x)


def own_passes(lanes: Sequence[Lane]) -> tuple[str, ...]:
    """Kinds with passes of their own that some of the lanes use, in the order of the catalogue."""
    used = {kind for lane in lanes for kind in lane.regularizers}
    return tuple(kind for kind, regularizer in REGULARIZERS.items() if kind in used and isinstance(regularizer, Passes))


class PlainPass:
    """Forward and backward once."""

    def __init__(self, part: Part, rows: StepRows, draws: StepDraws) -> None:
        self._part, self._rows, self._draws = part, rows, draws
        self.shape = part.problem.shape
        self.row_weights = rows.weights
        self._terms: list[tuple[slice, Float[Tensor, "lanes batch"]]] = []

    def gradient(self, theta: Theta, x: X) -> Theta:
        """Gradient of the sum of the lanes' losses."""
        leaf, factors = self._taking_part(theta)
        (gradient,) = torch.autograd.grad(self._loss(leaf, x), leaf)
        return _scaled(gradient, factors)

    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The same, and the gradient by the rows."""
        (leaf, factors), seen = self._taking_part(theta), x.detach().requires_grad_()
        gradient, slope = torch.autograd.grad(self._loss(leaf, seen), (leaf, seen))
        return _scaled(gradient, factors), slope

    def outputs(self, theta: Theta, x: X) -> Float[Tensor, "lanes batch outputs"]:
        """Outputs of the model, to be differentiated."""
        factors = self._factors()
        return self._forward(_scaled(theta.clone(), factors) if factors else theta, x)

    def _forward(self, theta: Theta, x: X) -> Float[Tensor, "lanes batch outputs"]:
        problem, self._terms = self._part.problem, []
        return problem.model.forward(problem.layout.views(theta), x, self._sites())

    def _sites(self) -> StepSites:
        part, rows = self._part, self.row_weights.shape[1]
        of_rows = part.normalization is not None and part.normalization.is_of_rows
        real = self._draws.real(part.drawers, rows) if of_rows else None
        blend = part.blend
        mixed = None if blend is None else (blend, LaneNoise(self._draws, blend.purpose, part.drawers, rows))
        return StepSites(self._activate, part.branches, self._noise, part.normalization, real, mixed)

    def _loss(self, theta: Theta, x: X) -> Float[Tensor, ""]:
        """The sum over lanes of each lane's mean loss."""
        part, task = self._part, self._part.problem.task
        outputs = self._forward(theta, x)
        found = [row_losses(outputs[targets.span], targets.y, task) for targets in self._rows.targets]
        losses = found[0] if len(found) == 1 else torch.cat(found)
        terms, self._terms = self._terms, []
        terms += [(held.span, kind.added(outputs[held.span], task, held.strengths)) for kind, held in part.outputs]
        total = (losses * self.row_weights).sum()
        for span, term in terms:
            total = total + (term * self.row_weights[span]).sum()
        return total

    def _taking_part(self, theta: Theta) -> tuple[Theta, list[tuple[slice, Weights]]]:
        """The parameters that the forward pass uses, to be differentiated by, and their factors.

        The gradient by the parameters themselves is that by these, times the factors.
        """
        factors = self._factors()
        used = _scaled(theta.detach().clone(), factors) if factors else theta.detach()
        return used.requires_grad_(), factors

    def _factors(self) -> list[tuple[slice, Weights]]:
        """What regularizers multiply the weights of some lanes by."""
        weights = self._part.problem.layout.weights
        return [
            (held.span, regularizer.factor(weights, self._noise(held), held.strengths))
            for regularizer, held in self._part.connections
        ]

    def _activate(self, hidden: Float[Tensor, "lanes batch units"], layer: int) -> Float[Tensor, "lanes batch units"]:
        """Multiply hidden activations by the factor of each regularizer that acts on them; note what they cost."""
        pieces = self._part.pieces
        if len(pieces) == 1:
            return self._activated(pieces[0], hidden, layer)
        seen = hidden.split([piece.span.stop - piece.span.start for piece in pieces])
        return torch.cat([self._activated(piece, own, layer) for piece, own in zip(pieces, seen, strict=True)])

    def _activated(
        self, piece: "Piece", hidden: Float[Tensor, "lanes batch units"], layer: int
    ) -> Float[Tensor, "lanes batch units"]:
        """The activations of a piece."""
        first = piece.span.start
        for penalty, held in piece.hidden:
            term = penalty.added(_of_lanes(hidden, held.span), held.strengths)
            self._terms.append((slice(first + held.span.start, first + held.span.stop), term))
        factor: Float[Tensor, "lanes batch units"] | None = None
        for regularizer, held in piece.activations:
            drawn = getattr(self._noise(held), regularizer.noise)(*hidden.shape[1:], site=layer)
            own = regularizer.factor(drawn, held.strengths)
            if factor is None and len(own) == len(hidden):
                factor = own
            else:
                factor = torch.ones_like(hidden) if factor is None else factor
                factor[held.span].mul_(own)
        return hidden if factor is None else hidden * factor

    def _noise(self, held: Active) -> LaneNoise:
        rows = self.row_weights.shape[1]
        return LaneNoise(self._draws, held.regularizer.purpose, self._part.drawers_of[held.regularizer.kind], rows)


@dataclass(frozen=True)
class OwnPass:
    """The pass of a regularizer, made of the passes before it."""

    inner: LanePass
    regularizer: Passes
    noise: Noise
    strengths: Strengths

    @property
    def shape(self) -> RowShape:
        """What the numbers of a row are."""
        return self.inner.shape

    @property
    def row_weights(self) -> Float[Tensor, "lanes batch"]:
        """What losses are multiplied by before they are added up."""
        return self.inner.row_weights

    def gradient(self, theta: Theta, x: X) -> Theta:
        """The regularizer's gradient."""
        return self.regularizer.gradient(self.inner, theta, x, self.noise, self.strengths)

    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The regularizer's gradient, and that of the plain loss by the rows."""
        return self.gradient(theta, x), self.inner.gradients(theta, x)[1]

    def outputs(self, theta: Theta, x: X) -> Float[Tensor, "lanes batch outputs"]:
        """Outputs of the model, to be differentiated."""
        return self.inner.outputs(theta, x)


def _scaled(theta: Theta, factors: Sequence[tuple[slice, Weights]]) -> Theta:
    """The same matrix, its weights multiplied in place."""
    for span, factor in factors:
        theta[span, : factor.shape[1]].mul_(factor)
    return theta


def _of_lanes(hidden: Float[Tensor, "_ batch units"], span: slice) -> Float[Tensor, "lanes batch units"]:
    """Some lanes; all of them as they are, since the gradient of a slice is written anew."""
    return hidden if span == slice(0, len(hidden)) else hidden[span]
