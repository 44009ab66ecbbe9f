"""What weight_decay does: weights shrink beside the update."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Decay, Strengths


class WeightDecay(Decay):
    """w <- (1 - learning_rate rate) w with rate = 1/(learning_rate steps_per_epoch tau)."""

    kind: ClassVar = "weight_decay"

    def kept(self, steps_per_epoch: int | Float[Tensor, "lanes 1"], strengths: Strengths) -> Float[Tensor, "lanes 1"]:
        """1 - 1/(steps_per_epoch tau): the learning rate cancels."""
        return 1 - 1 / (steps_per_epoch * strengths["tau"])
