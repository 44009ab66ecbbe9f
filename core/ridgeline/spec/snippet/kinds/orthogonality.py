"""orthogonality in a script: the gradient of its penalty."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Orthogonality(KindScript):
    """Beside the gradient of the loss."""

    uses: ClassVar = frozenset({Use.WEIGHTS})

    def gradient(self, asked: Asked) -> Lines:
        """4 strength (W W^T - I) W."""
        strength = asked.strength("orthogonality")
        yield f"with torch.no_grad():  # of the penalty {strength} * |W W^T - I|**2"
        yield "    for w in weights:"
        yield "        flat = w.flatten(1)"
        yield f"        w.grad += 4 * {strength} * ((flat @ flat.T - torch.eye(len(flat))) @ flat).view_as(w)"
