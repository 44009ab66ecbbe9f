"""What snapshot_ensemble does: the learning rate restarts, and evaluation averages what each cycle found."""

from collections.abc import Mapping
from math import cos, pi
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Average, Clock, Memory, Schedule


class SnapshotEnsemble(Schedule, Average):
    """learning_rate/2 (1 + cos(pi c)), c the share of the cycle that is done; predictions averaged over cycles."""

    kind: ClassVar = "snapshot_ensemble"

    def scale(self, clock: Clock, setting: Mapping[str, float]) -> float:
        """(1 + cos(pi c)) / 2, constant for one cycle."""
        cycles = int(setting["cycles"])
        if cycles == 1:
            return 1.0
        return (1 + cos(pi * ((clock.step - 1) * cycles % clock.steps) / clock.steps)) / 2

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """Room for the parameters at the end of each cycle."""
        most = int(max(setting["cycles"] for setting in active.settings))
        return {str(cycle): torch.zeros_like(theta) for cycle in range(1, most + 1)}

    def observe(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """Keep the parameters where a cycle ends."""
        for lane, setting in enumerate(active.settings):
            ended = _ended(clock.step, clock, setting)
            if ended > _ended(clock.step - 1, clock, setting):
                memory[str(ended)][lane] = theta[lane]

    def members(
        self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, setting: Mapping[str, float]
    ) -> tuple[Float[Tensor, "lanes columns"], ...]:
        """The parameters at the ends of the cycles so far; before the first, those of now."""
        ended = _ended(clock.step, clock, setting)
        if not ended or setting["cycles"] == 1:
            return (theta,)
        return tuple(memory[str(cycle)] for cycle in range(1, ended + 1))


def _ended(step: int, clock: Clock, setting: Mapping[str, float]) -> int:
    """Cycles that have ended after so many steps."""
    return step * int(setting["cycles"]) // clock.steps
