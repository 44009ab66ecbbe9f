"""What elastic_net does: soft thresholding and shrinking after the update."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Proximal, Strengths, soft_threshold


class ElasticNet(Proximal):
    """J = L + strength * sum (l1_ratio |w| + (1 - l1_ratio)/2 w^2)."""

    kind: ClassVar = "elastic_net"

    def penalty(self, w: Float[Tensor, "lanes weights"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """strength * sum (l1_ratio |w| + (1 - l1_ratio)/2 w^2)."""
        ratio = strengths["l1_ratio"]
        return strengths["strength"].squeeze(1) * (ratio * w.abs() + (1 - ratio) / 2 * w.square()).sum(1)

    def prox(
        self,
        w: Float[Tensor, "lanes weights"],
        step: Float[Tensor, "lanes #weights"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes weights"]:
        """S(w, t l1_ratio) / (1 + t (1 - l1_ratio)) with t = step * strength, S soft thresholding."""
        t, ratio = step * strengths["strength"], strengths["l1_ratio"]
        return soft_threshold(w, t * ratio) / (1 + t * (1 - ratio))
