"""What a regularizer is to the training step: a formula that acts at one named point of it.

The step calls the points in this order and knows no kind:

1. `Activation` multiplies hidden activations in the forward pass;
2. `Gradient` adds to the gradient of the weights;
3. `Decay` shrinks the weights beside the update;
4. `Proximal` maps the weights after the update.

Lanes come first in every tensor; a strength has shape [lanes, 1], so that each lane has its own.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

Strengths = Mapping[str, Float[Tensor, "lanes 1"]]


class Regularizer(ABC):
    """A kind's formula; it holds no state and no strength."""

    kind: ClassVar[str]


class Activation(Regularizer):
    """Acts on hidden activations while training; evaluation leaves them alone."""

    @abstractmethod
    def factor(self, uniform: Float[Tensor, "lanes *unit"], strengths: Strengths) -> Float[Tensor, "lanes *unit"]:
        """What the activations are multiplied by, from uniform noise of their shape."""


class Penalty(Regularizer):
    """Adds strength * Omega(w) to the loss, whichever way the step minimizes it."""

    @abstractmethod
    def penalty(self, w: Float[Tensor, "lanes weights"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """The penalty in the loss of each lane."""


class Gradient(Penalty):
    """A smooth penalty: the step adds its gradient."""

    @abstractmethod
    def add_gradient(
        self,
        gradient: Float[Tensor, "lanes weights"],
        w: Float[Tensor, "lanes weights"],
        strengths: Strengths,
    ) -> None:
        """Add the penalty's gradient at w, in place."""


class Decay(Regularizer):
    """Shrinks the weights beside the update, decoupled from the gradient and its moments."""

    @abstractmethod
    def kept(self, steps_per_epoch: int, strengths: Strengths) -> Float[Tensor, "lanes 1"]:
        """The share of each weight that a step keeps."""


class Proximal(Penalty):
    """A penalty with kinks: the step applies its proximal operator, which gives exact zeros."""

    @abstractmethod
    def prox(
        self,
        w: Float[Tensor, "lanes weights"],
        step: Float[Tensor, "lanes #weights"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes weights"]:
        """argmin_z (z - w)^2 / (2 step) + penalty(z), coordinate by coordinate."""


def soft_threshold(
    w: Float[Tensor, "lanes weights"], threshold: Float[Tensor, "lanes #weights"]
) -> Float[Tensor, "lanes weights"]:
    """S(w, t) = sign(w) max(|w| - t, 0), written as w minus its projection on [-t, t].

    A threshold of 0 gives back w bit for bit.  Source: Parikh & Boyd 2014, section 6.5.2.
    """
    return w - torch.clamp(w, min=-threshold, max=threshold)


@dataclass(frozen=True, slots=True)
class Active:
    """A regularizer at work on neighbouring lanes of a cohort, each with its own strengths.

    Lanes of the span that do not use it have its neutral strengths, which change nothing.
    """

    regularizer: Regularizer
    span: slice
    strengths: dict[str, Float[Tensor, "lanes 1"]]
