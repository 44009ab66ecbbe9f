"""Fully connected networks; the linear model is the one without hidden layers."""

from collections.abc import Iterator
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Encoding, Linear, Mlp
from ridgeline_worker.models.dense import NONLINEARITY, dense, through
from ridgeline_worker.models.entry import Entry
from ridgeline_worker.models.model import Activate, LaneModel, Parameter, Parameters


class FullyConnected(LaneModel):
    """x -> W_k a(... a(x W_1 + b_1) ...) + b_k, with weights of shape [inputs, outputs]."""

    def __init__(self, model: Linear | Mlp, inputs: Inputs, outputs: int) -> None:
        deep = model if isinstance(model, Mlp) else None
        self.entry = Entry(inputs, deep.categories if deep else Encoding.ONE_HOT)
        self.nonlinearity = NONLINEARITY[deep.activation] if deep else None
        widths = (self.entry.width, *(deep.hidden if deep else ()), outputs)
        self.layers = len(widths) - 1
        self.outputs = outputs
        self.parameters = (
            *self.entry.tables,
            *(each for layer, (a, b) in enumerate(pairwise(widths)) for each in self._layer(layer, a, b)),
        )

    def _layer(self, layer: int, inputs: int, outputs: int) -> Iterator[Parameter]:
        return dense(layer, inputs, outputs, reads_rows=layer == 0 and not self.entry.tables)

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        hidden = self.entry.seen(parameters, rows)
        for layer in range(self.layers):
            hidden = through(parameters, layer, hidden)
            if self.nonlinearity is not None and layer < self.layers - 1:
                hidden = activate(self.nonlinearity(hidden), layer)
        return hidden[..., : self.outputs]
