"""gaussian_dropout in a script: a module behind each hidden activation."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class GaussianDropout(KindScript):
    """PyTorch has none that is multiplicative."""

    uses: ClassVar = frozenset({Use.NOISE})

    def definitions(self, asked: Asked) -> Lines:
        """The module."""
        rate = asked.strength("gaussian_dropout", "rate")
        yield "class GaussianDropout(nn.Module):"
        yield "    def forward(self, hidden):"
        yield "        if not self.training:"
        yield "            return hidden"
        yield f"        return hidden * (1 + ({rate} / (1 - {rate})) ** 0.5 * torch.randn_like(hidden))"

    def module(self, asked: Asked) -> str:  # noqa: ARG002
        """The module above."""
        return "GaussianDropout()"
