"""What gaussian_dropout does: hidden units are multiplied by noise of mean 1."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Activation, Purpose, Strengths


class GaussianDropout(Activation):
    """h <- h * (1 + sqrt(rate / (1 - rate)) z): the mean of h stays, and its variance is that of dropout."""

    kind: ClassVar = "gaussian_dropout"
    purpose: ClassVar = Purpose.GAUSSIAN_DROPOUT
    noise: ClassVar = "normal"

    def factor(self, noise: Float[Tensor, "lanes *unit"], strengths: Strengths) -> Float[Tensor, "lanes *unit"]:
        """1 + sqrt(rate / (1 - rate)) z."""
        rate = strengths["rate"].view(-1, *(1 for _ in noise.shape[1:]))
        return 1 + (rate / (1 - rate)).sqrt() * noise
