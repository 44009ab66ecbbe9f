"""The residual blocks of a script's model, which add to what they see."""

from collections.abc import Iterator, Sequence

from ridgeline.kinds.structure import TWOFOLD
from ridgeline.spec.snippet.asked import WIDTH, Asked
from ridgeline.spec.snippet.kinds import SCRIPTS


def block(asked: Asked, arguments: Sequence[str], layers: Sequence[str]) -> Iterator[str]:
    """A class `Block` of these layers, whose arguments end with the probability that its branches are changed by.

    Where a kind says nothing of branches, it is the plain sum.
    """
    rate = branch_rate(asked) is not None
    changes = [line for kind in asked.kinds for line in SCRIPTS[kind].branch(asked)]
    told = ", ".join(["self", *arguments, *(["p"] if rate else [])])
    yield ""
    yield "class Block(nn.Module):"
    yield f"    def __init__({told}):"
    yield "        super().__init__()"
    if rate:
        yield "        self.p = p"
    yield from (f"        {line}" for line in _branches(layers, twofold=TWOFOLD in asked.kinds))
    yield ""
    yield "    def forward(self, rows):"
    if changes:
        branches = "one, other = self.one(rows), self.other(rows)"
        yield f"        {branches if TWOFOLD in asked.kinds else 'added = self.layers(rows)'}"
        yield from (f"        {line}" for line in changes)
        yield "        return rows + added"
    else:
        yield "        return rows + self.layers(rows)"
    yield ""
    yield ""


def branch_rate(asked: Asked) -> str | None:
    """The probability that the last branch is changed by, where a kind has one; the l-th of L has l/L of it."""
    return next((rate for kind in asked.kinds if (rate := SCRIPTS[kind].branch_rate(asked)) is not None), None)


def _branches(layers: Sequence[str], *, twofold: bool) -> Iterator[str]:
    """The branch, or both, on one line or a layer a line."""
    names = "self.one, self.other" if twofold else "self.layers"
    made = f"nn.Sequential({', '.join(layers)})"
    one = f"{names} = ({made} for _ in range(2))" if twofold else f"{names} = {made}"
    if len(one) + 8 <= WIDTH:
        yield one
    elif twofold:
        yield f"{names} = ("
        yield "    nn.Sequential("
        yield from (f"        {layer}," for layer in layers)
        yield "    )"
        yield "    for _ in range(2)"
        yield ")"
    else:
        yield f"{names} = nn.Sequential("
        yield from (f"    {layer}," for layer in layers)
        yield ")"
