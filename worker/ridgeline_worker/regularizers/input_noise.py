"""What input_noise does: numbers of a row are blurred."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Inputs, Noise, Purpose, RowShape, Strengths


class InputNoise(Inputs):
    """x <- x + sigma z; the numbers that fill a row up stay zero."""

    kind: ClassVar = "input_noise"
    purpose: ClassVar = Purpose.INPUT_NOISE

    def changed(
        self, x: Float[Tensor, "lanes rows held"], shape: RowShape, noise: Noise, strengths: Strengths
    ) -> Float[Tensor, "lanes rows held"]:
        """x + sigma z."""
        blurred = x.clone()
        blurred[..., : shape.width].addcmul_(noise.normal(x.shape[1], shape.width), strengths["sigma"].unsqueeze(2))
        return blurred
