"""What spectral does: the largest singular value of each weight matrix shrinks."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import MatrixGradient, Strengths, gram

SQUARINGS = 4
SQUARED_SIDE = 128
"""Of the largest matrices that are squared: of each other singular vector (sigma / sigma_1)^32 is left."""
ITERATIONS = 8
"""Of the power method where squares would take longer: of each other singular vector (sigma / sigma_1)^18 is left at
most about."""


class Spectral(MatrixGradient):
    """J = L + strength/2 * sum_W sigma(W)^2."""

    kind: ClassVar = "spectral"

    def penalty(self, w: Float[Tensor, "lanes inputs outputs"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """strength/2 * sigma^2."""
        found = gram(w)
        v = _first_vector(found)
        return strengths["strength"].squeeze(1) / 2 * (_times(found, v) * v).sum(1)

    def gradient(
        self, w: Float[Tensor, "lanes inputs outputs"], strengths: Strengths
    ) -> Float[Tensor, "lanes inputs outputs"]:
        """strength sigma u v^T = strength W v v^T = strength u u^T W."""
        found, strength = gram(w), strengths["strength"].unsqueeze(2)
        is_left = found.shape[1] == w.shape[1]
        if found.shape[1] <= SQUARED_SIDE:
            power = _power(found)
            part = torch.bmm(power, w) if is_left else torch.bmm(w, power)
            return part.mul_(strength / _trace(power).view(-1, 1, 1))
        v = _first_vector(found)
        if is_left:
            outer = v.unsqueeze(2) * (w * v.unsqueeze(2)).sum(1, keepdim=True)
        else:
            outer = (w * v.unsqueeze(1)).sum(2, keepdim=True) * v.unsqueeze(1)
        return strength * outer


def _power(symmetric: Float[Tensor, "lanes side side"]) -> Float[Tensor, "lanes side side"]:
    """A high power: divided by its trace, it is v v^T of the eigenvector v of the largest eigenvalue.

    Scaled to length 1, the matrix has a largest eigenvalue of at least side^(-1/2): squares need no scaling in between.
    """
    power = symmetric / _length(symmetric).view(-1, 1, 1)
    for _ in range(SQUARINGS):
        power = torch.bmm(power, power)
    return power


def _first_vector(symmetric: Float[Tensor, "lanes side side"]) -> Float[Tensor, "lanes side"]:
    """The eigenvector of the largest eigenvalue; it starts as the longest column, which no eigenvector misses by much.

    Scaled as in `_power`, it needs no scaling in between either.  A matrix of zeros gives zeros.
    """
    scaled = symmetric / _length(symmetric).view(-1, 1, 1)
    v = scaled[torch.arange(len(scaled), device=scaled.device), symmetric.square().sum(1).argmax(1)]
    for _ in range(ITERATIONS):
        v = _times(scaled, v)
    norm = torch.linalg.vector_norm(v, dim=1, keepdim=True)
    unit: Tensor = v / norm.clamp(min=torch.finfo(v.dtype).tiny)
    return unit


def _length(symmetric: Float[Tensor, "lanes side side"]) -> Float[Tensor, "lanes"]:
    return symmetric.square().sum((1, 2)).sqrt_().clamp_(min=torch.finfo(symmetric.dtype).tiny)


def _trace(power: Float[Tensor, "lanes side side"]) -> Float[Tensor, "lanes"]:
    return power.diagonal(dim1=1, dim2=2).sum(1).clamp_(min=torch.finfo(power.dtype).tiny)


def _times(symmetric: Float[Tensor, "lanes side side"], v: Float[Tensor, "lanes side"]) -> Float[Tensor, "lanes side"]:
    """Products one by one: matrix products with a single column depend on the place of the lane."""
    product: Tensor = (symmetric * v.unsqueeze(1)).sum(2)
    return product
