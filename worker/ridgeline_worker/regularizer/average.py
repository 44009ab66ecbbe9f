"""The last point of the step: what evaluation uses in place of the parameters."""

from abc import abstractmethod
from collections.abc import Mapping

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer.base import Active, Clock, Memory, Regularizer

Theta = Float[Tensor, "lanes columns"]


class Average(Regularizer):
    """Remembers parameters along the way; a lane has at most one."""

    @abstractmethod
    def begin(self, theta: Theta, active: Active) -> dict[str, Theta]:
        """The memory of a cohort before the first step; `active` says what its lanes use."""

    @abstractmethod
    def observe(self, theta: Theta, memory: Memory, clock: Clock, active: Active) -> None:
        """Take in the parameters after a step, in place."""

    @abstractmethod
    def members(self, theta: Theta, memory: Memory, clock: Clock, setting: Mapping[str, float]) -> tuple[Theta, ...]:
        """The parameters whose predictions are averaged, from those of one lane and its memory."""
