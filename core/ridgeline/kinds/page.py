"""The catalogue as a page of the documentation, written from the declarations.

python -m ridgeline.kinds.page > docs/regularizers.md
"""

import inspect
import sys
from collections.abc import Iterable, Iterator

from ridgeline.kinds import CATALOGUE, Bounds, Kind

HEAD = """# Regularizers

Written from the declarations in `core/ridgeline/kinds` by `python -m ridgeline.kinds.page > docs/regularizers.md`; a
test compares. `GET /v1/regularizers` answers the same.

A strength is a number (fixed), a list (a grid) or a range. At its neutral strengths a kind changes nothing, bit for
bit. The cost is that of a training step relative to none by its count of operations;
`benchmarks/kinds.py` measures it.

A study that names no regularizers compares the **default set**: {default}.
A cocktail that names none mixes {cocktail}
(Kadra et al., NeurIPS 2021), as far as they apply. Every other kind takes part where it is named: searching all kinds
with one budget would leave each too few trials.
"""


def page() -> str:
    """The whole page."""
    default = _names(name for name, kind in CATALOGUE.items() if kind.in_default_set)
    cocktail = _names(name for name, kind in CATALOGUE.items() if kind.in_default_cocktail and name != "none")
    rows = ["| kind | | strengths | acts on | cost |", "|---|---|---|---|---|"]
    rows += [_row(name, kind) for name, kind in CATALOGUE.items()]
    sections = [section for kind in CATALOGUE.values() for section in _section(kind)]
    return "\n".join([HEAD.format(default=default, cocktail=cocktail), *rows, *sections]) + "\n"


def _row(name: str, kind: type[Kind]) -> str:
    strengths = ", ".join(f"`{strength}`" for strength in kind.bounds)
    return f"| [`{name}`](#{name}) | {kind.title} | {strengths} | {_cell(kind.acts_on)} | {kind.relative_cost:g} |"


def _section(kind: type[Kind]) -> Iterator[str]:
    yield f"\n## {kind.name()}\n"
    yield f"{_paragraph(inspect.getdoc(kind) or '')}\n"
    yield f"- Formula: `{kind.formula}`"
    yield f"- Acts on: {kind.acts_on}"
    for name, bounds in kind.bounds.items():
        yield f"- `{kind.name()}.{name}`: {'1' if kind.is_static else _bounds(bounds)}"
    taking_part = {"the default set": kind.in_default_set, "the default cocktail": kind.in_default_cocktail}
    unnamed = " and of ".join(what for what, is_part in taking_part.items() if is_part)
    yield f"- {f'Part of {unnamed}' if unnamed else 'Takes part where it is named'}. Cost: {kind.relative_cost:g}"
    for refused, why in {**kind.refuses, **kind.refuses_tasks}.items():
        yield f"- Not for `{refused}`: {why}"
    if kind.excludes:
        yield f"- Not together with: {_names(kind.excludes)}"
    if kind.requires:
        yield f"- Only on residual branches: those of `residual_mlp`, or with {_names(kind.requires)} in `always`"
    if kind.is_static:
        yield "- Changes the structure of the model: its lanes train in cohorts of their own"
    yield f"- PyTorch: {kind.pytorch}"
    for library, same in kind.elsewhere.items():
        yield f"- {library}: {same}"
    yield f"- Source: {kind.source}"


def _bounds(bounds: Bounds) -> str:
    times = " times the epochs" if bounds.per_epochs else ""
    scale = "log" if bounds.log else "uniform"
    neutral = "infinity" if bounds.neutral is None else f"{bounds.neutral:g}"
    unit = f", in {bounds.unit}" if bounds.unit else ""
    read_off = " (read off one trial's scores after each epoch, unless it is asked for)" if bounds.read_off else ""
    return (
        f"{bounds.rule()}{unit}{read_off}; default {bounds.default:g}{times}, "
        f"range {bounds.low:g} to {bounds.high:g}{times} ({scale}), neutral {neutral}"
    )


def _names(kinds: Iterable[str]) -> str:
    return ", ".join(f"`{kind}`" for kind in kinds)


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
