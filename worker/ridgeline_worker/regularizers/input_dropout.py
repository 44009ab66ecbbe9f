"""What input_dropout does: numbers of a row go out at random."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Inputs, Noise, Purpose, RowShape, Strengths, kept


class InputDropout(Inputs):
    """x <- x * [u >= rate] / (1 - rate): the mean of x stays, and so do codes of categories."""

    kind: ClassVar = "input_dropout"
    purpose: ClassVar = Purpose.INPUT_DROPOUT

    def changed(
        self, x: Float[Tensor, "lanes rows held"], shape: RowShape, noise: Noise, strengths: Strengths
    ) -> Float[Tensor, "lanes rows held"]:
        """x * [u >= rate] / (1 - rate)."""
        dropped = x.clone()
        drawn = noise.uniform(x.shape[1], shape.numbers)
        dropped[..., : shape.numbers].mul_(kept(drawn, strengths["rate"].unsqueeze(2)))
        return dropped
