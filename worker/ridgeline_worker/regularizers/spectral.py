"""What spectral does: the largest singular value of each weight matrix shrinks."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import MatrixGradient, Strengths, gram

SQUARINGS = 3
ITERATIONS = 2**SQUARINGS
"""Of the power method in each step: what is left of the second singular vector is (sigma_2 / sigma_1)^18 at most
about, and of sigma^2 twice that power is missing."""
SQUARED_SIDE = 128
"""Of the largest matrices that are squared so often instead: a few operations rather than many, but longer ones."""


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
        found = gram(w)
        v = _first_vector(found)
        if found.shape[1] == w.shape[1]:
            outer = v.unsqueeze(2) * (w * v.unsqueeze(2)).sum(1, keepdim=True)
        else:
            outer = (w * v.unsqueeze(1)).sum(2, keepdim=True) * v.unsqueeze(1)
        return strengths["strength"].unsqueeze(2) * outer


def _first_vector(symmetric: Float[Tensor, "lanes side side"]) -> Float[Tensor, "lanes side"]:
    """The eigenvector of the largest eigenvalue; it starts as the longest column, which no eigenvector misses by much.

    Scaled to length 1, the matrix has a largest eigenvalue of at least side^(-1/2): the power method needs no scaling
    in between.  A matrix of zeros gives zeros.
    """
    squares = symmetric.square().sum(1)
    size = squares.sum(1).sqrt_().clamp_(min=torch.finfo(symmetric.dtype).tiny)
    scaled = symmetric / size.view(-1, 1, 1)
    lanes, longest = torch.arange(len(scaled), device=scaled.device), squares.argmax(1)
    if scaled.shape[1] <= SQUARED_SIDE:
        power = scaled
        for _ in range(SQUARINGS):
            power = torch.bmm(power, power)
        return _unit(_times(scaled, power[lanes, longest]))
    v = scaled[lanes, longest]
    for _ in range(ITERATIONS):
        v = _times(scaled, v)
    return _unit(v)


def _unit(v: Float[Tensor, "lanes side"]) -> Float[Tensor, "lanes side"]:
    norm = torch.linalg.vector_norm(v, dim=1, keepdim=True)
    unit: Tensor = v / norm.clamp(min=torch.finfo(v.dtype).tiny)
    return unit


def _times(symmetric: Float[Tensor, "lanes side side"], v: Float[Tensor, "lanes side"]) -> Float[Tensor, "lanes side"]:
    """Products one by one: matrix products with a single column depend on the place of the lane."""
    product: Tensor = (symmetric * v.unsqueeze(1)).sum(2)
    return product
