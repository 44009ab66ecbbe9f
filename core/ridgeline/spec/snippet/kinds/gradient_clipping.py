"""gradient_clipping in a script: torch's own, by the norm of the whole gradient."""

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class GradientClipping(KindScript):
    """torch divides by |g| + 1e-6, which no curve shows."""

    def gradient(self, asked: Asked) -> Lines:
        """Behind the penalties."""
        yield f"nn.utils.clip_grad_norm_(model.parameters(), {asked.strength('gradient_clipping', 'limit')})"
