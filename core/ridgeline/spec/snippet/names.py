"""What the parameters of a script's model are called in its state_dict, by the names that they have in a lane."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ridgeline.kinds.structure import SKIPPING, TWOFOLD
from ridgeline.spec.models import Conv1d, Conv2d, Custom, Linear, Mlp, ResidualMlp
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds import SCRIPTS
from ridgeline.spec.snippet.model import after, normalization

Pair = tuple[str, str]
_PARAMETRIZED = {"weight": "parametrizations.weight.original"}
"""Where the weight of a layer stands once it has a parametrization."""


@dataclass(frozen=True)
class Names:
    """Of a model with its structure."""

    parameters: dict[str, str]
    """By name in a lane; that of a custom model has the same."""
    moments: dict[int, str]
    """By number of the place: in front of `running_mean` and `running_var` of a batch normalization."""


def names(asked: Asked) -> Names:
    """The names of the model that `snippet` builds."""
    if isinstance(asked.study.model, Custom):
        return Names({}, {})
    asked = replace(asked, uses=frozenset(use for kind in asked.kinds for use in SCRIPTS[kind].uses))
    found = dict(_of_model(asked))
    if "dropconnect" in asked.kinds:
        layers = ("weight", "filter", "embedding")
        found = {name: _parametrized(own) if name.startswith(layers) else own for name, own in found.items()}
    moments = {}
    if "batch_norm" in asked.kinds:
        gains = ((name, own) for name, own in found.items() if name.startswith("gain"))
        moments = {int(name.removeprefix("gain")): own.removesuffix("weight") for name, own in gains}
    return Names(found, moments)


def _parametrized(own: str) -> str:
    layer, _, last = own.rpartition(".")
    return ".".join(filter(None, [layer, _PARAMETRIZED[last]]))


def _of_model(asked: Asked) -> Iterator[Pair]:
    if asked.embeds:
        for number in range(len(asked.words)):
            yield f"embedding{number}", f"0.tables.{number}.weight"
    match asked.study.model:
        case Linear():
            yield from _layer("", 0)
        case Mlp() as mlp:
            yield from _perceptron(asked, mlp)
        case ResidualMlp() as residual:
            yield from _residual(asked, residual)
        case Conv1d() | Conv2d() as convolutional:
            yield from _convolutional(asked, convolutional)


def _layer(before: str, layer: int, *, of: tuple[str, str] = ("weight", "bias")) -> Iterator[Pair]:
    """Weight and bias of a layer whose names have this in front."""
    yield f"{of[0]}{layer}", f"{before}weight"
    yield f"{of[1]}{layer}", f"{before}bias"


def _normalized(asked: Asked, before: str, place: int, site: int) -> Iterator[Pair]:
    """Gain and shift of the normalization at this place of a Sequential, where there is one."""
    if normalization(asked, 1):
        yield from _layer(f"{before}{place}.", site, of=("gain", "shift"))


def _perceptron(asked: Asked, mlp: Mlp) -> Iterator[Pair]:
    around = mlp.branches if SKIPPING in asked.kinds else ()
    layers, place = len(mlp.hidden) + 1, int(asked.embeds)
    for layer, width in enumerate(mlp.hidden):
        if layer in around:
            halves = ("one", "other") if TWOFOLD in asked.kinds else ("layers",)
            for half, number in zip(halves, (layer, layers + around.index(layer)), strict=False):
                yield from _layer(f"{place}.{half}.0.", number)
                yield from _normalized(asked, f"{place}.{half}.", 1, number)
            place += 1
        else:
            yield from _layer(f"{place}.", layer)
            yield from _normalized(asked, "", place + 1, layer)
            place += 1 + len(after(asked, width, mlp.activation))
    yield from _layer(f"{place}.", layers - 1)


def _residual(asked: Asked, residual: ResidualMlp) -> Iterator[Pair]:
    place, last = int(asked.embeds), 2 * residual.blocks + 1
    second = 1 + len(after(asked, residual.width * residual.expansion, residual.activation))
    yield from _layer(f"{place}.", 0)
    for number in range(residual.blocks):
        place += 1
        halves = ("one", "other") if TWOFOLD in asked.kinds else ("layers",)
        for half, first in zip(halves, (2 * number + 1, last + 1 + 2 * number), strict=False):
            yield from _layer(f"{place}.{half}.0.", first)
            yield from _normalized(asked, f"{place}.{half}.", 1, first)
            yield from _layer(f"{place}.{half}.{second}.", first + 1)
    yield from _normalized(asked, "", place + 1, last)
    yield from _layer(f"{place + 1 + len(after(asked, residual.width, residual.activation))}.", last)


def _convolutional(asked: Asked, convolutional: Conv1d | Conv2d) -> Iterator[Pair]:
    place, stages = 1, len(convolutional.channels)
    for stage, channels in enumerate(convolutional.channels):
        yield from _layer(f"{place}.", stage, of=("filter", "filter_bias"))
        yield from _normalized(asked, "", place + 1, stage)
        place += 1 + len(after(asked, channels, convolutional.activation)) + (convolutional.pool > 1)
    place += 1  # nn.Flatten
    for layer, (_, width) in enumerate(pairwise((0, *convolutional.hidden))):
        yield from _layer(f"{place}.", layer)
        yield from _normalized(asked, "", place + 1, stages + layer)
        place += 1 + len(after(asked, width, convolutional.activation))
    yield from _layer(f"{place}.", len(convolutional.hidden))
