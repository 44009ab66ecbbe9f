"""weight_decay in a script: AdamW, or the same by hand under SGD."""

from typing import ClassVar

from ridgeline.spec.resolved import Setting
from ridgeline.spec.snippet.asked import Asked, Use, number
from ridgeline.spec.snippet.kinds.script import KindScript, Lines
from ridgeline.spec.study import Adam


class WeightDecay(KindScript):
    """Beside the update, decoupled from the gradient."""

    uses: ClassVar = frozenset({Use.WEIGHTS})

    def decay(self, asked: Asked) -> Lines:
        """By hand where the optimizer has none."""
        if not is_adamw(asked):
            yield "with torch.no_grad():  # decoupled weight decay"
            yield "    for w in weights:"
            yield f"        w.mul_(1 - {asked.rate} * {decay_rate(asked)})"


def is_adamw(asked: Asked) -> bool:
    """Whether AdamW does it."""
    return "weight_decay" in asked.kinds and isinstance(asked.study.training.optimizer, Adam)


def decay_rate(asked: Asked) -> str:
    """The rate by which PyTorch knows it: 1/(learning_rate steps_per_epoch tau)."""
    strengths = asked.kinds["weight_decay"]
    decay = Setting(regularizer="weight_decay", strengths=strengths, learning_rate=asked.learning_rate)
    return number(asked.study.derived(decay)["rate"])
