"""The passes of a step: forward and backward, for lanes that pay for the same ones."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import prod

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
from ridgeline_worker.training.ahead import Steps
from ridgeline_worker.training.batches import Batch
from ridgeline_worker.training.examples import StepRows
from ridgeline_worker.training.factors import Factor, Make, acted_on
from ridgeline_worker.training.lanes import Lane, acting_at, active, runs
from ridgeline_worker.training.loss import row_losses
from ridgeline_worker.training.noise import Drawers, LaneNoise
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.sites import StepSites, in_structure
from ridgeline_worker.training.written import Acting, OfSome, WrittenOut

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes batch held"]
Weights = Float[Tensor, "_ weights"]
Hidden = Float[Tensor, "lanes batch units"]


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
        self._evaluation = evaluation[span]
        self.drawers = Drawers.of(self._evaluation)
        acting = [cut for held in found if (cut := held.within(span)) is not None]
        self._activations, self._hidden_factors = acting_at(acting, Activation), dict[int, list[Factor]]()
        self.hidden = acting_at(acting, HiddenTerm)
        self._connections = [
            Factor(problem, self._evaluation, held, partial(kind.factor, problem.layout.weights))
            for kind, held in acting_at(acting, Connections)
        ]
        self.branches = acting_at(acting, OnBranch)
        self.normalization = in_structure(problem.structure, Normalization)
        self.blend = in_structure(problem.structure, Blend)
        self.outputs = acting_at(acting, Outputs)
        taking = [active(kind, lanes, span, problem.dtype, problem.device) for kind in own_passes(lanes[span])]
        self.passes = acting_at(taking, Passes)
        self.drawers_of = {kind.kind: Drawers.of(self._evaluation[held.span]) for kind, held in self.branches}

    @classmethod
    def cut(
        cls, problem: Problem, lanes: Sequence[Lane], evaluation: Int[Tensor, "padded"], found: Sequence[Active]
    ) -> "tuple[Part, ...]":
        """The parts of a cohort: whole groups of lanes, so that a product does not depend on the cut."""
        groups = [own_passes(lanes[start : start + LANE_GROUP]) for start in range(0, len(lanes), LANE_GROUP)]
        ends = [(run.start * LANE_GROUP, run.stop * LANE_GROUP) for _, run in runs(groups)]
        spans = [slice(start, min(stop, len(lanes))) for start, stop in ends]
        return tuple(cls(problem, lanes, span, evaluation, found) for span in spans)

    def gradient(self, theta: Theta, rows: StepRows, coming: Steps) -> Theta:
        """Gradient of the sum over lanes of each lane's mean loss, as the lanes' own passes make it."""
        step: LanePass = PlainPass(self, rows, coming)
        for regularizer, held in self.passes:
            noise = LaneNoise(self.problem, regularizer.purpose, self.drawers, coming.head(1))
            step = OwnPass(step, regularizer, noise, held.strengths)
        return step.gradient(theta, rows.x)

    def real(self, batch: Batch) -> Float[Tensor, "lanes batch"] | None:
        """1 for each row that is no padding, 0 for the rest; None: none is padding."""
        rows = batch.rows.shape[1]
        counts = torch.tensor([batch.counts[position] for position in self.drawers.positions])
        if (counts == rows).all():
            return None
        real = torch.arange(rows) < counts.unsqueeze(1)
        return real.to(self.problem.device, self.problem.dtype).index_select(0, self.drawers.lanes)

    def hidden_factors(self, shape: Sequence[int], site: int, coming: Steps) -> list[tuple[slice, Hidden]]:
        """What the hidden activations of some lanes, each of this shape, are multiplied by at a step."""
        if site not in self._hidden_factors:
            self._hidden_factors[site] = [
                Factor(self.problem, self._evaluation, held, _of_noise(kind, site, shape))
                for kind, held in self._activations
            ]
        return [(factor.span, factor.at(coming, prod(shape))) for factor in self._hidden_factors[site]]

    def weight_factors(self, coming: Steps) -> list[tuple[slice, Weights]]:
        """What the weights of some lanes are multiplied by at a step."""
        weights = self.problem.layout.weights
        return [(factor.span, factor.at(coming, weights)) for factor in self._connections]


def own_passes(lanes: Sequence[Lane]) -> tuple[str, ...]:
    """Kinds with passes of their own that some of the lanes use, in the order of the catalogue."""
    used = {kind for lane in lanes for kind in lane.regularizers}
    return tuple(kind for kind, regularizer in REGULARIZERS.items() if kind in used and isinstance(regularizer, Passes))


class PlainPass:
    """Forward and backward once."""

    def __init__(self, part: Part, rows: StepRows, coming: Steps) -> None:
        self._part, self._rows, self._coming = part, rows, coming
        self.shape = part.problem.shape
        self.row_weights = rows.weights
        self._terms: list[tuple[slice, Float[Tensor, "lanes batch"]]] = []
        problem = part.problem
        self._chain = problem.model.chain
        self._written = self._chain and WrittenOut(self._chain, problem.layout, self._acting)

    def gradient(self, theta: Theta, x: X) -> Theta:
        """Gradient of the sum of the lanes' losses."""
        with self._taking_part(theta) as (used, factors):
            if self._written is not None:
                gradient, _ = self._written.gradient(used, x, self._slope)
            else:
                leaf = used.requires_grad_()
                (gradient,) = torch.autograd.grad(self._loss(leaf, x), leaf)
        return _scaled(gradient, factors)

    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The same, and the gradient by the rows."""
        with self._taking_part(theta) as (used, factors):
            if self._written is not None:
                gradient, slope = self._written.gradient(used, x, self._slope, by_rows=True)
            else:
                leaf, seen = used.requires_grad_(), x.detach().requires_grad_()
                gradient, slope = torch.autograd.grad(self._loss(leaf, seen), (leaf, seen))
        return _scaled(gradient, factors), slope

    def outputs(self, theta: Theta, x: X) -> Float[Tensor, "lanes batch outputs"]:
        """Outputs of the model, to be differentiated."""
        factors = self._part.weight_factors(self._coming)
        return self._forward(_scaled(theta.clone(), factors) if factors else theta, x)

    def _forward(self, theta: Theta, x: X) -> Float[Tensor, "lanes batch outputs"]:
        problem, self._terms = self._part.problem, []
        return problem.model.forward(problem.layout.views(theta), x, self._sites())

    def _sites(self) -> StepSites:
        part, step, blend = self._part, self._coming.head(1), self._part.blend
        of_rows = part.normalization is not None and part.normalization.is_of_rows
        real = part.real(step.batches[0]) if of_rows else None
        mixed = None if blend is None else (blend, LaneNoise(part.problem, blend.purpose, part.drawers, step))
        return StepSites(self._activate, part.branches, self._noise, part.normalization, real, mixed)

    def _loss(self, theta: Theta, x: X) -> Float[Tensor, ""]:
        """The sum over lanes of each lane's mean loss."""
        return self._summed(self._forward(theta, x))

    def _summed(self, outputs: Float[Tensor, "lanes batch outputs"]) -> Float[Tensor, ""]:
        """The sum over lanes of each lane's mean loss, of these outputs."""
        part, task = self._part, self._part.problem.task
        found = [row_losses(_of_lanes(outputs, targets.span), targets.y, task) for targets in self._rows.targets]
        losses = found[0] if len(found) == 1 else torch.cat(found)
        terms, self._terms = self._terms, []
        terms += [(held.span, kind.added(outputs[held.span], task, held.strengths)) for kind, held in part.outputs]
        total = (losses * self.row_weights).sum()
        for span, term in terms:
            total = total + (term * self.row_weights[span]).sum()
        return total

    @contextmanager
    def _taking_part(self, theta: Theta) -> Iterator[tuple[Theta, list[tuple[slice, Weights]]]]:
        """The parameters that the forward pass uses, to be differentiated by, and their factors.

        The gradient by the parameters themselves is that by these, times the factors.  Meanwhile the matrix itself
        holds them: few lanes have factors, and a copy would be one of all.
        """
        factors = self._part.weight_factors(self._coming)
        own = [theta[span, : factor.shape[1]].clone() for span, factor in factors]
        try:
            yield _scaled(theta, factors).detach(), factors
        finally:
            for (span, _), weights in zip(factors, own, strict=True):
                theta[span, : weights.shape[1]].copy_(weights)

    def _activate(self, hidden: Hidden, layer: int) -> Hidden:
        """Multiply hidden activations by what regularizers make of them; note what they cost."""
        penalties = self._part.hidden
        factors = self._part.hidden_factors(hidden.shape[1:], layer, self._coming)
        if not factors and not penalties:
            return hidden
        changed, *seen = acted_on(hidden, factors, [held.span for _, held in penalties])
        for (penalty, held), own in zip(penalties, seen, strict=True):
            self._terms.append((held.span, penalty.added(own, held.strengths)))
        return changed

    def _slope(self, outputs: Float[Tensor, "lanes batch held"]) -> Float[Tensor, "lanes batch held"]:
        """Gradient of the sum of the lanes' losses by their outputs, those that alignment adds among them."""
        with torch.enable_grad():
            leaf = outputs.detach().requires_grad_()
            (slope,) = torch.autograd.grad(self._summed(leaf[..., : self._chain.outputs]), leaf)
        return slope

    def _acting(self, layer: int, units: int) -> Acting:
        """What regularizers do with the activations of a hidden layer."""
        factors = self._part.hidden_factors((self._rows.x.shape[1], units), layer, self._coming)
        return Acting(factors, self._term_slopes)

    def _term_slopes(self, hidden: Hidden) -> list[tuple[slice, OfSome]]:
        """Gradients of what regularizers add to the loss, by the activations of their lanes."""
        found = []
        for penalty, held in self._part.hidden:
            with torch.enable_grad():
                leaf = hidden[held.span].detach().requires_grad_()
                term = penalty.added(leaf, held.strengths) * self._rows.weights[held.span]
                found.append((held.span, *torch.autograd.grad(term.sum(), leaf)))
        return found

    def _noise(self, held: Active) -> LaneNoise:
        part, kind = self._part, held.regularizer
        return LaneNoise(part.problem, kind.purpose, part.drawers_of[kind.kind], self._coming.head(1))


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


def _of_noise(kind: Activation, site: int, shape: Sequence[int]) -> Make:
    return lambda noise, strengths: kind.factor(getattr(noise, kind.noise)(*shape, site=site), strengths)


def _of_lanes(of_all: Float[Tensor, "_ batch units"], span: slice) -> Float[Tensor, "lanes batch units"]:
    """Some lanes; all of them as they are, since the gradient of a slice is written anew."""
    return of_all if span == slice(0, len(of_all)) else of_all[span]
