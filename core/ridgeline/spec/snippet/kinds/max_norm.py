"""max_norm in a script: the incoming weights of each unit are scaled back after the update."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class MaxNorm(KindScript):
    """A projection."""

    uses: ClassVar = frozenset({Use.WEIGHTS})

    def before_epochs(self, asked: Asked) -> Lines:
        """Weights by the unit that they go into, where they are not so anyway."""
        if asked.embeds:
            tables = len(asked.words)
            yield f"incoming = [*(w.T for w in weights[:{tables}]), *weights[{tables}:]]  # a row for each unit"

    def projection(self, asked: Asked) -> Lines:
        """w_j min(1, limit / |w_j|)."""
        limit = asked.strength("max_norm", "limit")
        yield "with torch.no_grad():  # max-norm, for the weights into each unit"
        yield f"    for w in {'incoming' if asked.embeds else 'weights'}:"
        yield "        norm = w.square().sum(tuple(range(1, w.ndim)), keepdim=True).sqrt()"
        yield f"        w.mul_(({limit} / norm).clamp(max=1))"
