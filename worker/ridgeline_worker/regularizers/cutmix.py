"""What cutmix does: a part of each row comes from another row."""

from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Examples, Noise, Purpose, RowShape, Strengths, partnered, patch

STEP, SHARE, PLACE = 0, 1, 2
"""Sites of the draws: whether the step mixes, how much, and where (a site for each axis)."""


class CutMix(Examples):
    """x[part] <- x'[part], t <- k t + (1 - k) t' with k the share kept, in some steps."""

    kind: ClassVar = "cutmix"
    purpose: ClassVar = Purpose.CUTMIX

    def changed(
        self,
        x: Float[Tensor, "lanes rows held"],
        targets: Float[Tensor, "lanes rows *targets"],
        shape: RowShape,
        noise: Noise,
        strengths: Strengths,
    ) -> tuple[Float[Tensor, "lanes rows held"], Float[Tensor, "lanes rows *targets"]]:
        """One part a step for all rows: max(1, floor(features c)) raw features, or a patch of about the share 1 - c."""
        mixes = (noise.uniform(site=STEP) < strengths["probability"].squeeze(1)).unsqueeze(1)
        share = noise.uniform(site=SHARE).unsqueeze(1)
        if shape.image is None:
            features = noise.ranks(shape.features, site=PLACE) < (shape.features * share).floor().clamp(min=1)
            features &= mixes
            part, taken = features[:, shape.feature], features.to(x.dtype).mean(dim=1)
        else:
            places = [noise.uniform(site=PLACE + axis).unsqueeze(1) for axis in range(len(shape.image) - 1)]
            part = patch(shape.image, 1 - share, places).squeeze(1) & mixes
            taken = part.to(x.dtype).mean(dim=1)
        kept, partners = (1 - taken).view(-1, *(1 for _ in targets.shape[1:])), noise.partners()
        cut, wide = x.clone(), slice(0, shape.width)
        torch.where(part.unsqueeze(1), partnered(x, partners)[..., wide], x[..., wide], out=cut[..., wide])
        return cut, kept * targets + (1 - kept) * partnered(targets, partners)
