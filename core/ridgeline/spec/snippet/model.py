"""The model of a script, as a user of PyTorch would write it."""

from collections.abc import Iterator
from itertools import pairwise

from ridgeline.kinds.structure import SKIPPING
from ridgeline.spec.models import (
    Activation,
    Conv1d,
    Conv2d,
    Custom,
    Linear,
    Mlp,
    ResidualMlp,
    embedding_size,
)
from ridgeline.spec.snippet.asked import Asked, listing
from ridgeline.spec.snippet.block import block, branch_rate
from ridgeline.spec.snippet.kinds import SCRIPTS

_ACTIVATIONS = {
    Activation.RELU: "nn.ReLU()",
    Activation.TANH: "nn.Tanh()",
    Activation.GELU: "nn.GELU()",
    Activation.SILU: "nn.SiLU()",
}


def model(asked: Asked) -> Iterator[str]:
    """Lines that make `model`, with the modules that kinds have behind hidden activations."""
    for kind in asked.kinds:
        if lines := tuple(SCRIPTS[kind].definitions(asked)):
            yield from ("", *lines, "", "")
    yield from _network(asked)
    for kind in asked.kinds:
        yield from SCRIPTS[kind].around_model(asked)


def _network(asked: Asked) -> Iterator[str]:
    outputs = asked.study.dataset.outputs
    if asked.embeds:
        yield from _embeddings(asked)
    match asked.study.model:
        case Linear():
            yield f"model = nn.Linear({_seen(asked)}, {outputs})"
        case Mlp() as mlp:
            yield from _perceptron(asked, mlp)
        case ResidualMlp() as residual:
            yield from _residual(asked, residual)
        case Conv1d() | Conv2d() as convolutional:
            yield from _convolutional(asked, convolutional)
        case Custom() as custom:
            yield from _custom(asked, custom)


def _seen(asked: Asked) -> str:
    """What the first layer sees of a row."""
    if asked.embeds:
        return "embeddings.width"
    if asked.words or asked.lacks_values:
        return "X_train.shape[1]"
    return str(asked.study.dataset.inputs.width)


def after(asked: Asked, units: int | str, activation: Activation) -> list[str]:
    """What stands behind a hidden layer of so many units."""
    return [*normalization(asked, units), _ACTIVATIONS[activation], *_modules(asked)]


def normalization(asked: Asked, units: int | str, axes: int = 0) -> list[str]:
    """What stands in front of each hidden activation."""
    made = (SCRIPTS[kind].normalization(asked, str(units), axes) for kind in asked.kinds)
    return [module for module in made if module is not None]


def _modules(asked: Asked) -> list[str]:
    """What stands behind each hidden activation."""
    kinds = sorted((SCRIPTS[kind] for kind in asked.kinds), key=lambda kind: not kind.is_first)
    return [module for kind in kinds if (module := kind.module(asked)) is not None]


def _first(asked: Asked) -> Iterator[str]:
    if asked.embeds:
        yield "    embeddings,"


def _embeddings(asked: Asked) -> Iterator[str]:
    sizes = [(column.categories, embedding_size(column.categories)) for column in asked.words]
    yield ""
    yield "class Embeddings(nn.Module):"
    yield '    """Numbers as they are, and behind them a learned vector for each category."""'
    yield ""
    yield "    def __init__(self, numbers, sizes):"
    yield "        super().__init__()"
    yield "        self.numbers, self.width = numbers, numbers + sum(size for _, size in sizes)"
    yield "        self.tables = nn.ModuleList(nn.Embedding(*size) for size in sizes)"
    yield ""
    yield "    def forward(self, rows):"
    yield "        places = rows[:, self.numbers :].long().unbind(1)"
    vector = "table(place)"
    if "cutout" in asked.kinds:
        vector = "(place >= 0)[:, None] * table(place.clamp(min=0))"  # none of a place that is cut out
    yield f"        vectors = [{vector} for table, place in zip(self.tables, places)]"
    yield "        return torch.cat([rows[:, : self.numbers], *vectors], dim=1)"
    yield ""
    yield ""
    yield from listing(sizes, f"embeddings = Embeddings(X_train.shape[1] - {len(sizes)}, ", ")")


