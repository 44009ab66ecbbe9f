"""The gradient of a chain of dense layers, written out: what autograd does, in less memory and fewer passes over it.

Elementwise operations act in place, what regularizers multiply touches the lanes that they act on and no others, and
the gradient of each weight is laid where it belongs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline.spec.models import Activation
from ridgeline_worker.models.chain import Chain
from ridgeline_worker.models.dense import NONLINEARITY, widened
from ridgeline_worker.models.model import Parameters
from ridgeline_worker.training.lanes import Layout

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes batch inputs"]
Hidden = Float[Tensor, "lanes batch units"]
OfSome = Float[Tensor, "_ batch units"]
Outputs = Float[Tensor, "lanes batch outputs"]

NARROW = 16
"""Layers of fewer outputs are multiplied the other way round: products of few columns cost up to six times as much as
those of few rows."""
_aten = torch.ops.aten
SLOPE: dict[Activation, Callable[[Hidden, Hidden], Hidden]] = {
    Activation.RELU: lambda g, h: _aten.threshold_backward.grad_input(g, h, 0, grad_input=g),
    Activation.TANH: lambda g, h: _aten.tanh_backward.grad_input(g, h, grad_input=g),
    Activation.GELU: lambda g, z: _aten.gelu_backward.grad_input(g, z, grad_input=g),
    Activation.SILU: lambda g, z: _aten.silu_backward.grad_input(g, z, grad_input=g),
}
"""g a'(z) in place, from a(z) where `IN_PLACE` has one, else from z."""
IN_PLACE: dict[Activation, Callable[[Hidden], Hidden]] = {Activation.RELU: torch.relu_, Activation.TANH: torch.tanh_}
"""Nonlinearities whose slope is known from their value, so that it takes the place of z."""


@dataclass(frozen=True)
class Acting:
    """What regularizers do with the activations of a hidden layer."""

    factors: Sequence[tuple[slice, OfSome]]
    """Lanes, and what they are multiplied by."""
    slopes: Callable[[Hidden], Sequence[tuple[slice, OfSome]]]
    """Gradients of what they add to the loss, by the activations of their lanes before any factor."""


@dataclass(frozen=True)
class Passed:
    """What the backward pass needs of a hidden layer."""

    activations: Hidden
    """As the next layer sees them."""
    sloping: Hidden
    """What the slope of the nonlinearity is known from: the activations themselves, or what the nonlinearity saw."""
    unmultiplied: Sequence[OfSome]
    """The lanes of each factor before it."""
    slopes: Sequence[tuple[slice, OfSome]]


class WrittenOut:
    """A step of neighbouring lanes."""

    def __init__(
        self,
        chain: Chain,
        layout: Layout,
        acting: Callable[[int, int], Acting],
        slope: Callable[[Outputs], Outputs],
    ) -> None:
        """Compute nothing yet.

        Args:
            acting: gives what acts on the activations of a layer, of so many units.
            slope: gives the gradient of the summed loss by the outputs.
        """  # fmt: skip
        self._chain, self._layout, self._acting, self._slope = chain, layout, acting, slope

    @torch.no_grad()
    def gradient(self, theta: Theta, x: X) -> Theta:
        """Gradient of the summed loss."""
        return self._backward(self._layout.views(theta), theta.new_empty(theta.shape), x)[0]

    @torch.no_grad()
    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The same, and the gradient by the rows."""
        parameters = self._layout.views(theta)
        made, g = self._backward(parameters, theta.new_empty(theta.shape), x)
        return made, torch.bmm(g, parameters["weight0"].mT)

    def _backward(self, parameters: Parameters, made: Theta, x: X) -> tuple[Theta, Hidden]:
        """Lay the gradient; it, and the gradient by what the first layer makes of the rows."""
        layers, gradients = self._chain.layers, self._layout.views(made)
        made[:, self._layout.used :] = 0.0
        acting = [self._acting(layer, parameters[f"bias{layer}"].shape[2]) for layer in range(layers - 1)]
        passed: list[Passed] = []
        for layer in range(layers - 1):
            seen = passed[-1].activations if passed else x
            passed.append(self._passed(_made(parameters, layer, seen), acting[layer]))
        seen = passed[-1].activations if passed else x
        g = widened(self._slope(_made(parameters, layers - 1, seen)[..., : self._chain.outputs]))
        for layer in reversed(range(1, layers)):
            _lay(gradients, layer, passed[layer - 1].activations, g)
            g = torch.bmm(g, parameters[f"weight{layer}"].mT)
            g = self._through_activations(g, passed[layer - 1], acting[layer - 1])
        _lay(gradients, 0, x, g)
        return made, g

    def _passed(self, z: Hidden, acting: Acting) -> Passed:
        """The activations, as regularizers leave them."""
        activation = self._chain.activation
        in_place = IN_PLACE.get(activation)
        h = in_place(z) if in_place else NONLINEARITY[activation](z)
        slopes, unmultiplied = acting.slopes(h), []
        for span, factor in acting.factors:
            unmultiplied.append(h[span].clone())
            h[span].mul_(factor)
        return Passed(h, h if in_place else z, unmultiplied, slopes)

    def _through_activations(self, g: Hidden, passed: Passed, acting: Acting) -> Hidden:
        """The gradient by what the nonlinearity saw, from that by what the next layer sees; in place."""
        for (span, factor), own in zip(reversed(acting.factors), reversed(passed.unmultiplied), strict=True):
            g[span].mul_(factor)
            passed.activations[span].copy_(own)
        for span, own in passed.slopes:
            g[span].add_(own)
        return SLOPE[self._chain.activation](g, passed.sloping)


def _made(parameters: Parameters, layer: int, seen: Hidden) -> Outputs:
    """x W + b."""
    weight, bias = parameters[f"weight{layer}"], parameters[f"bias{layer}"]
    if weight.shape[2] < NARROW:
        return torch.baddbmm(bias.mT, weight.mT, seen.mT).mT
    return torch.baddbmm(bias, seen, weight)


def _lay(gradients: Parameters, layer: int, seen: Hidden, g: Outputs) -> None:
    """The gradient of a layer's weight and bias, from what it saw and the gradient by what it made."""
    weight = gradients[f"weight{layer}"]
    weight.copy_(torch.bmm(g.mT, seen).mT if weight.shape[2] < NARROW else torch.bmm(seen.mT, g))
    torch.sum(g, 1, keepdim=True, out=gradients[f"bias{layer}"])
