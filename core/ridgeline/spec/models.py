"""Models that a study may train, with the sizes that planning needs."""

import math
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Whole
from ridgeline.kinds.structure import NORMALIZING, SKIPPING, TWOFOLD
from ridgeline.spec.columns import Inputs
from ridgeline.spec.named import or_name

LARGEST_EMBEDDING = 50
CUSTOM_MULTIPLY_ADDS = 1_000_000
"""What a row is taken to cost a model that nobody has described, until its pace has been measured."""


class Activation(StrEnum):
    """The nonlinearity between layers."""

    RELU = "relu"
    TANH = "tanh"
    GELU = "gelu"
    SILU = "silu"


class Encoding(StrEnum):
    """How a network sees a category."""

    ONE_HOT = "one_hot"  #: a column of zeros and ones for each
    EMBEDDING = "embedding"  #: a learned vector of min(50, round(1.6 n^0.56)) numbers for n categories


class Layer(NamedTuple):
    """What one layer costs."""

    weights: int
    """Weights that penalties act on."""
    biases: int
    """Other parameters."""
    multiply_adds: int
    """Multiplications of its product, forward, for one row."""
    units: int
    """Numbers that it gives for a row."""


def dense(inputs: int, outputs: int) -> Layer:
    """A fully connected layer."""
    return Layer(inputs * outputs, outputs, inputs * outputs, outputs)


PLAIN: frozenset[str] = frozenset()
"""The structure of a model that no static kind changes."""


def normalization(channels: int, places: int = 1) -> Layer:
    """A gain and a shift for each unit or channel."""
    return Layer(0, 2 * channels, 0, channels * places)


