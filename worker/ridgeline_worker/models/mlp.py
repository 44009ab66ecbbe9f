"""Fully connected networks; the linear model is the one without hidden layers."""

from collections.abc import Callable
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Activation, Linear, Mlp
from ridgeline_worker.models.model import Activate, LaneModel, Parameter, Parameters, Role

NONLINEARITY: dict[Activation, Callable[[Tensor], Tensor]] = {
    Activation.RELU: torch.relu,
    Activation.TANH: torch.tanh,
    Activation.GELU: functional.gelu,
    Activation.SILU: functional.silu,
}


class FullyConnected(LaneModel):
    """x -> W_k a(... a(x W_1 + b_1) ...) + b_k, with weights of shape [inputs, outputs].

    The units that alignment adds have zero weights and get no gradient, for each activation is zero at zero.
    Initial values as in torch.nn.Linear: uniform in +-1/sqrt(inputs), weights and biases.
    """

    def __init__(self, model: Linear | Mlp, inputs: Inputs, outputs: int) -> None:
        widths = model.widths(inputs, outputs)
        self.hidden_widths = widths[1:-1]
        self.layers = len(widths) - 1
        self.outputs = outputs
        self.nonlinearity = NONLINEARITY[model.activation] if isinstance(model, Mlp) else None
        self.parameters = tuple(
            parameter
            for layer, (a, b) in enumerate(pairwise(widths))
            for parameter in (
                Parameter(f"weight{layer}", (a, b), Role.WEIGHT, a**-0.5, reads_rows=layer == 0),
                Parameter(f"bias{layer}", (1, b), Role.BIAS, a**-0.5),
            )
        )

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        hidden = rows
        for layer in range(self.layers):
            hidden = torch.baddbmm(parameters[f"bias{layer}"], hidden, parameters[f"weight{layer}"])
            if self.nonlinearity is not None and layer < self.layers - 1:
                hidden = activate(self.nonlinearity(hidden), layer)
        return hidden[..., : self.outputs]
