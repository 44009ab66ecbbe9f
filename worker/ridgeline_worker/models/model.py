"""What a model is to the training step: named parameters and a forward pass with a leading lane axis."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

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
"""Called with the hidden activations and the number of their layer; regularizers act there."""

Parameters = Mapping[str, Float[Tensor, "lanes ..."]]


class Role(Enum):
    """What a parameter is; penalties act on weights only."""

    WEIGHT = "weight"
    BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named parameter of one lane.

    It is held in a larger, aligned shape; what is beyond its own is zero, and so is its gradient.
    """

    name: str
    shape: tuple[int, int]
    role: Role
    bound: float
    """Initial values are uniform in [-bound, bound]."""
    input_axis: int = 0
    """The axis of a weight's inputs."""
    output_axis: int = 1
    """The axis of a weight's outputs; all others belong to the pair of input and output."""
    reads_rows: bool = False
    """Whether the inputs of a weight are the numbers of a row, in their order."""

    @property
    def held(self) -> tuple[int, int]:
        """The aligned shape; a bias stays one row."""
        rows, columns = self.shape
        return (rows if self.role is Role.BIAS else aligned(rows)), aligned(columns)

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
    hidden_widths: tuple[int, ...]
    """Units of each hidden layer, where activations are regularized."""

    @abstractmethod
    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows of aligned features: logits, or numbers in regression."""
