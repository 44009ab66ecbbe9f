"""Fully connected layers of lanes, and the nonlinearities between them."""

from collections.abc import Callable, Iterator

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.models import Activation
from ridgeline_worker.models.model import Parameter, Parameters, Role, aligned

NONLINEARITY: dict[Activation, Callable[[Tensor], Tensor]] = {
    Activation.RELU: torch.relu,
    Activation.TANH: torch.tanh,
    Activation.GELU: functional.gelu,
    Activation.SILU: functional.silu,
}
"""Each is zero at zero, so that the units which alignment adds stay zero and get no gradient."""


def dense(
    layer: int, inputs: int, outputs: int, *, reads_rows: bool = False, is_added: bool = False
) -> Iterator[Parameter]:
    """Weight [inputs, outputs] and bias of a layer, in aligned shapes.

    Initial values as in torch.nn.Linear: uniform in +-1/sqrt(inputs), weights and biases.
    """
    bound = inputs**-0.5
    held = aligned(inputs), aligned(outputs)
    yield Parameter(
        f"weight{layer}", (inputs, outputs), Role.WEIGHT, bound, held, reads_rows=reads_rows, is_added=is_added
    )
    yield Parameter(f"bias{layer}", (1, outputs), Role.BIAS, bound, (1, aligned(outputs)), is_added=is_added)


def through(
    parameters: Parameters, layer: int, rows: Float[Tensor, "lanes rows inputs"]
) -> Float[Tensor, "lanes rows outputs"]:
    """x W + b, from aligned inputs to aligned outputs."""
    return torch.baddbmm(parameters[f"bias{layer}"], rows, parameters[f"weight{layer}"])


def widened(rows: Float[Tensor, "lanes rows units"]) -> Float[Tensor, "lanes rows aligned"]:
    """The rows with zeros up to the alignment."""
    beyond = aligned(rows.shape[-1]) - rows.shape[-1]
    return functional.pad(rows, (0, beyond)) if beyond else rows
