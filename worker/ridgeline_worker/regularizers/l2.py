"""What l2 does: its gradient joins the loss's."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Gradient, Strengths


class L2(Gradient):
    """J = L + strength * sum w^2."""

    kind: ClassVar = "l2"

    def penalty(self, w: Float[Tensor, "lanes weights"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """strength * sum w^2."""
        return strengths["strength"].squeeze(1) * w.square().sum(1)

    def add_gradient(
        self,
        gradient: Float[Tensor, "lanes weights"],
        w: Float[Tensor, "lanes weights"],
        strengths: Strengths,
    ) -> None:
        """2 strength w."""
        gradient.addcmul_(w, strengths["strength"], value=2.0)
