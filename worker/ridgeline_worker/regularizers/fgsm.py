"""What fgsm does: half of the loss is that of adversarial rows."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import LanePass, Noise, Passes, Strengths


class Fgsm(Passes):
    """J = (L(x) + L(x + epsilon sign(dL/dx))) / 2."""

    kind: ClassVar = "fgsm"

    def gradient(
        self,
        inner: LanePass,
        theta: Float[Tensor, "lanes columns"],
        x: Float[Tensor, "lanes rows held"],
        noise: Noise,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes columns"]:
        """The mean of both gradients; the clean one where epsilon is 0."""
        epsilon = strengths["epsilon"]
        clean, slope = inner.gradients(theta, x)
        adversarial = inner.gradient(theta, x + epsilon.unsqueeze(2) * slope.sign())
        return torch.where(epsilon > 0, (clean + adversarial) / 2, clean)
