"""What dropconnect does: weights take no part at random."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Connections, Noise, Purpose, Strengths, kept


class DropConnect(Connections):
    """w <- w * [u >= rate] / (1 - rate): the mean of w stays."""

    kind: ClassVar = "dropconnect"
    purpose: ClassVar = Purpose.DROPCONNECT

    def factor(self, weights: int, noise: Noise, strengths: Strengths) -> Float[Tensor, "lanes weights"]:
        """[u >= rate] / (1 - rate)."""
        return kept(noise.uniform(weights), strengths["rate"])
