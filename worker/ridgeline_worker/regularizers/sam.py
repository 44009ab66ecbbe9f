"""What sam does: the gradient is taken where the loss nearby is highest."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import LanePass, Noise, Passes, Strengths


class Sam(Passes):
    """g <- dL/dtheta at theta + rho g / |g|."""

    kind: ClassVar = "sam"

    def gradient(
        self,
        inner: LanePass,
        theta: Float[Tensor, "lanes columns"],
        x: Float[Tensor, "lanes rows held"],
        noise: Noise,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes columns"]:
        """The gradient uphill; the norm is that of each lane, and no gradient leads nowhere."""
        first = inner.gradient(theta, x)
        norm = first.square().sum(dim=1, keepdim=True).sqrt()
        uphill = first * torch.where(norm > 0, strengths["rho"] / norm, 0.0)
        return inner.gradient(theta + uphill, x)
