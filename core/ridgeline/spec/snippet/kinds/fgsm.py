"""fgsm in a script: half of the loss is that of adversarial rows."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Fgsm(KindScript):
    """The loss at two places."""

    uses: ClassVar = frozenset({Use.SLOPES, Use.PASSES, Use.LOSS_OF})

    def objective(self, asked: Asked) -> Lines:
        """(L(x) + L(x + epsilon sign(dL/dx))) / 2."""
        yield "(slope,) = torch.autograd.grad(loss, rows, retain_graph=True)"
        yield f"adversarial = rows.detach() + {asked.strength('fgsm', 'epsilon')} * slope.sign()"
        yield "loss = (loss + loss_of(adversarial)) / 2"
