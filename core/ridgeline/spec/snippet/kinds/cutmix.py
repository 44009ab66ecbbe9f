"""cutmix in a script: a part of each row comes from another row."""

from math import prod
from typing import ClassVar

from ridgeline.spec.snippet.asked import Asked, Use
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class CutMix(KindScript):
    """One part a step, of all rows."""

    uses: ClassVar = frozenset({Use.FEATURES})

    def before_epochs(self, asked: Asked) -> Lines:
        """Targets that can be mixed."""
        yield from asked.shares_of_classes()

    def examples(self, asked: Asked) -> Lines:
        """Targets are mixed by the share that came from the other row."""
        yield f"if torch.rand(()) < {asked.strength('cutmix', 'probability')}:  # CutMix"
        part = _columns(asked) if asked.image is None else _patch(asked.image)
        yield from (f"    {line}" for line in part)
        yield "    targets = (1 - taken) * targets + taken * targets[partners]"


def _columns(asked: Asked) -> Lines:
    features = asked.feature_count
    yield f"cut = torch.randperm({features})[: max(1, int({features} * torch.rand(())))]"
    if asked.shares_features:
        yield f"taken, cut = len(cut) / {features}, torch.isin(feature, cut)"
    else:
        yield f"taken = len(cut) / {features}"
    yield "partners = torch.randperm(len(rows))"
    yield "rows[:, cut] = rows[partners][:, cut]"


def _patch(image: tuple[int, ...]) -> Lines:
    sides = image[1:]
    root = {1: "share", 2: "share**0.5"}.get(len(sides), f"share ** (1 / {len(sides)})")
    yield "share, partners = 1 - torch.rand(()).item(), torch.randperm(len(rows))"
    yield f"lengths = [max(1, round(side * {root})) for side in {tuple(sides)}]"
    places = ", ".join(f"places[{axis}]" for axis in range(len(sides)))
    yield f"starts = [int(torch.randint(s - n + 1, ())) for s, n in zip({tuple(sides)}, lengths)]"
    yield "places = [slice(start, start + n) for start, n in zip(starts, lengths)]"
    yield f"images = rows.view(-1, {', '.join(map(str, image))})"
    yield f"images[:, :, {places}] = images[partners][:, :, {places}]"
    lengths = " * ".join(f"lengths[{axis}]" for axis in range(len(sides)))
    yield f"taken = {lengths} / {prod(sides)}"
