"""What a model is to the training step: named parameters and a forward pass with a leading lane axis."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from math import prod

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.models.chain import Chain

ALIGNMENT = 4
"""Rows and columns of every matrix of a lane are rounded up to a multiple of this.

Then every lane's matrix starts at the same place of a cache line, and a product is equal bit for bit wherever its lane
stands in a cohort; without it, products of odd shapes differ in the last place with the lane's position.
"""


def aligned(size: int) -> int:
    """The size, rounded up to the alignment."""
    return size + -size % ALIGNMENT


Hidden = Float[Tensor, "lanes rows units"]
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
    start: float = 0.0
    """The initial value where the bound is 0."""
    is_added: bool = False
    """Whether a static kind added it: it is drawn after all others, which keep the values that they have without."""

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


@dataclass(frozen=True, slots=True)
class Branch:
    """A residual branch: what is added to what it sees."""

    number: int
    """Counted from 0 in the order of the forward pass."""
    branches: int
    """Of the model."""

    @property
    def depth(self) -> float:
        """l/L of the l-th of L."""
        return (self.number + 1) / self.branches


class Sites:
    """What regularizers do at the named places of a forward pass; here, nothing."""

    def activate(self, hidden: Hidden, site: int) -> Hidden:  # noqa: ARG002
        """Hidden activations, at the site of this number."""
        return hidden

    def normalize(
        self,
        z: Float[Tensor, "lanes rows units *places"],
        gain: Float[Tensor, "lanes units"],  # noqa: ARG002
        shift: Float[Tensor, "lanes units"],  # noqa: ARG002
        site: int,  # noqa: ARG002
    ) -> Float[Tensor, "lanes rows units *places"]:
        """What a nonlinearity is about to see."""
        return z

    def blend(self, one: Hidden, other: Hidden, branch: Branch) -> Hidden:  # noqa: ARG002
        """What stands for the two halves of a residual branch."""
        return (one + other) / 2

    def add(self, hidden: Hidden, added: Hidden, branch: Branch) -> Hidden:  # noqa: ARG002
        """A residual branch and what it is added to."""
        return hidden + added


class LaneModel(ABC):
    """A family of equal networks, one a lane."""

    parameters: tuple[Parameter, ...]
    chain: Chain | None = None
    """The same network where it is a mere chain of dense layers, whose gradient can be written out."""

    @abstractmethod
    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], sites: Sites
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows of aligned features: logits, or numbers in regression."""

    def constants(self, dtype: torch.dtype) -> Mapping[str, Tensor]:  # noqa: ARG002  # for those that have some
        """What the model has besides its parameters and does not train, by name."""
        return {}

    def restore(self, constants: Mapping[str, Tensor], dtype: torch.dtype) -> None:  # noqa: ARG002  # as above
        """Take on the constants of the same model made elsewhere.

        Raises:
            ValueError: it has others.
        """
        if constants:
            raise ValueError(f"a built-in model has no constants but got {', '.join(constants)}")

    def drawn(self, seed: int) -> Mapping[str, Float[np.ndarray, "..."]]:  # noqa: ARG002  # for those that draw
        """Initial values that the model draws itself; all others are uniform within their bound."""
        return {}
