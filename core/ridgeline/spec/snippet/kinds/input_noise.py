"""input_noise in a script: normal noise on the numbers of a row."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class InputNoise(KindScript):
    """Codes of categories stay."""

    uses: ClassVar = frozenset({Use.WIDTH})

    def examples(self, asked: Asked) -> Lines:
        """x + sigma z."""
        numbers = asked.numbers
        yield f"rows{numbers} += {asked.strength('input_noise', 'sigma')} * torch.randn_like(rows{numbers})"
