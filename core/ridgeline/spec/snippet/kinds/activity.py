"""activity in a script: modules behind hidden activations that note how far these are from zero."""

from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class Activity(KindScript):
    """In front of modules that multiply the activations."""

    is_first: ClassVar = True

    def definitions(self, asked: Asked) -> Lines:  # noqa: ARG002
        """The module, and what it notes."""
        yield "squares = {}"
        yield ""
        yield ""
        yield "class Noted(nn.Module):"
        yield "    def forward(self, hidden):"
        yield "        squares[self] = hidden.flatten(1).square().sum(1)"
        yield "        return hidden"

    def module(self, asked: Asked) -> str:  # noqa: ARG002
        """The module above."""
        return "Noted()"

    def of_outputs(self, asked: Asked) -> str:
        """strength * sum h^2, noted in the pass of the outputs."""
        column = "[:, None]" if asked.weighs_rows and asked.task.has_several_targets else ""
        return f"+ {asked.strength('activity')} * sum(squares.values()){column}"
