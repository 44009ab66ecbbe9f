"""What lookahead does: every few steps the parameters go back to slow ones that follow them."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Clock, Memory, Slow


class Lookahead(Slow):
    """Every k steps slow <- slow + alpha (theta - slow), theta <- slow."""

    kind: ClassVar = "lookahead"

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """The slow parameters start where the fast ones do."""
        return {"slow": theta.clone()}

    def move(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """Where k divides the step."""
        due = [float(clock.step % setting["k"] == 0) for setting in active.settings]
        if any(due):
            slow, moved = memory["slow"], theta.new_tensor(due).unsqueeze(1)
            slow.lerp_(theta, active.strengths["alpha"] * moved)
            theta.lerp_(slow, moved)
