"""A package of an operator, installed in a folder of its own that is on the path while a test runs."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.models import Custom
from ridgeline_worker.models import registered
from ridgeline_worker.training import Problem

MODELS = '''
"""Models of an operator; this package knows nothing of Ridgeline but what it is given."""

import torch
from pydantic import BaseModel, Field
from torch import nn


class Wide(nn.Module):
    """Two paths,
    one of them deep.

    Not for the catalogue.
    """

    class Config(BaseModel, extra="forbid"):
        hidden: int = Field(default=7, ge=1, description="Units of the deep path.")

    def __init__(self, config, inputs, outputs):
        super().__init__()
        self.wide = nn.Linear(inputs.width, outputs, bias=False)
        self.norm = nn.LayerNorm([inputs.width])
        self.scale = nn.LayerNorm([1, inputs.width])
        self.first = nn.Linear(inputs.width, config.hidden)
        self.drop = nn.Dropout(0.9)
        self.last = nn.Linear(config.hidden, outputs)
        self.register_buffer("shift", torch.randn(config.hidden))

    def forward(self, rows):
        hidden = self.drop(torch.relu(self.first(self.scale(self.norm(rows).unsqueeze(1)).squeeze(1)) + self.shift))
        return self.wide(rows) + self.last(self.drop(hidden.view(len(rows), -1)))


class Pictures(nn.Module):
    class Config(BaseModel):
        channels: int
        model_config = {"json_schema_extra": {"examples": [{"channels": 3}]}}

    def __init__(self, config, inputs, outputs):
        super().__init__()
        height, width = inputs.shape
        self.layers = nn.Sequential(
            nn.Unflatten(1, (1, height, width)), nn.Conv2d(1, config.channels, 3), nn.GELU(), nn.Flatten(),
            nn.Linear(config.channels * (height - 2) * (width - 2), outputs))

    def forward(self, rows):
        return self.layers(rows)


class Biases(nn.Module):
    class Config(BaseModel):
        pass

    def __init__(self, config, inputs, outputs):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, rows):
        return rows[:, : len(self.bias)] + self.bias


class Base(nn.Module):
    class Config(BaseModel):
        pass

    def __init__(self, config, inputs, outputs):
        super().__init__()
        self.layer = nn.Linear(inputs.width, outputs)

    def forward(self, rows):
        return self.layer(rows)


class BatchNorm(Base):
    def __init__(self, config, inputs, outputs):
        super().__init__(config, inputs, outputs)
        self.norm = nn.BatchNorm1d(inputs.width)

    def forward(self, rows):
        return self.layer(self.norm(rows))


class Mixing(Base):
    def forward(self, rows):
        return self.layer(rows - rows.mean(0))


class Random(Base):
    def forward(self, rows):
        return self.layer(rows + torch.rand(1))


class Unseeded(Base):
    def __init__(self, config, inputs, outputs):
        super().__init__(config, inputs, outputs)
        import random
        nn.init.constant_(self.layer.weight, random.random())


class Frozen(Base):
    def __init__(self, config, inputs, outputs):
        super().__init__(config, inputs, outputs)
        self.requires_grad_(False)


class Detached(Base):
    def forward(self, rows):
        return self.layer(rows).detach().requires_grad_()


class Double(Base):
    def __init__(self, config, inputs, outputs):
        super().__init__(config, inputs, outputs)
        self.extra = nn.Parameter(torch.zeros(2, 2, dtype=torch.float64))


class Branching(Base):
    def forward(self, rows):
        return self.layer(rows) if rows.sum() > 0 else -self.layer(-rows)


class Narrow(Base):
    def forward(self, rows):
        return self.layer(rows)[:, 0]


class Needy(Base):
    class Config(BaseModel):
        width: int


class NoConfig(nn.Module):
    pass


def function(config, inputs, outputs):
    return nn.Linear(inputs.width, outputs)
'''

DATASETS = """
import numpy as np
import pyarrow as pa


def arrays():
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 3))
    return x, (x[:, 0] > 0).astype(int)


def images():
    random = np.random.default_rng(0)
    return random.normal(size=(30, 1, 4, 4)), random.normal(size=30)


def table():
    columns = {"city": ["a", "b"] * 20, "size": list(range(40)), "price": [float(i * i % 7) for i in range(40)]}
    return pa.table(columns).replace_schema_metadata({"target": "price"})


def untold():
    return pa.table({"a": [1, 2, 3], "b": [1.5, 2.5, 3.5]})


def failing():
    raise RuntimeError("the warehouse is closed")


def nonsense():
    return "rows"
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install the package with these entry points: names of models, names of data sets."""

    def install(models: dict[str, str] | None = None, datasets: dict[str, str] | None = None) -> None:
        site = tmp_path / "site"
        info = site / "acme_nets-1.2.3.dist-info"
        info.mkdir(parents=True)
        (site / "acme_nets.py").write_text(MODELS)
        (site / "acme_rows.py").write_text(DATASETS)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-nets\nVersion: 1.2.3\n")
        lines = [f"[{registered.GROUP}]", *(f"{name} = acme_nets:{value}" for name, value in (models or {}).items())]
        lines += ["[ridgeline.datasets]", *(f"{name} = acme_rows:{value}" for name, value in (datasets or {}).items())]
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
        monkeypatch.syspath_prepend(site)
        for name in ("acme_nets", "acme_rows"):
            monkeypatch.delitem(sys.modules, name, raising=False)

    return install


@pytest.fixture
def custom_problem(stored):
    """Wine, to be trained by a custom model."""

    def make(name: str, config: dict[str, object], **asked: dict[str, object]) -> Problem:
        training = {"epochs": 2, "batch_size": 32, **asked.get("training", {})}
        spec = StudySpec.model_validate({"dataset": "wine", "training": training})
        study = resolve(spec, BUILT_IN["wine"])
        custom = Custom(name=name, config=config)
        return Problem.of(study.model_copy(update={"model": custom}), stored("wine"), torch.device("cpu"))

    return make
