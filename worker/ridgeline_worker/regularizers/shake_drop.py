"""What ShakeDrop does: branches are scaled at random, forward and backward apart."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Factors, Noise, OnBranch, Purpose, Strengths, linear_decay


class ShakeDrop(OnBranch):
    """b + alpha - b alpha forward, b + beta - b beta backward; b = [u >= p], alpha in [-1, 1], beta in [0, 1]."""

    kind: ClassVar = "shake_drop"
    purpose: ClassVar = Purpose.SHAKE_DROP

    def factors(self, noise: Noise, rows: int, site: int, depth: float, strengths: Strengths) -> Factors:
        """1 where b is 1; alpha forward and beta backward where it is 0."""
        u, alpha, beta = noise.uniform(3, rows, site=site).unbind(1)
        shaken = u < linear_decay(strengths["rate"], depth)
        return Factors((2 * alpha - 1).masked_fill(~shaken, 1.0), beta.masked_fill(~shaken, 1.0))

    def expected(self, depth: float, strengths: Strengths) -> Float[Tensor, "lanes 1"] | None:
        """1 - p, since the mean of alpha is 0."""
        return 1 - linear_decay(strengths["rate"], depth)
