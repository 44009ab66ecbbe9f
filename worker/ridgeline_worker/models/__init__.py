"""The models that lanes can train, one line each here."""

from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import AnyModel, Linear, Mlp
from ridgeline_worker.models.mlp import FullyConnected
from ridgeline_worker.models.model import LaneModel

__all__ = ["MODELS", "LaneModel", "build"]

MODELS: dict[str, type[FullyConnected]] = {"linear": FullyConnected, "mlp": FullyConnected}
"""The implementation of each model, by its kind."""


def build(model: AnyModel, inputs: Inputs, outputs: int) -> LaneModel:
    """The model of a study, for rows with so many inputs and targets with so many outputs."""
    if not isinstance(model, Linear | Mlp):
        raise NotImplementedError(model.kind)
    return MODELS[model.kind](model, inputs, outputs)