def _perceptron(asked: Asked, mlp: Mlp) -> Iterator[str]:
    around = mlp.branches if SKIPPING in asked.kinds else ()
    if around:
        yield from block(asked, ["width"], ["nn.Linear(width, width)", *after(asked, "width", mlp.activation)])
    rate = branch_rate(asked)
    yield "model = nn.Sequential("
    yield from _first(asked)
    for layer, (a, b) in enumerate(pairwise((_seen(asked), *map(str, mlp.hidden)))):
        if layer in around:
            depth = f", {rate} * {around.index(layer) + 1} / {len(around)}" if rate else ""
            yield f"    Block({b}{depth}),"
        else:
            yield f"    {', '.join([f'nn.Linear({a}, {b})', *after(asked, b, mlp.activation)])},"
    yield f"    nn.Linear({mlp.hidden[-1]}, {asked.study.dataset.outputs}),"
    yield ")"


def _residual(asked: Asked, residual: ResidualMlp) -> Iterator[str]:
    width, inner, blocks = residual.width, residual.width * residual.expansion, residual.blocks
    inside = after(asked, inner, residual.activation)
    yield from block(asked, [], [f"nn.Linear({width}, {inner})", *inside, f"nn.Linear({inner}, {width})"])
    rate = branch_rate(asked)
    yield "model = nn.Sequential("
    yield from _first(asked)
    yield f"    nn.Linear({_seen(asked)}, {width}),"
    if rate:
        yield f"    *(Block({rate} * number / {blocks}) for number in range(1, {blocks + 1})),"
    else:
        yield f"    *(Block() for _ in range({blocks})),"
    last = [*after(asked, width, residual.activation), f"nn.Linear({width}, {asked.study.dataset.outputs})"]
    yield f"    {', '.join(last)},"
    yield ")"


def _convolutional(asked: Asked, convolutional: Conv1d | Conv2d) -> Iterator[str]:
    one = isinstance(convolutional, Conv1d)
    convolution, pooling = ("nn.Conv1d", "nn.MaxPool1d") if one else ("nn.Conv2d", "nn.MaxPool2d")
    channels, *sides = convolutional.grid(asked.study.dataset.inputs)
    size, pool = convolutional.kernel_size, convolutional.pool
    pooled = [f"{pooling}({pool})"] if pool > 1 else []
    yield "model = nn.Sequential("
    yield f"    nn.Unflatten(1, {(channels, *sides)}),"
    for a, b in pairwise((channels, *convolutional.channels)):
        layer = [f"{convolution}({a}, {b}, {size}, padding={size // 2})", *normalization(asked, b, asked.axes)]
        yield f"    {', '.join([*layer, _ACTIVATIONS[convolutional.activation], *pooled, *_modules(asked)])},"
    sides = [side // pool ** len(convolutional.channels) for side in sides]
    yield "    nn.Flatten(),"
    flat = convolutional.channels[-1]
    for side in sides:
        flat *= side
    for a, b in pairwise((flat, *convolutional.hidden)):
        yield f"    {', '.join([f'nn.Linear({a}, {b})', *after(asked, b, convolutional.activation)])},"
    yield f"    nn.Linear({(flat, *convolutional.hidden)[-1]}, {asked.study.dataset.outputs}),"
    yield ")"


def _custom(asked: Asked, custom: Custom) -> Iterator[str]:
    inputs = asked.study.dataset.inputs
    told = [f"numbers={inputs.numbers}"]
    if inputs.categories:
        told.append(f"categories={inputs.categories}")
    if inputs.shape:
        told.append(f"shape={inputs.shape}")
    yield f'(entry,) = entry_points(group="ridgeline.models", name={custom.name!r})'
    yield "Network = entry.load()"
    yield f"config = Network.Config(**{custom.config!r})"
    yield f"model = Network(config, Inputs({', '.join(told)}), {asked.study.dataset.outputs}).eval()"
    if "dropout" in asked.kinds:
        yield "for module in model.modules():"
        yield "    if isinstance(module, nn.Dropout):"
        yield f"        module.train().p = {asked.strength('dropout', 'rate')}"
