"""What of a trained model is zero."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.models.model import Role
from ridgeline_worker.training.lanes import Layout

RELATIVE_ZERO = 2.0**-23
"""A parameter of at most this share of the largest one of its tensor changes nothing beside it in single precision."""

Members = Sequence[Float[Tensor, "1 columns"]]


def sparsity(layout: Layout, members: Members) -> float:
    """Share of the weights of matrices and kernels that are zero; 1: all of them are."""
    nonzero, size = _counted(layout, members, weights_only=True)
    return 1.0 - nonzero / size


def parameters_kept(layout: Layout, members: Members) -> float:
    """How many parameters are not zero: weights, biases, and those of normalizations."""
    return float(_counted(layout, members, weights_only=False)[0])


def _counted(layout: Layout, members: Members, *, weights_only: bool) -> tuple[int, int]:
    """Parameters that are not zero and all parameters, of all members of an ensemble together."""
    nonzero = size = 0
    for theta in members:
        views = layout.views(theta)
        for p in layout.parameters:
            if weights_only and p.role is not Role.WEIGHT:
                continue
            held = views[p.name][0][tuple(slice(own) for own in p.shape)].abs()
            nonzero += int(torch.count_nonzero(held > RELATIVE_ZERO * held.max()))
            size += held.numel()
    return nonzero, size
