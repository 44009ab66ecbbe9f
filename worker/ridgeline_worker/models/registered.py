"""The operator's own models: entry points of the group `ridgeline.models` where a worker runs.

Such an entry point names a class like this one; docs/plugins.md says what it must and must not do.

    class WideAndDeep(torch.nn.Module):
        '''A line for the catalogue.'''

        class Config(pydantic.BaseModel):
            hidden: int = 32

        def __init__(self, config: Config, inputs: ridgeline.spec.columns.Inputs, outputs: int) -> None: ...
        def forward(self, rows: Tensor) -> Tensor: ...  # [rows, inputs.width] -> [rows, outputs]
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import entry_points
from threading import Lock
from typing import Any

import torch
from pydantic import BaseModel
from torch import nn

from ridgeline.errors import RidgelineError
from ridgeline.spec.columns import Inputs

GROUP = "ridgeline.models"
EntryPoint = Any
"""importlib.metadata's, or that of the package importlib_metadata, which replaces it once it is imported."""
_drawing = Lock()


class Unfit(RidgelineError):
    """A model that an operator has registered cannot be trained; the message says why and what to change."""

    kind = "unfit_model"


@dataclass(frozen=True, slots=True)
class Registered:
    """A class that makes networks from a config."""

    name: str
    """Of the entry point."""
    package: str
    """Distribution that it comes from, with its version."""
    network: type[nn.Module]
    config: type[BaseModel]

    def build(self, config: Mapping[str, Any], inputs: Inputs, outputs: int, *, seed: int) -> nn.Module:
        """A network in evaluation mode, its initial values drawn under a seed of torch's generator.

        Raises:
            Unfit: the class cannot be made from this config for these inputs.
        """
        with _seeded(seed):
            try:
                network = self.network(self.config.model_validate(dict(config)), inputs, outputs)
            except Exception as error:
                rule = f"model {self.name!r} must be made by {self.network.__qualname__}(config, inputs, outputs)"
                told = f"{type(error).__name__}: {error}"
                raise Unfit(f"{rule} but got {told}; correct the class, or the config of the study") from error
        return network.eval()


def registered() -> tuple[EntryPoint, ...]:
    """Every entry point of the group, by name; nothing is imported yet."""
    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def package_of(point: EntryPoint) -> str:
    """The distribution that an entry point comes from, with its version."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.module


def load(name: str) -> Registered:
    """The model of this name.

    Raises:
        Unfit: nobody has registered it, or what is registered is no such class.
    """
    found = [point for point in registered() if point.name == name]
    if len(found) != 1:
        several = ", ".join(package_of(point) for point in found) or "none"
        raise Unfit(f"model {name!r} must be an entry point of {GROUP} in one package but got {several}; install one")
    (point,) = found
    try:
        network = point.load()
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise Unfit(f"model {name!r} must be importable from {point.value!r} but got {told}; correct it") from error
    config = getattr(network, "Config", None)
    if not (isinstance(network, type) and issubclass(network, nn.Module)):
        raise Unfit(f"model {name!r} must be a class of torch.nn.Module but got {network!r}; name the class")
    if not (isinstance(config, type) and issubclass(config, BaseModel)):
        raise Unfit(f"model {name!r} must have a class Config of pydantic.BaseModel but got {config!r}; add one")
    return Registered(name, package_of(point), network, config)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Torch's generator of the CPU at a seed, and afterwards as it was."""
    with _drawing, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield
