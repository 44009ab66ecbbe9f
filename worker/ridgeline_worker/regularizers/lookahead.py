"""What lookahead does: every few steps the parameters go back to slow ones that follow them."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Clock, Memory, Slow, Strengths


class Lookahead(Slow):
    """Every k steps slow <- slow + alpha (theta - slow), theta <- slow."""

    kind: ClassVar = "lookahead"

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """The slow parameters start where the fast ones do."""
        return {"slow": theta.clone()}

    def move(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, strengths: Strengths) -> None:
        """Where k divides the step."""
        slow, due = memory["slow"], (clock.step % strengths["k"] == 0).to(theta.dtype)
        slow.lerp_(theta, strengths["alpha"] * due)
        theta.lerp_(slow, due)
