"""What max_norm does: the incoming weights of each unit are scaled back after the update."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Projection, Strengths


class MaxNorm(Projection):
    """w_j <- w_j min(1, limit / |w_j|)."""

    kind: ClassVar = "max_norm"

    def projected(
        self, incoming: Float[Tensor, "lanes outputs inputs"], strengths: Strengths
    ) -> Float[Tensor, "lanes outputs inputs"]:
        """w_j min(1, limit / |w_j|)."""
        norm = incoming.square().sum(2, keepdim=True).sqrt()
        return incoming * (strengths["limit"].unsqueeze(2) / norm).clamp(max=1.0)
