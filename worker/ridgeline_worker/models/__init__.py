"""The models that lanes can train, one line each here."""

from collections.abc import Callable
from typing import Any

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import PLAIN, AnyModel
from ridgeline_worker.models.convolutional import Convolutional
from ridgeline_worker.models.custom import CustomLanes
from ridgeline_worker.models.mlp import FullyConnected
from ridgeline_worker.models.model import LaneModel, Sites
from ridgeline_worker.models.residual_mlp import Residual

__all__ = ["MODELS", "LaneModel", "Sites", "build"]

MODELS: dict[str, Callable[[Any, Inputs, int, frozenset[str]], LaneModel]] = {
    "linear": FullyConnected,
    "mlp": FullyConnected,
    "residual_mlp": Residual,
    "conv1d": Convolutional,
    "conv2d": Convolutional,
    "custom": CustomLanes,
}
"""The implementation of each model, by its kind."""


def build(model: AnyModel, inputs: Inputs, outputs: int, structure: frozenset[str] = PLAIN) -> LaneModel:
    """The model of a study, for rows with so many inputs and targets with so many outputs.

    Args:
        structure: static kinds that are on.
    """  # fmt: skip
    return MODELS[model.kind](model, inputs, outputs, structure)
