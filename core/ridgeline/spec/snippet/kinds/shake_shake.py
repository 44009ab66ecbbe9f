"""shake_shake in a script: blocks of two branches in shares that are drawn."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class ShakeShake(KindScript):
    """Blocks have the branches `one` and `other`: see ridgeline.spec.snippet.block."""

    uses: ClassVar = frozenset({Use.NOISE})

    def branch(self, asked: Asked) -> Lines:  # noqa: ARG002
        """alpha F1 + (1 - alpha) F2, with the gradient of beta F1 + (1 - beta) F2."""
        yield "alpha, beta = torch.rand(2, len(rows), 1) if self.training else (0.5, 0.5)"
        yield "added = beta * one + (1 - beta) * other  # shake-shake: the gradient is of these shares"
        yield "added = added + (alpha * one + (1 - alpha) * other - added).detach()"
