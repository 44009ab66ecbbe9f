"""What early_stopping does: evaluation uses the parameters that the network had after so many epochs."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Active, Average, Clock, Memory


class EarlyStopping(Average):
    """theta after `epochs` epochs."""

    kind: ClassVar = "early_stopping"

    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """Room for the parameters."""
        return {"kept": torch.zeros_like(theta)}

    def observe(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """Keep the parameters of the lanes whose epochs are over."""
        epoch, rest = divmod(clock.step, clock.steps_per_epoch)
        if rest:
            return
        for lane, setting in enumerate(active.settings):
            if setting["epochs"] == epoch:
                memory["kept"][lane] = theta[lane]

    def members(
        self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, setting: Mapping[str, float]
    ) -> tuple[Float[Tensor, "lanes columns"], ...]:
        """What was kept; before that, the parameters as they are."""
        is_over = clock.step >= setting["epochs"] * clock.steps_per_epoch
        return (memory["kept"] if is_over else theta,)
