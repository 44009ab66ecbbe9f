"""What batch normalization does: each unit by its mean and variance over the rows."""

from typing import ClassVar

from ridgeline_worker.regularizer import Moments, Normalization
from ridgeline_worker.regularizer.structure import OfRows, Z


class BatchNorm(Normalization):
    """Moments of each unit over rows and places; rows that are padding have no part in them."""

    kind: ClassVar = "batch_norm"
    is_of_rows: ClassVar = True

    def moments(self, z: Z, real: OfRows | None) -> Moments:
        """Mean and variance (divided by n), as torch.nn.BatchNorm1d has them while training."""
        if real is None:
            mean = z.mean((1, 3), keepdim=True)
            centered = z - mean
            return Moments(centered, mean, centered.square().mean((1, 3), keepdim=True))
        part = real[:, :, None, None]
        count = real.sum(1).view(-1, 1, 1, 1) * z.shape[3]
        mean = (z * part).sum((1, 3), keepdim=True) / count
        centered = (z - mean) * part
        return Moments(centered, mean, centered.square().sum((1, 3), keepdim=True) / count)
