"""What cutout does: a part of each row is erased."""

from typing import ClassVar

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ridgeline_worker.regularizer import Inputs, Noise, Purpose, RowShape, Strengths, patch

ALMOST = 1e-4
"""A count this close below a whole number is that number: 0.1 * 30 features are 3 in any precision."""


class Cutout(Inputs):
    """x[part] <- 0, an exact count of raw features or a patch, another one for each row."""

    kind: ClassVar = "cutout"
    purpose: ClassVar = Purpose.CUTOUT

    def changed(
        self, x: Float[Tensor, "lanes rows held"], shape: RowShape, noise: Noise, strengths: Strengths
    ) -> Float[Tensor, "lanes rows held"]:
        """Zero where the part is."""
        ratio, rows = strengths["ratio"], x.shape[1]
        if shape.image is None:
            part = _features(noise.ranks(rows, shape.features), ratio)[..., shape.feature]
        else:
            share = ratio.expand(-1, rows)
            part = patch(shape.image, share, [noise.uniform(rows, site=axis) for axis in range(len(shape.image) - 1)])
        return shape.erased(x, part)


def _features(
    ranks: Int[Tensor, "lanes rows features"], ratio: Float[Tensor, "lanes 1"]
) -> Bool[Tensor, "lanes rows features"]:
    """The max(1, floor(features ratio)) features of each row that come first; none where the ratio is 0."""
    count = (ranks.shape[2] * ratio + ALMOST).floor().clamp(min=1) * ratio.sign()
    return torch.lt(ranks, count.unsqueeze(2))
