"""l1 in a script: soft thresholding after the update."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class L1(KindScript):
    """A proximal step, which gives exact zeros.  Source: Parikh & Boyd 2014."""

    uses: ClassVar = frozenset({Use.WEIGHTS, Use.ZEROS})

    def proximal(self, asked: Asked) -> Lines:
        """S(w, t strength), S soft thresholding."""
        strength = asked.strength("l1")
        yield f"w.copy_(w.sign() * (w.abs() - t * {strength}).clamp(min=0))  # soft thresholding"
