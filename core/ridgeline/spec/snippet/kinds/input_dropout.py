"""input_dropout in a script: dropout of the numbers of a row."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class InputDropout(KindScript):
    """Codes of categories stay."""

    uses: ClassVar = frozenset({Use.WIDTH})

    def examples(self, asked: Asked) -> Lines:
        """torch's own function."""
        numbers = asked.numbers
        yield f"rows{numbers} = nn.functional.dropout(rows{numbers}, {asked.strength('input_dropout', 'rate')})"
