"""A perceptron with skip connections."""

from collections.abc import Iterator

from jaxtyping import Float
from torch import Tensor

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import ResidualMlp
from ridgeline_worker.models.dense import NONLINEARITY, dense, through
from ridgeline_worker.models.entry import Entry
from ridgeline_worker.models.model import Activate, LaneModel, Parameter, Parameters


class Residual(LaneModel):
    """h_0 = x W_0 + b_0; h <- h + a(h W_1 + b_1) W_2 + b_2, block by block; at last a(h) W + b.

    Regularizers act on a(...) inside each block and before the last layer.
    Source: Gorishniy et al. 2021, without normalization.
    """

    def __init__(self, model: ResidualMlp, inputs: Inputs, outputs: int) -> None:
        self.entry = Entry(inputs, model.categories)
        self.nonlinearity = NONLINEARITY[model.activation]
        self.blocks = model.blocks
        self.outputs = outputs
        inner = model.width * model.expansion
        block = ((model.width, inner), (inner, model.width))
        sizes = ((self.entry.width, model.width), *(block * model.blocks), (model.width, outputs))
        self.parameters = (
            *self.entry.tables,
            *(each for layer, (a, b) in enumerate(sizes) for each in self._layer(layer, a, b)),
        )

    def _layer(self, layer: int, inputs: int, outputs: int) -> Iterator[Parameter]:
        return dense(layer, inputs, outputs, reads_rows=layer == 0 and not self.entry.tables)

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], activate: Activate
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        hidden = through(parameters, 0, self.entry.seen(parameters, rows))
        for block in range(self.blocks):
            inner = activate(self.nonlinearity(through(parameters, 2 * block + 1, hidden)), block)
            hidden = hidden + through(parameters, 2 * block + 2, inner)
        last = activate(self.nonlinearity(hidden), self.blocks)
        return through(parameters, 2 * self.blocks + 1, last)[..., : self.outputs]
