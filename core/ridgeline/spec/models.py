"""Models that a study may train, with the sizes that planning needs."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Whole
from ridgeline.spec.named import or_name


class Activation(StrEnum):
    """The nonlinearity between layers."""

    RELU = "relu"
    TANH = "tanh"
    GELU = "gelu"
    SILU = "silu"


class Linear(Frozen):
    """A linear model: one weight matrix and a bias."""

    kind: Literal["linear"] = "linear"
    """linear: logistic regression for classes, linear regression for numbers."""

    def widths(self, inputs: int, outputs: int) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return (inputs, outputs)


class Mlp(Frozen):
    """A multilayer perceptron."""

    kind: Literal["mlp"] = "mlp"
    """mlp: fully connected layers with an activation between them."""
    hidden: Annotated[
        tuple[Annotated[Whole, Field(ge=1, le=8192)], ...],
        Field(min_length=1, max_length=16, examples=[[64, 64]]),
    ] = (64, 64)
    """Units of each hidden layer, 1 to 8192 each, 1 to 16 layers."""
    activation: Activation = Activation.RELU
    """Nonlinearity after each hidden layer."""

    def widths(self, inputs: int, outputs: int) -> tuple[int, ...]:
        """Units of each layer, the inputs first."""
        return (inputs, *self.hidden, outputs)


MODELS: dict[str, type[Linear | Mlp]] = {"linear": Linear, "mlp": Mlp}
"""Every model, by its kind."""

AnyModel = Annotated[Linear | Mlp, Field(discriminator="kind"), *or_name(MODELS)]
"""A model: its kind alone, or an object with its options."""


def parameter_count(widths: tuple[int, ...]) -> int:
    """Weights and biases of fully connected layers of these widths."""
    return sum((a + 1) * b for a, b in pairwise(widths))


def multiply_adds(widths: tuple[int, ...], rows: int) -> int:
    """Multiplications of one training step: the forward product and the two of the backward pass, a layer.

    The first layer needs no gradient of its inputs, so it counts two.
    """
    products = [rows * a * b for a, b in pairwise(widths)]
    return 3 * sum(products) - products[0]
