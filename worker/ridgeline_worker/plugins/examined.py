"""A look at an operator's model before any study may ask for it: whether lanes can train it, and by which kinds."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Custom
from ridgeline_worker.models.custom import CustomLanes, parameters_of
from ridgeline_worker.models.model import Role
from ridgeline_worker.models.registered import Registered, Unfit
from ridgeline_worker.regularizer import (
    Activation,
    Connections,
    Decay,
    Gradient,
    GroupProximal,
    HiddenTerm,
    MatrixGradient,
    Projection,
    Proximal,
)
from ridgeline_worker.regularizers import REGULARIZERS

ON_WEIGHTS = (Connections, Gradient, MatrixGradient, Decay, Proximal, GroupProximal, Projection)
ROWS, OUTPUTS = 8, 3
TRIED = (
    Inputs(numbers=16),
    Inputs(numbers=12, categories=(3, 5)),
    Inputs(numbers=40, shape=(40,)),
    Inputs(numbers=784, shape=(28, 28)),
    Inputs(numbers=3072, shape=(3, 32, 32)),
)
"""Rows that a model is tried on, in this order, until it takes one: a table, a mixed table, a series, two images."""


def examined(model: Registered) -> dict[str, str]:
    """The kinds that do not apply to a model, each with the reason.

    Raises:
        Unfit: it cannot be trained in lanes at all.
    """
    config = _config(model)
    inputs = _inputs(model, config)
    network = model.build(config, inputs, OUTPUTS, seed=0)
    _same_values(network, model.build(config, inputs, OUTPUTS, seed=0), model.name)
    rows = torch.randn(ROWS, inputs.width, generator=torch.Generator().manual_seed(0))
    _trains(network, rows, model.name)
    lanes = CustomLanes(Custom(name=model.name, config=config), inputs, OUTPUTS)
    has_weights = any(p.role is Role.WEIGHT for p in lanes.parameters)
    return dict(_refusals(has_weights=has_weights, sites=_sites(network, rows)))


def _refusals(*, has_weights: bool, sites: int) -> Iterator[tuple[str, str]]:
    for kind, regularizer in REGULARIZERS.items():
        if isinstance(regularizer, Activation):
            if not sites:
                yield kind, "its forward calls no nn.Dropout, which is where this kind acts; add one where it should"
        elif isinstance(regularizer, HiddenTerm):
            yield kind, "a model of one's own shows its hidden activations one lane after another; add it to its loss"
        elif isinstance(regularizer, ON_WEIGHTS) and not has_weights:
            yield kind, "it has no weights of two axes or more, besides those of normalizations"


def _config(model: Registered) -> dict[str, Any]:
    """The defaults, or the first example of the schema where some option has none."""
    examples = model.config.model_json_schema().get("examples", [])
    for config in ({}, *examples):
        try:
            model.config.model_validate(config)
        except ValueError:
            continue
        return dict(config)
    rule = f"Config of model {model.name!r} must have a default for each option, or a valid example of them all"
    raise Unfit(f"{rule} but got neither; add model_config = ConfigDict(json_schema_extra={{'examples': [...]}})")


def _inputs(model: Registered, config: Mapping[str, Any]) -> Inputs:
    """The first rows that it can be made for and run on."""
    told = []
    for inputs in TRIED:
        try:
            network = model.build(config, inputs, OUTPUTS, seed=0)
            outputs = network(torch.zeros(ROWS, inputs.width))
        except Exception as error:  # it is the operator's code
            told.append(f"{inputs.shape or inputs.width}: {error}")
            continue
        if isinstance(outputs, Tensor) and outputs.shape == (ROWS, OUTPUTS):
            return inputs
        told.append(f"{inputs.shape or inputs.width}: gave {getattr(outputs, 'shape', type(outputs))}")
    rule = f"model {model.name!r} must take rows of some of these shapes, and give [rows, outputs]"
    raise Unfit(f"{rule} but got {'; '.join(told)}; correct it")


def _same_values(network: nn.Module, again: nn.Module, name: str) -> None:
    """Initial values and buffers must come from torch's generator of the CPU, which is seeded."""
    one, other = network.state_dict(), again.state_dict()
    changed = [key for key in one if not torch.equal(one[key], other[key])]
    if changed:
        rule = f"model {name!r} must draw its initial values from torch's generator"
        raise Unfit(f"{rule} but {', '.join(changed)} differed between two of one seed; use torch.nn.init")


def _trains(network: nn.Module, rows: Tensor, name: str) -> None:
    """Nothing may change but by the optimizer, nothing be random but by the study, no row see another."""
    if not list(parameters_of(network)):
        raise Unfit(f"model {name!r} must have parameters that require a gradient but got none; add some")
    _one_precision(network, name)
    _constant_buffers(network, rows, name)
    with torch.no_grad():
        outputs = network(rows)
        if not torch.equal(outputs, network(rows)):
            rule = f"model {name!r} must give equal outputs for equal rows in evaluation mode but did not"
            raise Unfit(f"{rule}; use nn.Dropout where something is to be random")
        alone = torch.cat([network(torch.stack([row, row])) for row in rows])[::2]
        if not torch.allclose(alone, outputs, rtol=1e-3, atol=1e-4):
            rule = (
                f"model {name!r} must treat each row by itself, since batches are padded, but one row changed another"
            )
            raise Unfit(f"{rule}; take out what mixes rows")
    gradients = torch.autograd.grad(network(rows).square().sum(), _trained(network), allow_unused=True)
    if not any(gradient is not None and gradient.any() for gradient in gradients):
        raise Unfit(f"model {name!r} must pass a gradient to its parameters but passed none; do not detach them")


def _one_precision(network: nn.Module, name: str) -> None:
    odd = [each for each, p in network.named_parameters() if p.dtype is not torch.float32 or p.device.type != "cpu"]
    if odd:
        rule = f"parameters of model {name!r} must be made on the CPU in float32"
        raise Unfit(f"{rule} but {', '.join(odd)} are not; Ridgeline moves them where they are trained")


def _constant_buffers(network: nn.Module, rows: Tensor, name: str) -> None:
    before = {key: buffer.clone() for key, buffer in network.named_buffers()}
    network.train()
    try:
        with torch.no_grad(), torch.random.fork_rng(devices=[]):
            network(rows)
    finally:
        network.eval()
    changed = [key for key, buffer in network.named_buffers() if not torch.equal(before[key], buffer)]
    if changed:
        rule = f"buffers of model {name!r} must stay as they are, since lanes share them, but training changed"
        raise Unfit(f"{rule} {', '.join(changed)}; use nn.LayerNorm or nn.GroupNorm in place of batch normalization")


def _trained(network: nn.Module) -> list[nn.Parameter]:
    return [p for p in network.parameters() if p.requires_grad]


def _sites(network: nn.Module, rows: Tensor) -> int:
    """Calls of nn.Dropout in a forward pass."""
    calls: list[nn.Module] = []
    hooks = [
        module.register_forward_hook(lambda module, *_: calls.append(module))
        for module in network.modules()
        if isinstance(module, nn.Dropout)
    ]
    with torch.no_grad():
        network(rows)
    for hook in hooks:
        hook.remove()
    return len(calls)
