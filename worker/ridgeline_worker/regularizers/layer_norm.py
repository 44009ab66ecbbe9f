"""What layer normalization does: each row by its mean and variance over the units."""

from typing import ClassVar

from ridgeline_worker.regularizer import Moments, Normalization
from ridgeline_worker.regularizer.structure import OfRows, Z


class LayerNorm(Normalization):
    """Moments of each row over units and places."""

    kind: ClassVar = "layer_norm"
    is_of_rows: ClassVar = False

    def moments(self, z: Z, real: OfRows | None) -> Moments:  # each row by itself
        """Mean and variance (divided by n), as torch.nn.LayerNorm has them."""
        mean = z.mean((2, 3), keepdim=True)
        centered = z - mean
        return Moments(centered, mean, centered.square().mean((2, 3), keepdim=True))
