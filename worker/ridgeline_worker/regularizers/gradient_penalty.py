"""What gradient_penalty does: outputs that change fast with the row cost."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import LanePass, Noise, Passes, Purpose, Strengths


class GradientPenalty(Passes):
    """J = L + strength/2 * C mean |d(v.z)/dx|^2, v uniform on the unit sphere of the C outputs."""

    kind: ClassVar = "gradient_penalty"
    purpose: ClassVar = Purpose.GRADIENT_PENALTY

    def gradient(
        self,
        inner: LanePass,
        theta: Float[Tensor, "lanes columns"],
        x: Float[Tensor, "lanes rows held"],
        noise: Noise,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes columns"]:
        """The gradient of the loss, and that of the penalty by differentiating twice."""
        plain, strength = inner.gradient(theta, x), strengths["strength"]
        leaf, seen = theta.detach().requires_grad_(), x.detach().requires_grad_()
        outputs = inner.outputs(leaf, seen)
        classes = outputs.shape[2]
        direction = noise.normal(*outputs.shape[1:])
        direction = direction / direction.norm(dim=2, keepdim=True)
        (slope,) = torch.autograd.grad((outputs * direction).sum(), seen, create_graph=True)
        squares = (slope.square().sum(dim=2) * inner.row_weights).sum()
        (steep,) = torch.autograd.grad(squares, leaf, materialize_grads=True)
        return torch.where(strength > 0, plain + strength * classes / 2 * steep, plain)
