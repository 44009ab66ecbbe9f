"""Fully connected networks; the linear model is the one without hidden layers."""

from collections.abc import Iterator
from itertools import pairwise

from jaxtyping import Float
from torch import Tensor

from ridgeline.kinds.structure import SKIPPING, TWOFOLD
from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PLAIN, Activation, Encoding, Linear, Mlp
from ridgeline_worker.models.chain import Chain
from ridgeline_worker.models.dense import NONLINEARITY, dense, through
from ridgeline_worker.models.entry import Entry
from ridgeline_worker.models.model import Branch, LaneModel, Parameter, Parameters, Sites
from ridgeline_worker.models.normalization import Normalization


class FullyConnected(LaneModel):
    """x -> W_k a(... a(x W_1 + b_1) ...) + b_k, with weights of shape [inputs, outputs].

    With skip, a hidden layer as wide as the one before is a residual branch: h <- h + a(h W + b).  With shake_shake
    such a layer has a twin of its own weights; the twins are numbered after all layers.
    """

    def __init__(self, model: Linear | Mlp, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> None:
        deep = model if isinstance(model, Mlp) else None
        self.entry = Entry(inputs, deep.categories if deep else Encoding.ONE_HOT)
        self.nonlinearity = NONLINEARITY[deep.activation] if deep else None
        widths = (self.entry.width, *(deep.hidden if deep else ()), outputs)
        self.layers = len(widths) - 1
        self.outputs = outputs
        around = deep.branches if deep and SKIPPING in structure else ()
        self.branches = {layer: Branch(number, len(around)) for number, layer in enumerate(around)}
        self.twins = {layer: self.layers + i for i, layer in enumerate(around)} if TWOFOLD in structure else {}
        hidden = range(self.layers - 1)
        units = {layer: widths[layer + 1] for layer in hidden} | {t: widths[one] for one, t in self.twins.items()}
        self.normalized = Normalization(structure, units=units)
        if not structure and not self.entry.tables:
            self.chain = Chain(self.layers, outputs, deep.activation if deep else Activation.RELU)
        self.parameters = (
            *self.entry.tables,
            *(each for layer, (a, b) in enumerate(pairwise(widths)) for each in self._layer(layer, a, b)),
            *(p for one, twin in self.twins.items() for p in dense(twin, widths[one], widths[one], is_added=True)),
            *self.normalized.parameters,
        )

    def _layer(self, layer: int, inputs: int, outputs: int) -> Iterator[Parameter]:
        return dense(layer, inputs, outputs, reads_rows=layer == 0 and not self.entry.tables)

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], sites: Sites
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        hidden = self.entry.seen(parameters, rows)
        for layer in range(self.layers - 1):
            made = self._hidden(parameters, layer, hidden, sites)
            branch = self.branches.get(layer)
            if branch is not None:
                if layer in self.twins:
                    made = sites.blend(made, self._hidden(parameters, self.twins[layer], hidden, sites), branch)
                made = sites.add(hidden, made, branch)
            hidden = made
        return through(parameters, self.layers - 1, hidden)[..., : self.outputs]

    def _hidden(
        self, parameters: Parameters, layer: int, seen: Float[Tensor, "lanes rows inputs"], sites: Sites
    ) -> Float[Tensor, "lanes rows units"]:
        """a(norm(x W + b)), as regularizers leave it."""
        z = self.normalized(parameters, layer, through(parameters, layer, seen), sites)
        return z if self.nonlinearity is None else sites.activate(self.nonlinearity(z), layer)
