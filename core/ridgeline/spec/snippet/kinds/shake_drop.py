"""shake_drop in a script: blocks whose branch is scaled at random, forward and backward apart."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class ShakeDrop(KindScript):
    """PyTorch has none."""

    uses: ClassVar = frozenset({Use.NOISE})

    def branch_rate(self, asked: Asked) -> str:
        """Its rate."""
        return asked.strength("shake_drop", "rate")

    def branch(self, asked: Asked) -> Lines:  # noqa: ARG002
        """alpha F where it is shaken, with the gradient of beta F; (1 - p) F in evaluation."""
        yield "if self.training:  # ShakeDrop: the gradient is of other factors"
        yield "    u, alpha, beta = torch.rand(3, len(rows), 1)"
        yield "    forward, backward = (torch.where(u < self.p, each, 1) for each in (2 * alpha - 1, beta))"
        yield "    added = backward * added + ((forward - backward) * added).detach()"
        yield "else:"
        yield "    added = (1 - self.p) * added"
