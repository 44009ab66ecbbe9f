"""Convolutional networks for series and images."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import prod

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PLAIN, Conv1d, Conv2d
from ridgeline_worker.models.dense import NONLINEARITY, dense, through, widened
from ridgeline_worker.models.model import LaneModel, Parameter, Parameters, Role, Sites
from ridgeline_worker.models.normalization import Normalization


class Convolutional(LaneModel):
    """Stages of max_pool(a(filter * x + b)), padded so that a stage keeps the size of its input; then dense layers.

    Regularizers act after each pooling and after each hidden dense layer; a normalization, of channels or units, stands
    before each nonlinearity.  A filter has shape
    [channels made, channels seen, *kernel].  Initial values as in torch.nn.Conv2d: uniform in +-1/sqrt(numbers seen).

    Lanes are convolved one after another: each product is then of one lane alone, so filters need no aligned shape.
    """

    def __init__(self, model: Conv1d | Conv2d, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> None:
        self.grid = model.grid(inputs)
        self.stages = len(model.channels)
        self.padding = model.kernel_size // 2
        self.pool = model.pool
        self.nonlinearity = NONLINEARITY[model.activation]
        self.outputs = outputs
        one = isinstance(model, Conv1d)
        self.convolve = functional.conv1d if one else functional.conv2d
        self.pooled = functional.max_pool1d if one else functional.max_pool2d
        axes = len(self.grid) - 1
        sides = [side // model.pool**self.stages for side in self.grid[1:]]
        widths = (model.channels[-1] * prod(sides), *model.hidden, outputs)
        self.dense_layers = len(widths) - 1
        self.normalized = Normalization(
            structure,
            units={self.stages + layer: width for layer, width in enumerate(model.hidden)},
            channels=dict(enumerate(model.channels)),
        )
        self.parameters = (
            *_filters((self.grid[0], *model.channels), (model.kernel_size,) * axes),
            *(each for layer, (a, b) in enumerate(pairwise(widths)) for each in dense(layer, a, b)),
            *self.normalized.parameters,
        )

    def forward(
        self, parameters: Parameters, rows: Float[Tensor, "lanes rows features"], sites: Sites
    ) -> Float[Tensor, "lanes rows outputs"]:
        """Outputs of each lane for its rows."""
        lanes = rows.shape[:2]
        seen = rows[..., : prod(self.grid)].reshape(*lanes, *self.grid)
        for stage in range(self.stages):
            made = self.normalized(parameters, stage, self._convolved(parameters, stage, seen), sites)
            small = self.pooled(self.nonlinearity(made.flatten(0, 1)), self.pool)
            seen = sites.activate(small.reshape(*lanes, -1), stage).view(*lanes, *small.shape[1:])
        hidden = widened(seen.flatten(2))
        for layer in range(self.dense_layers):
            hidden = through(parameters, layer, hidden)
            if layer < self.dense_layers - 1:
                z = self.normalized(parameters, self.stages + layer, hidden, sites)
                hidden = sites.activate(self.nonlinearity(z), self.stages + layer)
        return hidden[..., : self.outputs]

    def _convolved(
        self, parameters: Parameters, stage: int, seen: Float[Tensor, "lanes rows channels *sides"]
    ) -> Float[Tensor, "lanes rows made *sides"]:
        filters, biases = parameters[f"filter{stage}"], parameters[f"filter_bias{stage}"]
        lanes = zip(seen.unbind(), filters.unbind(), biases.unbind(), strict=True)
        return torch.stack([self.convolve(x, w, b, padding=self.padding) for x, w, b in lanes])


def _filters(channels: Sequence[int], kernel: tuple[int, ...]) -> Iterator[Parameter]:
    for stage, (seen, made) in enumerate(pairwise(channels)):
        bound = (seen * prod(kernel)) ** -0.5
        yield Parameter(f"filter{stage}", (made, seen, *kernel), Role.WEIGHT, bound, input_axis=1, output_axis=0)
        yield Parameter(f"filter_bias{stage}", (made,), Role.BIAS, bound)
