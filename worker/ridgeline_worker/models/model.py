"""What a model is to the training step: named parameters and a forward pass with a leading lane axis."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

from jaxtyping import Float
from torch import Tensor

Activate = Callable[[Float[Tensor, "lanes rows units"], int], Float[Tensor, "lanes rows units"]]
"""Called with the hidden activations and the number of their layer; regularizers act there."""

Parameters = Mapping[str, Float[Tensor, "lanes ..."]]


class Role(Enum):
    """What a parameter is; penalties act on weights only."""

    WEIGHT = "weight"
    BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named parameter of one lane."""

    name: str
    shape: tuple[int, ...]
    role: Role
    bound: float
    """Initial values are uniform in [-bound, bound]."""

    @property
    def size(self) -> int:
        """Numbers in it."""
        return prod(self.shape)


class LaneModel(ABC):
    """A family of equal networks, one a lane."""

    parameters: tuple[Parameter, ...]
    hidden_widths: tuple[int, ...]
    """Units of each hidden layer, where activations are regularized."""

    @abstractmethod
    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows: logits, or numbers in regression."""
