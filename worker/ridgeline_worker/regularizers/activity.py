"""What activity does: hidden units that are far from zero cost."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import HiddenTerm, Strengths


class Activity(HiddenTerm):
    """J = L + strength * mean sum h^2."""

    kind: ClassVar = "activity"

    def added(self, hidden: Float[Tensor, "lanes rows units"], strengths: Strengths) -> Float[Tensor, "lanes rows"]:
        """strength * sum h^2 over the units of a layer."""
        return strengths["strength"] * hidden.square().sum(2)

    def slope(
        self,
        hidden: Float[Tensor, "lanes rows units"],
        row_weights: Float[Tensor, "lanes rows"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes rows units"]:
        """2 strength h."""
        return hidden * (2 * strengths["strength"] * row_weights).unsqueeze(2)
