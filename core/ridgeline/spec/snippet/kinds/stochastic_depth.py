"""stochastic_depth in a script: blocks whose branch goes out at random."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class StochasticDepth(KindScript):
    """As torchvision.ops.StochasticDepth does, row by row."""

    uses: ClassVar = frozenset({Use.NOISE})

    def branch_rate(self, asked: Asked) -> str:
        """Its rate."""
        return asked.strength("stochastic_depth", "rate")

    def branch(self, asked: Asked) -> Lines:  # noqa: ARG002
        """[u >= p] F / (1 - p) in training."""
        yield "if self.training:  # stochastic depth"
        yield "    added = added * (torch.rand(len(rows), 1) >= self.p) / (1 - self.p)"
