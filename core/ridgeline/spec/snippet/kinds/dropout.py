"""dropout in a script: nn.Dropout."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript


class Dropout(KindScript):
    """A module behind each hidden activation."""

    uses: ClassVar = frozenset({Use.NOISE})

    def module(self, asked: Asked) -> str:
        """PyTorch's own."""
        return f"nn.Dropout({asked.strength('dropout', 'rate')})"
