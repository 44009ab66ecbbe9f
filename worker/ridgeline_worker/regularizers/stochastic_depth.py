"""What stochastic depth does: branches go out at random."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Factors, Noise, OnBranch, Purpose, Strengths, linear_decay


class StochasticDepth(OnBranch):
    """F <- F * [u >= p] / (1 - p), p = rate l/L: the mean of F stays."""

    kind: ClassVar = "stochastic_depth"
    purpose: ClassVar = Purpose.STOCHASTIC_DEPTH

    def factors(self, noise: Noise, rows: int, site: int, depth: float, strengths: Strengths) -> Factors:
        """[u >= p] / (1 - p), forward and backward."""
        p = linear_decay(strengths["rate"], depth)
        kept = (noise.uniform(rows, site=site) >= p) / (1 - p)
        return Factors(kept, kept)

    def expected(self, depth: float, strengths: Strengths) -> Float[Tensor, "lanes 1"] | None:
        """By nothing: the mean of the factor is 1."""
        return None
