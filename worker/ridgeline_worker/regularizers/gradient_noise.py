"""What gradient_noise does: a gradient is blurred, and less so from step to step."""

from typing import ClassVar

from jaxtyping import Bool, Float
from torch import Tensor

from ridgeline_worker.regularizer import Noise, Purpose, Strengths, WholeGradient

FALL = 0.275
"""Half the 0.55 by which the variance falls: the better of the two values of the source."""


class GradientNoise(WholeGradient):
    """g <- g + scale / step^0.275 z."""

    kind: ClassVar = "gradient_noise"
    purpose: ClassVar = Purpose.GRADIENT_NOISE

    def change(
        self,
        gradient: Float[Tensor, "lanes columns"],
        real: Bool[Tensor, "columns"],
        step: int,
        noise: Noise,
        strengths: Strengths,
    ) -> None:
        """Add the noise to all parameters, and to nothing that fills a lane up."""
        drawn = noise.normal(gradient.shape[1]) * real
        gradient.addcmul_(drawn, strengths["scale"] * step**-FALL)
