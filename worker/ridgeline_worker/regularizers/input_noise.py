"""What input_noise does: numbers of a row are blurred."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Inputs, Noise, Purpose, RowShape, Strengths


class InputNoise(Inputs):
    """x <- x + sigma z; codes of categories stay."""

    kind: ClassVar = "input_noise"
    purpose: ClassVar = Purpose.INPUT_NOISE

    def changed(
        self, x: Float[Tensor, "lanes rows held"], shape: RowShape, noise: Noise, strengths: Strengths
    ) -> Float[Tensor, "lanes rows held"]:
        """x + sigma z."""
        blurred = x.clone()
        drawn = noise.normal(x.shape[1], shape.numbers)
        blurred[..., : shape.numbers].addcmul_(drawn, strengths["sigma"].unsqueeze(2))
        return blurred
