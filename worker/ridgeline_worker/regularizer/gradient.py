"""Points of the gradient: passes of one's own, penalties, the whole."""

from abc import abstractmethod
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ridgeline_worker.regularizer.base import Noise, Penalty, Regularizer, Strengths
from ridgeline_worker.regularizer.examples import RowShape

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes rows held"]
Matrix = Float[Tensor, "lanes inputs outputs"]


@runtime_checkable
class LanePass(Protocol):
    """The pass of some lanes at a step, to be taken at any parameters and rows: with the same noise each time."""

    @property
    def shape(self) -> RowShape:
        """What the numbers of a row are."""

    @property
    def row_weights(self) -> Float[Tensor, "lanes rows"]:
        """What losses are multiplied by before they are added up."""

    def gradient(self, theta: Theta, x: X) -> Theta:
        """Gradient of the sum of the lanes' losses."""

    def gradients(self, theta: Theta, x: X) -> tuple[Theta, X]:
        """The same, and the gradient by the rows."""

    def outputs(self, theta: Theta, x: X) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of the model, to be differentiated."""


class Passes(Regularizer):
    """Takes passes of its own in place of the step's; only lanes that use it pay for them.

    With several, each takes the passes of those before it in the catalogue.
    """

    @abstractmethod
    def gradient(self, inner: LanePass, theta: Theta, x: X, noise: Noise, strengths: Strengths) -> Theta:
        """The gradient that the lanes use."""


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


class MatrixGradient(Regularizer):
    """A smooth penalty on each weight matrix: the step adds its gradient.

    The numbers that a unit reads are rows, all places of a filter among them; rows and columns of zeros fill a matrix
    up, and neither the penalty nor its gradient may depend on them but for a constant.
    """

    @abstractmethod
    def penalty(self, w: Matrix, strengths: Strengths) -> Float[Tensor, "lanes"]:
        """The penalty in the loss of each lane."""

    @abstractmethod
    def gradient(self, w: Matrix, strengths: Strengths) -> Matrix:
        """The gradient of the penalty."""


def gram(w: Matrix) -> Float[Tensor, "lanes side side"]:
    """W^T W, or W W^T where that is smaller."""
    across = w.transpose(1, 2)
    return torch.bmm(w, across) if w.shape[1] <= w.shape[2] else torch.bmm(across, w)


class WholeGradient(Regularizer):
    """Acts on the gradient of all parameters, penalties included."""

    @abstractmethod
    def change(
        self, gradient: Theta, real: Bool[Tensor, "columns"], step: int, noise: Noise, strengths: Strengths
    ) -> None:
        """Change the gradient in place; `step` counts from 1, and what is not `real` only fills a lane up."""
