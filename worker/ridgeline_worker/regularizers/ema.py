"""What ema does: evaluation uses an exponential average of the parameters."""

from collections.abc import Mapping
from math import expm1, log
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Average, Clock, Memory


class Ema(Average):
    """sum_i d^(t-i) theta_i / sum_i d^(t-i) with d = 2^(-1/(half_life steps_per_epoch))."""

    kind: ClassVar = "ema"

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """Nothing yet: zeros, which the correction for the start takes out."""
        return {"average": torch.zeros_like(theta)}

    def observe(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """average <- d average + (1 - d) theta."""
        half_life = active.strengths["half_life"] * clock.steps_per_epoch
        memory["average"].lerp_(theta, -torch.expm1(-log(2) / half_life))

    def members(
        self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, setting: Mapping[str, float]
    ) -> tuple[Float[Tensor, "lanes columns"], ...]:
        """average / (1 - d^t)."""
        half_life = setting["half_life"] * clock.steps_per_epoch
        if not half_life or not clock.step:
            return (theta,)
        return (memory["average"] / -expm1(-log(2) * clock.step / half_life),)
