"""What mixup does: rows and targets are mixed with those of other rows."""

from typing import ClassVar

import numpy as np
import torch
from jaxtyping import Float
from scipy.special import betaincinv
from torch import Tensor

from ridgeline_worker.regularizer import Examples, Noise, Purpose, RowShape, Strengths, partnered


class Mixup(Examples):
    """x <- b x + (1 - b) x', t <- b t + (1 - b) t'."""

    kind: ClassVar = "mixup"
    purpose: ClassVar = Purpose.MIXUP

    def changed(
        self,
        x: Float[Tensor, "lanes rows held"],
        targets: Float[Tensor, "lanes rows *targets"],
        shape: RowShape,
        noise: Noise,
        strengths: Strengths,
    ) -> tuple[Float[Tensor, "lanes rows held"], Float[Tensor, "lanes rows *targets"]]:
        """Mixed with the row's partner by the share of the step; codes of categories are those of the larger share."""
        partners = noise.partners()
        kept = _share(noise.uniform(), strengths["alpha"].squeeze(1))
        mixed = _mixed(x, partnered(x, partners), kept)
        if shape.width > shape.numbers:
            codes = slice(shape.numbers, shape.width)
            mixed[..., codes] = x[..., codes]
        return mixed, _mixed(targets, partnered(targets, partners), kept)


def _share(uniform: Float[Tensor, "lanes"], alpha: Float[Tensor, "lanes"]) -> Float[Tensor, "lanes"]:
    """max(b, 1 - b), b the quantile of Beta(alpha, alpha) at the draw; 1 where alpha is 0."""
    a, u = alpha.double().cpu().numpy(), uniform.double().cpu().numpy()
    quantile = betaincinv(a, a, u)
    return torch.from_numpy(np.where(a > 0, np.maximum(quantile, 1 - quantile), 1.0)).to(uniform)


def _mixed(
    own: Float[Tensor, "lanes rows *rest"], other: Float[Tensor, "lanes rows *rest"], kept: Float[Tensor, "lanes"]
) -> Float[Tensor, "lanes rows *rest"]:
    share = kept.view(-1, *(1 for _ in own.shape[1:]))
    return share * own + (1 - share) * other
