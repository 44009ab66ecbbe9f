"""Lanes of any model, trained by plain gradient descent on rows of noise, and the same networks in plain PyTorch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import AnyModel, Conv1d, Conv2d, Encoding, Linear, Mlp, ResidualMlp, embedding_size
from ridgeline_worker.models import LaneModel, Sites, build
from ridgeline_worker.models.model import aligned
from ridgeline_worker.regularizers.dropout import Dropout
from ridgeline_worker.training import Draws, Evaluation, Layout, Purpose

LANE_GROUP = 8


class Acting(Sites):
    """Evaluation but for a function of hidden activations and their site."""

    def __init__(self, activate: Callable[[torch.Tensor, int], torch.Tensor]) -> None:
        self._activate = activate

    def activate(self, hidden: torch.Tensor, site: int) -> torch.Tensor:
        return self._activate(hidden, site)


Cut = Callable[[torch.Tensor, torch.Size], torch.Tensor]
ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU}


@dataclass(frozen=True)
class One:
    """A lane: its fold, its learning rate, its rate of dropout."""

    fold: int
    learning_rate: float = 0.05
    dropout: float = 0.0


@dataclass
class Trainer:
    """Rows for a model, and lanes that train on them together."""

    spec: AnyModel
    inputs: Inputs
    outputs: int
    dtype: torch.dtype
    batch: int = 22
    folds: int = 3
    model: LaneModel = field(init=False)

    def __post_init__(self) -> None:
        self.model = build(self.spec, self.inputs, self.outputs)
        self.layout = Layout(self.model)
        random = np.random.default_rng(1)
        shape = (self.folds, aligned(self.batch))
        rows = random.normal(size=(*shape, self.width))
        if self.embeds:
            places = [random.integers(-1, n, shape) for n in self.inputs.categories]
            rows[..., self.inputs.numbers :] = np.stack(places, axis=-1)
        rows[:, self.batch :] = 0
        beyond = aligned(self.width) - self.width
        self.rows = torch.from_numpy(np.pad(rows, ((0, 0), (0, 0), (0, beyond)))).to(self.dtype)
        self.targets = torch.from_numpy(random.normal(size=(*shape, self.outputs))).to(self.dtype)
        self.weights = torch.tensor([1 / self.batch] * self.batch + [0.0] * (shape[1] - self.batch), dtype=self.dtype)

    @property
    def embeds(self) -> bool:
        return getattr(self.spec, "categories", None) is Encoding.EMBEDDING

    @property
    def width(self) -> int:
        return self.inputs.numbers + len(self.inputs.categories) if self.embeds else self.inputs.width

    def initial(self, lanes: Sequence[One]) -> torch.Tensor:
        return self.layout.initial(Draws(0), [Evaluation(0, lane.fold) for lane in lanes], self.dtype)

    def sites(self, lanes: Sequence[One], step: int) -> Sites:
        rates = torch.tensor([[lane.dropout] for lane in lanes], dtype=self.dtype)

        def drop(hidden: torch.Tensor, site: int) -> torch.Tensor:
            shape = tuple(hidden.shape[1:])
            noise = [
                Draws(0).uniform(Evaluation(0, lane.fold), Purpose.ACTIVATION_NOISE, site, step, shape)
                for lane in lanes
            ]
            return hidden * Dropout().factor(torch.from_numpy(np.stack(noise)).to(hidden), {"rate": rates})

        return Acting(drop)

    def gradient(self, theta: torch.Tensor, lanes: Sequence[One], step: int = 0) -> torch.Tensor:
        theta = theta.detach().requires_grad_()
        chosen = torch.tensor([lane.fold for lane in lanes])
        outputs = self.model.forward(self.layout.views(theta), self.rows[chosen], self.sites(lanes, step))
        errors = (outputs - self.targets[chosen]).square().sum(-1) * self.weights
        return torch.autograd.grad(errors.sum(), theta)[0]

    def trained(self, lanes: Sequence[One], steps: int = 4) -> torch.Tensor:
        """Parameters of the lanes, which train beside idle ones that make them a multiple of eight."""
        held = [*lanes, *([lanes[-1]] * (-len(lanes) % LANE_GROUP))]
        rates = torch.tensor([[lane.learning_rate] for lane in held], dtype=self.dtype)
        theta = self.initial(held)
        for step in range(steps):
            theta = theta - rates * self.gradient(theta, held, step)
        return theta[: len(lanes)]

    def evaluated(self, theta: torch.Tensor) -> torch.Tensor:
        views = self.layout.views(theta[:1])
        with torch.no_grad():
            return self.model.forward(views, self.rows[:1], Sites())[0]


class Entry(nn.Module):
    """Numbers as they are, categories as they are or by an embedding; places below 0 are the zero vector."""

    def __init__(self, inputs: Inputs, spec: AnyModel) -> None:
        super().__init__()
        self.numbers = inputs.numbers
        embeds = getattr(spec, "categories", None) is Encoding.EMBEDDING
        self.tables = nn.ModuleList(nn.Embedding(n, embedding_size(n)) for n in inputs.categories if embeds)
        self.width = inputs.numbers + sum(table.embedding_dim for table in self.tables) if self.tables else inputs.width

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        if not self.tables:
            return rows
        parts = [rows[:, : self.numbers]]
        for column, table in enumerate(self.tables, start=self.numbers):
            places = rows[:, column].long()
            parts.append(table(places.clamp(min=0)) * (places >= 0).unsqueeze(1))
        return torch.cat(parts, dim=1)


class Block(nn.Module):
    def __init__(self, width: int, inner: int, activation: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(width, inner), activation, nn.Linear(inner, width))

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return rows + self.layers(rows)


def network_of(spec: AnyModel, inputs: Inputs, outputs: int) -> nn.Sequential:
    """The network as a user of PyTorch would write it."""
    entry = Entry(inputs, spec)
    match spec:
        case Linear():
            layers: list[nn.Module] = [nn.Linear(entry.width, outputs)]
        case Mlp():
            layers = []
            for a, b in pairwise((entry.width, *spec.hidden)):
                layers += [nn.Linear(a, b), ACTIVATIONS[spec.activation]()]
            layers.append(nn.Linear(spec.hidden[-1], outputs))
        case ResidualMlp():
            activation = ACTIVATIONS[spec.activation]()
            blocks = [Block(spec.width, spec.width * spec.expansion, activation) for _ in range(spec.blocks)]
            layers = [nn.Linear(entry.width, spec.width), *blocks, activation, nn.Linear(spec.width, outputs)]
        case Conv1d() | Conv2d():
            channels, *sides = spec.grid(inputs)
            convolution, pooling = (nn.Conv1d, nn.MaxPool1d) if isinstance(spec, Conv1d) else (nn.Conv2d, nn.MaxPool2d)
            layers = [nn.Unflatten(1, (channels, *sides))]
            for a, b in pairwise((channels, *spec.channels)):
                layers.append(convolution(a, b, spec.kernel_size, padding="same"))
                layers += [ACTIVATIONS[spec.activation](), pooling(spec.pool)]
                sides = [side // spec.pool for side in sides]
            layers.append(nn.Flatten())
            widths = (spec.channels[-1] * torch.Size(sides).numel(), *spec.hidden)
            for a, b in pairwise(widths):
                layers += [nn.Linear(a, b), ACTIVATIONS[spec.activation]()]
            layers.append(nn.Linear(widths[-1], outputs))
        case _:
            raise ValueError(spec.kind)
    return nn.Sequential(entry, *layers)


def parameter_pairs(network: nn.Sequential) -> dict[str, tuple[nn.Parameter, Cut]]:
    """Each parameter by the name that a lane has for it, and how the lane's becomes it."""
    found: dict[str, tuple[nn.Parameter, Cut]] = {}
    counts = {"embedding": 0, "filter": 0, "weight": 0}
    for module in network.modules():
        match module:
            case nn.Embedding():
                found[f"embedding{counts['embedding']}"] = (module.weight, lambda ours, shape: ours)
                counts["embedding"] += 1
            case nn.Linear():
                number = counts["weight"]
                found[f"weight{number}"] = (module.weight, lambda ours, shape: ours[: shape[1], : shape[0]].T)
                found[f"bias{number}"] = (module.bias, lambda ours, shape: ours[0, : shape[0]])
                counts["weight"] += 1
            case nn.Conv1d() | nn.Conv2d():
                number = counts["filter"]
                found[f"filter{number}"] = (module.weight, lambda ours, shape: ours)
                found[f"filter_bias{number}"] = (module.bias, lambda ours, shape: ours)
                counts["filter"] += 1
    return found


@pytest.fixture
def one() -> type[One]:
    return One


@pytest.fixture
def acting() -> type[Acting]:
    return Acting


@pytest.fixture
def trainer() -> type[Trainer]:
    return Trainer


@pytest.fixture
def plain() -> Callable[[AnyModel, Inputs, int], nn.Sequential]:
    return network_of


@pytest.fixture
def pairs() -> Callable[[nn.Sequential], dict[str, tuple[nn.Parameter, Cut]]]:
    return parameter_pairs
