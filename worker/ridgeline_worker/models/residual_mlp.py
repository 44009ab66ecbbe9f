"""A perceptron with skip connections."""

from collections.abc import Iterator

from jaxtyping import Float
from torch import Tensor

from ridgeline.kinds.structure import TWOFOLD
from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PLAIN, ResidualMlp
from ridgeline_worker.models.dense import NONLINEARITY, dense, through
from ridgeline_worker.models.entry import Entry
from ridgeline_worker.models.model import Branch, Hidden, LaneModel, Parameter, Parameters, Sites
from ridgeline_worker.models.normalization import Normalization


class Residual(LaneModel):
    """h_0 = x W_0 + b_0; h <- h + a(h W_1 + b_1) W_2 + b_2, block by block; at last a(h) W + b.

    Regularizers act on a(...) inside each block and before the last layer; a normalization stands before each a.
    With shake_shake each block has a twin of its own weights; the twins' layers are numbered after all others.
    Source: Gorishniy et al. 2021, without normalization.
    """

    def __init__(self, model: ResidualMlp, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> None:
        self.entry = Entry(inputs, model.categories)
        self.nonlinearity = NONLINEARITY[model.activation]
        self.blocks = model.blocks
        self.outputs = outputs
        self.last = 2 * model.blocks + 1
        twins = range(model.blocks, 2 * model.blocks) if TWOFOLD in structure else range(0)
        self.twofold = bool(twins)
        inner = model.width * model.expansion
        block = ((model.width, inner), (inner, model.width))
        sizes = ((self.entry.width, model.width), *(block * model.blocks), (model.width, outputs))
        added = enumerate(block * len(twins), start=self.last + 1)
        units = {self._first(number): inner for number in (*range(model.blocks), *twins)}
        self.normalized = Normalization(structure, units=units | {self.last: model.width})
        self.parameters = (
            *self.entry.tables,
            *(each for layer, (a, b) in enumerate(sizes) for each in self._layer(layer, a, b)),
            *(each for layer, (a, b) in added for each in dense(layer, a, b, is_added=True)),
            *self.normalized.parameters,
        )

    def _layer(self, layer: int, inputs: int, outputs: int) -> Iterator[Parameter]:
        return dense(layer, inputs, outputs, reads_rows=layer == 0 and not self.entry.tables)

    def _first(self, number: int) -> int:
        """The first layer of a block, or of a twin, which are numbered after the blocks."""
        return 2 * number + 1 + (number >= self.blocks)

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], sites: Sites
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        hidden = through(parameters, 0, self.entry.seen(parameters, rows))
        for number in range(self.blocks):
            branch = Branch(number, self.blocks)
            made = self._block(parameters, number, number, hidden, sites)
            if self.twofold:
                twin, site = self.blocks + number, self.blocks + 1 + number
                made = sites.blend(made, self._block(parameters, twin, site, hidden, sites), branch)
            hidden = sites.add(hidden, made, branch)
        z = self.normalized(parameters, self.last, hidden, sites)
        last = sites.activate(self.nonlinearity(z), self.blocks)
        return through(parameters, self.last, last)[..., : self.outputs]

    def _block(self, parameters: Parameters, number: int, site: int, seen: Hidden, sites: Sites) -> Hidden:
        """a(norm(h W_1 + b_1)) W_2 + b_2."""
        first = self._first(number)
        z = self.normalized(parameters, first, through(parameters, first, seen), sites)
        return through(parameters, first + 1, sites.activate(self.nonlinearity(z), site))
