"""l2 in a script: what PyTorch calls weight_decay, on weight matrices only."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class L2(KindScript):
    """An option of the optimizer, unless something has to come between."""

    uses: ClassVar = frozenset({Use.WEIGHTS})

    def gradient(self, asked: Asked) -> Lines:
        """2 strength w, where the optimizer does not add it."""
        if not in_optimizer(asked):
            yield "with torch.no_grad():"
            yield "    for w in weights:"
            yield f"        w.grad += 2 * {asked.strength('l2')} * w  # of the penalty {asked.strength('l2')} * w**2"


def in_optimizer(asked: Asked) -> bool:
    """Whether the optimizer's weight_decay is l2: the gradient is not clipped with it, and there is no other decay."""
    return "l2" in asked.kinds and not asked.kinds.keys() & {"weight_decay", "gradient_clipping"}
