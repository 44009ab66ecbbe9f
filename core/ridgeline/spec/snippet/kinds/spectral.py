"""spectral in a script: the gradient of its penalty, by power iterations."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Spectral(KindScript):
    """Beside the gradient of the loss; the side of the matrix that lanes iterate on, which is the shorter one."""

    uses: ClassVar = frozenset({Use.WEIGHTS})

    def definitions(self, asked: Asked) -> Lines:  # noqa: ARG002
        """The first singular pair."""
        yield "def first_part(w):"
        yield '    """sigma u v^T of the largest singular value, by 8 power iterations."""'
        yield "    if -(-w.shape[1] // 4) > -(-w.shape[0] // 4):"
        yield "        return first_part(w.T).T"
        yield "    gram = w.T @ w"
        yield "    v = gram[gram.square().sum(1).argmax()]"
        yield "    for _ in range(8):"
        yield "        v = gram @ nn.functional.normalize(v, dim=0)"
        yield "    v = nn.functional.normalize(v, dim=0)"
        yield "    return torch.outer(w @ v, v)"

    def gradient(self, asked: Asked) -> Lines:
        """strength sigma u v^T."""
        strength = asked.strength("spectral")
        yield f"with torch.no_grad():  # of the penalty {strength} / 2 * sigma**2"
        yield "    for w in weights:"
        yield f"        w.grad += {strength} * first_part(w.flatten(1)).view_as(w)"
