"""What a model is to the training step: named parameters and a forward pass with a leading lane axis."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

import numpy as np
from jaxtyping import Float
from torch import Tensor

ALIGNMENT = 4
"""Rows and columns of every matrix of a lane are rounded up to a multiple of this.

Then every lane's matrix starts at the same place of a cache line, and a product is equal bit for bit wherever its lane
stands in a cohort; without it, products of odd shapes differ in the last place with the lane's position.
"""


def aligned(size: int) -> int:
    """The size, rounded up to the alignment."""
    return size + -size % ALIGNMENT


Activate = Callable[[Float[Tensor, "lanes rows units"], int], Float[Tensor, "lanes rows units"]]
"""Called with the hidden activations and the number of their site; regularizers multiply them there."""

Parameters = Mapping[str, Float[Tensor, "lanes ..."]]


class Role(Enum):
    """What a parameter is; penalties act on weights only."""

    WEIGHT = "weight"
    BIAS = "bias"
    NORMALIZATION = "normalization"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named parameter of one lane."""

    name: str
    shape: tuple[int, ...]
    role: Role
    bound: float
    """Initial values are uniform in [-bound, bound]."""
    held: tuple[int, ...] = ()
    """The shape in memory, at least its own; what is beyond its own is zero, and so is its gradient."""
    input_axis: int = 0
    """The axis of a weight's inputs."""
    output_axis: int = 1
    """The axis of a weight's outputs; all others belong to the pair of input and output."""
    reads_rows: bool = False
    """Whether the inputs of a weight are the numbers of a row, in their order."""
    is_one_input: bool = False
    """Whether all inputs of a weight are one: the categories of a column."""

    def __post_init__(self) -> None:
        if not self.held:
            object.__setattr__(self, "held", self.shape)

    @property
    def own_size(self) -> int:
        """Numbers of its own shape."""
        return prod(self.shape)

    @property
    def size(self) -> int:
        """Numbers held."""
        return prod(self.held)


class LaneModel(ABC):
    """A family of equal networks, one a lane."""

    parameters: tuple[Parameter, ...]

    @abstractmethod
    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows of aligned features: logits, or numbers in regression."""

    def drawn(self, seed: int) -> Mapping[str, Float[np.ndarray, "..."]]:  # noqa: ARG002  # for those that draw
        """Initial values that the model draws itself; all others are uniform within their bound."""
        return {}
