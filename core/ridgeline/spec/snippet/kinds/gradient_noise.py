"""gradient_noise in a script: normal noise that fades."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class GradientNoise(KindScript):
    """On all parameters."""

    uses: ClassVar = frozenset({Use.STEP})

    def gradient(self, asked: Asked) -> Lines:
        """g + scale / step^0.275 z."""
        yield "for p in model.parameters():"
        yield f"    p.grad += {asked.strength('gradient_noise', 'scale')} / step**0.275 * torch.randn_like(p)"
