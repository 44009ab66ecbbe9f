"""What l1 does: soft thresholding after the update."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Proximal, Strengths, soft_threshold


class L1(Proximal):
    """J = L + strength * sum |w|."""

    kind: ClassVar = "l1"

    def penalty(self, w: Float[Tensor, "lanes weights"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """strength * sum |w|."""
        return strengths["strength"].squeeze(1) * w.abs().sum(1)

    def prox(
        self,
        w: Float[Tensor, "lanes weights"],
        step: Float[Tensor, "lanes #weights"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes weights"]:
        """S(w, step * strength), S soft thresholding."""
        return soft_threshold(w, step * strengths["strength"])
