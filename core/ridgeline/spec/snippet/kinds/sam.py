"""sam in a script: two passes, the first of which moves the parameters."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Sam(KindScript):
    """The gradient where the loss nearby is highest."""

    uses: ClassVar = frozenset({Use.PASSES})

    def second_pass(self, asked: Asked) -> tuple[Lines, Lines]:
        """Uphill by rho, and back."""
        return (
            "with torch.no_grad():  # SAM: the gradient is taken uphill",
            "    before = [p.clone() for p in model.parameters()]",
            "    norm = torch.cat([p.grad.flatten() for p in model.parameters()]).norm().clamp(min=1e-30)",
            "    for p in model.parameters():",
            f"        p.add_({asked.strength('sam', 'rho')} * p.grad / norm)",
        ), (
            "with torch.no_grad():",
            "    for p, value in zip(model.parameters(), before):",
            "        p.copy_(value)",
        )
