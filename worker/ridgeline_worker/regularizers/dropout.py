"""What dropout does: hidden units go out at random."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Activation, Purpose, Strengths, kept


class Dropout(Activation):
    """h <- h * [u >= rate] / (1 - rate): the mean of h stays."""

    kind: ClassVar = "dropout"
    purpose: ClassVar = Purpose.ACTIVATION_NOISE

    def factor(self, noise: Float[Tensor, "lanes *unit"], strengths: Strengths) -> Float[Tensor, "lanes *unit"]:
        """[u >= rate] / (1 - rate)."""
        rate = strengths["rate"].view(-1, *(1 for _ in noise.shape[1:]))
        return kept(noise, rate)
