"""The passes of a step: forward and backward, as the regularizers of its lanes make them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, LanePass, Noise, Passes, RowShape, Strengths
from ridgeline_worker.training.ahead import Steps
from ridgeline_worker.training.examples import StepRows
from ridgeline_worker.training.factors import acted_on
from ridgeline_worker.training.loss import row_losses, row_slopes
from ridgeline_worker.training.noise import LaneNoise
from ridgeline_worker.training.part import Part
from ridgeline_worker.training.sites import StepSites
from ridgeline_worker.training.written import Acting, OfSome, WrittenOut

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes batch held"]
Weights = Float[Tensor, "_ weights"]
Hidden = Float[Tensor, "lanes batch units"]


def loss_gradient(part: Part, theta: Theta, rows: StepRows, coming: Steps) -> Theta:
    """Gradient of the sum over lanes of each lane's mean loss, as the lanes' own passes make it."""
    step: LanePass = PlainPass(part, rows, coming)
    for regularizer, held in part.passes:
        noise = LaneNoise(part.problem, regularizer.purpose, part.drawers, coming.head(1))
        step = OwnPass(step, regularizer, noise, held.strengths)
    return step.gradient(theta, rows.x)


class PlainPass:
    """Forward and backward once."""

    def __init__(self, part: Part, rows: StepRows, coming: Steps) -> None:
        self._part, self._rows, self._coming = part, rows, coming
        self.shape = part.problem.shape
        self.row_weights = rows.weights
        self._terms: list[tuple[slice, Float[Tensor, "lanes batch"]]] = []
        chain = part.problem.model.chain
        self._written = None if chain is None else WrittenOut(chain, part.problem.layout, self._acting, self._slope)

    def gradient(self, theta: Theta, x: X) -> Theta:
        """Gradient of the sum of the lanes' losses."""
        with self._taking_part(theta) as (used, factors):
            if self._written is not None:
                gradient = self._written.gradient(used, x)
            else:
                leaf = used.requires_grad_()
                (gradient,) = torch.autograd.grad(self._loss(leaf, x), leaf)
        return _scaled(gradient, factors)

    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The same, and the gradient by the rows."""
        with self._taking_part(theta) as (used, factors):
            if self._written is not None:
                gradient, slope = self._written.gradients(used, x)
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
        outputs = self._forward(theta, x)
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

    def _slope(self, outputs: Float[Tensor, "lanes batch outputs"]) -> Float[Tensor, "lanes batch outputs"]:
        """Gradient of the sum of the lanes' losses by their outputs."""
        part, task, weights = self._part, self._part.problem.task, self._rows.weights.unsqueeze(2)
        found = [row_slopes(_of_lanes(outputs, targets.span), targets.y, task) for targets in self._rows.targets]
        slopes = (found[0] if len(found) == 1 else torch.cat(found)).mul_(weights)
        for kind, held in part.outputs:
            rows = self._rows.weights[held.span]
            slopes[held.span].add_(kind.slope(outputs[held.span], rows, task, held.strengths))
        return slopes

    def _acting(self, layer: int, units: int) -> Acting:
        """What regularizers do with the activations of a hidden layer."""
        factors = self._part.hidden_factors((self._rows.x.shape[1], units), layer, self._coming)
        return Acting(factors, self._term_slopes)

    def _term_slopes(self, hidden: Hidden) -> list[tuple[slice, OfSome]]:
        """Gradients of what regularizers add to the loss, by the activations of their lanes."""
        return [
            (held.span, penalty.slope(hidden[held.span], self._rows.weights[held.span], held.strengths))
            for penalty, held in self._part.hidden
        ]

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


def _of_lanes(of_all: Float[Tensor, "_ batch units"], span: slice) -> Float[Tensor, "lanes batch units"]:
    """Some lanes; all of them as they are, since the gradient of a slice is written anew."""
    return of_all if span == slice(0, len(of_all)) else of_all[span]