def _hidden(layer: Layer, structure: frozenset[str], channels: int | None = None) -> Iterator[Layer]:
    """A layer, and the normalization of what it gives where there is one."""
    yield layer
    if structure & NORMALIZING:
        own = layer.units if channels is None else channels
        yield normalization(own, layer.units // own)


def embedding_size(categories: int) -> int:
    """Numbers of the learned vector of each category: min(50, round(1.6 n^0.56)).  Source: fastai's tabular models."""
    return min(LARGEST_EMBEDDING, round(1.6 * math.pow(categories, 0.56)))


def _entry(inputs: Inputs, encoding: Encoding) -> tuple[list[Layer], int]:
    """The embeddings, and the numbers that the next layer sees."""
    if encoding is Encoding.ONE_HOT:
        return [], inputs.width
    sizes = [(n, embedding_size(n)) for n in inputs.categories]
    return [Layer(n * size, 0, 0, size) for n, size in sizes], inputs.numbers + sum(size for _, size in sizes)


Hidden = Annotated[
    tuple[Annotated[Whole, Field(ge=1, le=8192)], ...],
    Field(min_length=1, max_length=16, examples=[[64, 64]]),
]
Channels = Annotated[tuple[Annotated[Whole, Field(ge=1, le=1024)], ...], Field(min_length=1, max_length=8)]


class Linear(Frozen):
    """A linear model: one weight matrix and a bias."""

    kind: Literal["linear"] = "linear"
    """linear: logistic regression for classes, linear regression for numbers."""

    def widths(self, inputs: Inputs, outputs: int) -> tuple[int, ...]:
        """Units of each fully connected layer, the inputs first."""
        return (inputs.width, outputs)

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:  # noqa: ARG002  # it refuses all static kinds
        """What each layer costs."""
        return (dense(inputs.width, outputs),)


class Mlp(Frozen):
    """A multilayer perceptron."""

    kind: Literal["mlp"] = "mlp"
    """mlp: fully connected layers with an activation between them."""
    hidden: Hidden = (64, 64)
    """Units of each hidden layer, 1 to 8192 each, 1 to 16 layers."""
    activation: Activation = Activation.RELU
    """Nonlinearity after each hidden layer."""
    categories: Encoding = Encoding.ONE_HOT
    """How it sees a category: one_hot, or embedding (a learned vector)."""

    def widths(self, inputs: Inputs, outputs: int) -> tuple[int, ...]:
        """Units of each fully connected layer, the inputs first."""
        return (_entry(inputs, self.categories)[1], *self.hidden, outputs)

    @property
    def branches(self) -> tuple[int, ...]:
        """Hidden layers, counted from 0, that are as wide as the one before: those that skip connections go around."""
        return tuple(layer for layer, (a, b) in enumerate(pairwise(self.hidden), start=1) if a == b)

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:
        """What each layer costs."""
        embeddings, seen = _entry(inputs, self.categories)
        doubled = self.branches if {SKIPPING, TWOFOLD} <= structure else ()
        hidden = (
            each
            for layer, (a, b) in enumerate(pairwise((seen, *self.hidden)))
            for _ in range(2 if layer in doubled else 1)
            for each in _hidden(dense(a, b), structure)
        )
        return (*embeddings, *hidden, dense(self.hidden[-1], outputs))


class ResidualMlp(Frozen):
    """A perceptron with skip connections: h <- h + W2 a(W1 h + b1) + b2, block by block."""

    kind: Literal["residual_mlp"] = "residual_mlp"
    """residual_mlp: blocks of two layers that add to what they see (Gorishniy et al. 2021, without normalization)."""
    width: Annotated[Whole, Field(ge=1, le=4096)] = 64
    """Units between the blocks, 1 to 4096."""
    blocks: Annotated[Whole, Field(ge=1, le=16)] = 2
    """Blocks, 1 to 16."""
    expansion: Annotated[Whole, Field(ge=1, le=8)] = 2
    """Units inside a block as a multiple of the width, 1 to 8."""
    activation: Activation = Activation.RELU
    """Nonlinearity inside each block, and before the last layer."""
    categories: Encoding = Encoding.ONE_HOT
    """How it sees a category: one_hot, or embedding (a learned vector)."""

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:
        """What each layer costs."""
        embeddings, seen = _entry(inputs, self.categories)
        inner = self.width * self.expansion
        block = (*_hidden(dense(self.width, inner), structure), dense(inner, self.width))
        blocks = block * (self.blocks * (2 if TWOFOLD in structure else 1))
        last = [normalization(self.width)] if structure & NORMALIZING else []
        return (*embeddings, dense(seen, self.width), *blocks, *last, dense(self.width, outputs))


class Conv1d(Frozen):
    """A convolutional network for series: stages of convolution, activation and pooling, then dense layers."""

    kind: Literal["conv1d"] = "conv1d"
    """conv1d: for series, from an array of [channels, length] or [length] a row, or columns in order."""
    channels: Annotated[Channels, Field(examples=[[16, 32]])] = (16, 32)
    """Channels of each stage, 1 to 1024 each, 1 to 8 stages."""
    kernel_size: Annotated[Whole, Field(ge=1, le=31)] = 5
    """Points that a filter sees, odd, 1 to 31; the series is padded so that its length stays."""
    pool: Annotated[Whole, Field(ge=1, le=8)] = 2
    """Length of each maximum after a stage, 1 to 8; 1: none."""
    hidden: Annotated[tuple[Annotated[Whole, Field(ge=1, le=8192)], ...], Field(max_length=8)] = (64,)
    """Units of each dense layer before the last."""
    activation: Activation = Activation.RELU
    """Nonlinearity after each layer but the last."""
    shape: Annotated[tuple[Annotated[Whole, Field(ge=1)], ...] | None, Field(min_length=2, max_length=2)] = None
    """[channels, length] of plain columns in order; null: of the array, or one channel."""

    def grid(self, inputs: Inputs) -> tuple[int, ...]:
        """[channels, length] of a row."""
        return _grid(self.shape or inputs.shape or (inputs.numbers,), 2)

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:
        """What each layer costs."""
        return tuple(_convolutional(self, self.grid(inputs), outputs, structure))


class Conv2d(Frozen):
    """A convolutional network for images: stages of convolution, activation and pooling, then dense layers."""

    kind: Literal["conv2d"] = "conv2d"
    """conv2d: for images, from an array of [channels, height, width] or [height, width] a row."""
    channels: Annotated[Channels, Field(examples=[[8, 16]])] = (8, 16)
    """Channels of each stage, 1 to 1024 each, 1 to 8 stages."""
    kernel_size: Annotated[Whole, Field(ge=1, le=15)] = 3
    """Side of the square that a filter sees, odd, 1 to 15; the image is padded so that its size stays."""
    pool: Annotated[Whole, Field(ge=1, le=8)] = 2
    """Side of the square of each maximum after a stage, 1 to 8; 1: none."""
    hidden: Annotated[tuple[Annotated[Whole, Field(ge=1, le=8192)], ...], Field(max_length=8)] = (64,)
    """Units of each dense layer before the last."""
    activation: Activation = Activation.RELU
    """Nonlinearity after each layer but the last."""
    shape: Annotated[
        tuple[Annotated[Whole, Field(ge=1)], ...] | None,
        Field(min_length=3, max_length=3, examples=[[1, 8, 8]]),
    ] = None
    """[channels, height, width] of plain columns in order; null: of the array."""

    def grid(self, inputs: Inputs) -> tuple[int, ...]:
        """[channels, height, width] of a row."""
        return _grid(self.shape or inputs.shape or (inputs.numbers,), 3)

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:
        """What each layer costs."""
        return tuple(_convolutional(self, self.grid(inputs), outputs, structure))


class Custom(Frozen):
    """A model of the operator: a torch.nn.Module that a worker has as an entry point `ridgeline.models`."""

    kind: Literal["custom"] = "custom"
    """custom: a model that the catalogue lists by its name."""
    name: Annotated[str, Field(min_length=1, max_length=100, examples=["wide_and_deep"])]
    """Name of the entry point."""
    config: dict[str, Any] = {}
    """Its options, by the schema in the catalogue."""

    def layers(self, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> tuple[Layer, ...]:  # noqa: ARG002  # it refuses all static kinds
        """A guess, since only the worker can build it: planning then takes the smallest cohorts."""
        return (Layer(0, 0, CUSTOM_MULTIPLY_ADDS, inputs.width + outputs),)


class PublishedModel(Frozen):
    """A custom model, as the worker that has it has told the store."""

    name: str
    """Name of the entry point."""
    package: str
    """Distribution that it comes from, with its version."""
    description: str
    """What it is."""
    options: dict[str, Any]
    """JSON schema of its config."""
    refuses: dict[str, str]
    """Kinds of regularizers that do not apply, each with the reason."""


def _grid(shape: Sequence[int], axes: int) -> tuple[int, ...]:
    """The shape with one channel where it has none."""
    return (1, *shape) if len(shape) == axes - 1 else tuple(shape)


def _convolutional(
    model: Conv1d | Conv2d, grid: tuple[int, ...], outputs: int, structure: frozenset[str]
) -> Iterator[Layer]:
    channels, *sides = grid
    for made in model.channels:
        seen = channels * model.kernel_size ** len(sides)
        places = math.prod(sides)
        yield from _hidden(Layer(seen * made, made, seen * made * places, made * places), structure, channels=made)
        channels, sides = made, [side // model.pool for side in sides]
    widths = (channels * math.prod(sides), *model.hidden)
    for a, b in pairwise(widths):
        yield from _hidden(dense(a, b), structure)
    yield dense(widths[-1], outputs)


MODELS: dict[str, type[Linear | Mlp | ResidualMlp | Conv1d | Conv2d]] = {
    "linear": Linear,
    "mlp": Mlp,
    "residual_mlp": ResidualMlp,
    "conv1d": Conv1d,
    "conv2d": Conv2d,
}
"""Every built-in model, by its kind."""

AnyModel = Annotated[
    Linear | Mlp | ResidualMlp | Conv1d | Conv2d | Custom, Field(discriminator="kind"), *or_name(MODELS)
]
"""A model: its kind alone, or an object with its options."""


def parameter_count(layers: Sequence[Layer]) -> int:
    """Weights and biases."""
    return sum(layer.weights + layer.biases for layer in layers)


def multiply_adds(layers: Sequence[Layer], rows: int) -> int:
    """Multiplications of one training step: the forward product and the two of the backward pass, a layer.

    The first layer needs no gradient of its inputs, so it counts two.
    """
    products = [rows * layer.multiply_adds for layer in layers if layer.multiply_adds]
    return 3 * sum(products) - products[0]
