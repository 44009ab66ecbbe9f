"""cutout in a script: columns or a patch of each row are erased."""

from math import floor
from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines

ALMOST = 1e-4
"""A count this close below a whole number is that number: 0.1 * 30 features are 3 in any precision."""


class Cutout(KindScript):
    """Another part of each row."""

    uses: ClassVar = frozenset({Use.WIDTH, Use.FEATURES})

    def before_epochs(self, asked: Asked) -> Lines:
        """What a row without its part holds, where that is not zero."""
        if asked.image is None and asked.embeds:
            yield "absent = torch.zeros(X_train.shape[1])"
            yield "absent[width:] = -1  # no category"

    def examples(self, asked: Asked) -> Lines:
        """Zero where the part is."""
        yield from _columns(asked) if asked.image is None else _patch(asked, asked.image)


def _columns(asked: Asked) -> Lines:
    features = asked.feature_count
    count = max(1, floor(features * asked.kinds["cutout"]["ratio"] + ALMOST))
    if not asked.shares_features and not asked.embeds:
        yield f"cut = torch.rand(rows.shape).argsort(dim=1)[:, :{count}]  # {count} columns of each row: cutout"
        yield "rows.scatter_(1, cut, 0)"
        return
    yield f"cut = torch.rand(len(rows), {features}).argsort(dim=1).argsort(dim=1) < {count}  # cutout"
    cut = "cut[:, feature]" if asked.shares_features else "cut"
    yield f"rows = torch.where({cut}, {'absent' if asked.embeds else 0}, rows)"


def _patch(asked: Asked, image: tuple[int, ...]) -> Lines:
    ratio, sides = asked.kinds["cutout"]["ratio"], image[1:]
    inside = []
    for axis, side in enumerate(sides):
        length = max(1, round(side * ratio ** (1 / len(sides))))
        name = ("along", "down", "deep")[len(sides) - 1 - axis] if len(sides) <= 3 else f"axis{axis}"
        yield f"{name} = torch.arange({side}) - torch.randint({side - length + 1}, (len(rows), 1))"
        shape = ["None" if other != axis else ":" for other in range(len(sides))]
        inside.append(f"((0 <= {name}) & ({name} < {length}))[:, None, {', '.join(shape)}]")
    yield f"patch = {' & '.join(inside)}"
    yield f"rows = rows.view(-1, {', '.join(map(str, image))}).masked_fill(patch, 0).flatten(1)  # cutout"
