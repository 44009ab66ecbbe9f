"""What gradient_clipping does: a long gradient is shortened."""

from typing import ClassVar

from jaxtyping import Bool, Float
from torch import Tensor

from ridgeline_worker.regularizer import Noise, Strengths, WholeGradient


class GradientClipping(WholeGradient):
    """g <- g min(1, limit / |g|)."""

    kind: ClassVar = "gradient_clipping"

    def change(
        self,
        gradient: Float[Tensor, "lanes columns"],
        real: Bool[Tensor, "columns"],
        step: int,
        noise: Noise,
        strengths: Strengths,
    ) -> None:
        """By the norm of each lane."""
        norm = gradient.square().sum(dim=1, keepdim=True).sqrt()
        gradient.mul_((strengths["limit"] / norm).clamp(max=1.0))
