"""What swa does: evaluation uses the mean of the parameters at the ends of the last epochs."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Average, Clock, Memory

ALMOST = 1e-4
"""A start this close below the end of an epoch is that end: 0.7 * 10 epochs are 7 in any precision."""


class Swa(Average):
    """mean theta over the ends of epochs e > start * epochs."""

    kind: ClassVar = "swa"

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """Nothing yet."""
        return {"average": torch.zeros_like(theta)}

    def observe(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """average <- average + (theta - average) / n at the end of the n-th epoch after the start."""
        if clock.step % clock.steps_per_epoch:
            return
        epoch = clock.step // clock.steps_per_epoch
        counts = [epoch - _start(clock, setting) for setting in active.settings]
        shares = [1 / count if count > 0 else 0.0 for count in counts]
        memory["average"].lerp_(theta, theta.new_tensor(shares).unsqueeze(1))

    def members(
        self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, setting: Mapping[str, float]
    ) -> tuple[Float[Tensor, "lanes columns"], ...]:
        """The mean so far; before there is one, the parameters as they are."""
        began = clock.step // clock.steps_per_epoch > _start(clock, setting)
        return (memory["average"] if began else theta,)


def _start(clock: Clock, setting: Mapping[str, float]) -> int:
    """The last epoch whose end is not averaged."""
    return int(setting["start"] * clock.epochs + ALMOST)
