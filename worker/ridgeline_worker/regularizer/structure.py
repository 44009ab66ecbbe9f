"""Points of the structure: kinds that change the model itself, and kinds that act on its residual branches."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer.base import Noise, Regularizer, Strengths

Z = Float[Tensor, "lanes rows units places"]
OfRows = Float[Tensor, "lanes rows"]


class Structure(Regularizer):
    """Changes the model: lanes with and without it train in cohorts of their own, where all or none have it."""


class Moments(NamedTuple):
    """What a normalization goes by."""

    centered: Z
    """z minus the mean; 0 in rows that are padding, where it matters."""
    mean: Float[Tensor, "lanes #rows #units 1"]
    variance: Float[Tensor, "lanes #rows #units 1"]


class Normalization(Structure):
    """Stands before each nonlinearity: gain (z - mean) / sqrt(variance + epsilon) + shift."""

    epsilon: ClassVar[float] = 1e-5
    is_of_rows: ClassVar[bool]
    """Whether its moments are of all rows together; evaluation then takes those of the training rows."""

    @abstractmethod
    def moments(self, z: Z, real: OfRows | None) -> Moments:
        """The moments of z; `real` is 1 for rows that are no padding and 0 for the rest, None: none is padding."""

    @classmethod
    def scaled(cls, moments: Moments, gain: Float[Tensor, "lanes units"], shift: Float[Tensor, "lanes units"]) -> Z:
        """gain centered / sqrt(variance + epsilon) + shift."""
        of_units = (len(gain), 1, -1, 1)
        slope = gain.view(of_units) / (moments.variance + cls.epsilon).sqrt()
        return torch.addcmul(shift.view(of_units), moments.centered, slope)


class Factors(NamedTuple):
    """What something is multiplied by; its gradient may have a factor of its own."""

    forward: OfRows
    backward: OfRows

    def of(self, x: Float[Tensor, "lanes rows units"]) -> Float[Tensor, "lanes rows units"]:
        """forward * x, with the gradient of backward * x."""
        if self.backward is self.forward:
            return x * self.forward.unsqueeze(2)
        seen = x * self.backward.unsqueeze(2)
        return seen + (x * self.forward.unsqueeze(2) - seen).detach()


class Blend(Structure):
    """Doubles residual branches and mixes the halves while training; evaluation takes their mean."""

    @abstractmethod
    def shares(self, noise: Noise, rows: int, site: int) -> Factors:
        """The share of the first half; the other has the rest."""


class OnBranch(Regularizer):
    """Multiplies residual branches, row by row."""

    @abstractmethod
    def factors(self, noise: Noise, rows: int, site: int, depth: float, strengths: Strengths) -> Factors:
        """Of a branch at a depth of l/L while training; `site` tells apart the draws of branches."""

    @abstractmethod
    def expected(self, depth: float, strengths: Strengths) -> Float[Tensor, "lanes 1"] | None:
        """What evaluation multiplies by; None: by nothing."""


def linear_decay(rate: Float[Tensor, "lanes 1"], depth: float) -> Float[Tensor, "lanes 1"]:
    """rate l/L: the first branches are left alone most.  Source: Huang et al. 2016, section 3."""
    return rate * depth
