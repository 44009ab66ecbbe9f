"""lookahead in a script: every few steps the parameters go back to slow ones that follow them."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Lookahead(KindScript):
    """The slow parameters start where the fast ones do."""

    uses: ClassVar = frozenset({Use.STEP})

    def before_epochs(self, asked: Asked) -> Lines:  # noqa: ARG002
        """The slow parameters."""
        yield "slow = [p.detach().clone() for p in model.parameters()]"

    def after_step(self, asked: Asked) -> Lines:
        """slow <- slow + alpha (theta - slow), theta <- slow."""
        yield f"if step % {asked.strength('lookahead', 'k')} == 0:  # lookahead"
        yield "    with torch.no_grad():"
        yield "        for p, s in zip(model.parameters(), slow):"
        yield f"            p.copy_(s.lerp_(p, {asked.strength('lookahead', 'alpha')}))"
