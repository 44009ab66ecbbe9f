"""mixup in a script: rows and targets are mixed with those of other rows."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Mixup(KindScript):
    """One share a step."""

    uses: ClassVar = frozenset({Use.WIDTH})

    def before_epochs(self, asked: Asked) -> Lines:
        """Targets that can be mixed."""
        yield from asked.shares_of_classes()

    def examples(self, asked: Asked) -> Lines:
        """b x + (1 - b) x', and codes of categories of the larger share."""
        alpha, numbers = asked.strength("mixup", "alpha"), asked.numbers
        yield f"share = torch.distributions.Beta({alpha}, {alpha}).sample()"
        yield "share, partners = torch.maximum(share, 1 - share), torch.randperm(len(rows))"
        yield f"rows{numbers} = share * rows{numbers} + (1 - share) * rows[partners]{numbers}  # mixup"
        yield "targets = share * targets + (1 - share) * targets[partners]"
