"""What orthogonality does: the weights into units are pulled apart, and to length 1."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import MatrixGradient, Strengths, gram


class Orthogonality(MatrixGradient):
    """J = L + strength * sum_W |W^T W - I|^2, of the shorter side of W."""

    kind: ClassVar = "orthogonality"

    def penalty(self, w: Float[Tensor, "lanes inputs outputs"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """strength * |W^T W - I|^2."""
        return strengths["strength"].squeeze(1) * _excess(w).square().sum((1, 2))

    def gradient(
        self, w: Float[Tensor, "lanes inputs outputs"], strengths: Strengths
    ) -> Float[Tensor, "lanes inputs outputs"]:
        """4 strength W (W^T W - I) = 4 strength (W W^T - I) W."""
        excess = _excess(w)
        left, right = (excess, w) if excess.shape[1] == w.shape[1] else (w, excess)
        pulled: Tensor = torch.baddbmm(w, left, right, beta=0, alpha=4)
        return pulled.mul_(strengths["strength"].unsqueeze(2))


def _excess(w: Float[Tensor, "lanes inputs outputs"]) -> Float[Tensor, "lanes side side"]:
    """W^T W - I, or W W^T - I where that is smaller."""
    found = gram(w)
    found.diagonal(dim1=1, dim2=2).sub_(1.0)
    return found
