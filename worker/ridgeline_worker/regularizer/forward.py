"""Points of the forward pass: weights, activations, outputs."""

from abc import abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer.base import Noise, Regularizer, Strengths


class Connections(Regularizer):
    """Acts on the weights that the forward pass uses while training; evaluation uses them whole."""

    @abstractmethod
    def factor(self, weights: int, noise: Noise, strengths: Strengths) -> Float[Tensor, "lanes weights"]:
        """What the weights are multiplied by, one draw a step."""


class Activation(Regularizer):
    """Acts on hidden activations while training; evaluation leaves them alone."""

    noise: ClassVar[Literal["uniform", "normal"]] = "uniform"
    """What it is given."""

    @abstractmethod
    def factor(self, noise: Float[Tensor, "lanes *unit"], strengths: Strengths) -> Float[Tensor, "lanes *unit"]:
        """What the activations are multiplied by, from noise of their shape."""


class HiddenTerm(Regularizer):
    """Adds a term of the hidden activations to the loss of each row, layer by layer."""

    @abstractmethod
    def added(self, hidden: Float[Tensor, "lanes rows units"], strengths: Strengths) -> Float[Tensor, "lanes rows"]:
        """The term of each row, of one layer; before any other regularizer acts on it."""

    def slope(
        self,
        hidden: Float[Tensor, "lanes rows units"],
        row_weights: Float[Tensor, "lanes rows"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes rows units"]:
        """Gradient of the weighted sum of the rows' terms; by autograd, unless a kind writes it out."""
        return _slope(lambda seen: self.added(seen, strengths), hidden, row_weights)


class Outputs(Regularizer):
    """Adds a term of the outputs to the loss of each row."""

    @abstractmethod
    def added(
        self, outputs: Float[Tensor, "lanes rows outputs"], task: Task, strengths: Strengths
    ) -> Float[Tensor, "lanes rows"]:
        """The term of each row."""

    def slope(
        self,
        outputs: Float[Tensor, "lanes rows outputs"],
        row_weights: Float[Tensor, "lanes rows"],
        task: Task,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Gradient of the weighted sum of the rows' terms; by autograd, unless a kind writes it out."""
        return _slope(lambda seen: self.added(seen, task, strengths), outputs, row_weights)


def _slope(
    added: Callable[[Float[Tensor, "lanes rows units"]], Float[Tensor, "lanes rows"]],
    seen: Float[Tensor, "lanes rows units"],
    row_weights: Float[Tensor, "lanes rows"],
) -> Float[Tensor, "lanes rows units"]:
    with torch.inference_mode(mode=False), torch.enable_grad():
        leaf, weights = seen.clone().requires_grad_(), row_weights.clone()  # autograd takes copies of what it may not
        (slope,) = torch.autograd.grad((added(leaf) * weights).sum(), leaf)
    return slope
