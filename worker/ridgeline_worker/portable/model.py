"""A model from its file: predicts as the lane did that it was kept of."""

import numpy as np
import torch
from jaxtyping import Float

from ridgeline_worker.data.fitted import Fitted
from ridgeline_worker.data.table import Table
from ridgeline_worker.models import build
from ridgeline_worker.models.registered import Unfit
from ridgeline_worker.portable.manifest import Manifest
from ridgeline_worker.portable.packed import NoModel, Tensors
from ridgeline_worker.portable.state import networks_of
from ridgeline_worker.training import Evaluation, Lane, Layout
from ridgeline_worker.training.evaluate import outputs_of
from ridgeline_worker.training.metrics import predictions
from ridgeline_worker.training.problem import DTYPES
from ridgeline_worker.training.sites import EvaluationSites


class Model:
    """Networks and the preparation of their rows."""

    def __init__(self, manifest: Manifest, fitted: Fitted, weights: Tensors) -> None:
        """Build the networks.

        Raises:
            NoModel: the parts do not fit together.
            Unfit: a custom model is not installed here.
        """
        self.manifest, self.fitted = manifest, fitted
        self.dtype = DTYPES[manifest.precision]
        self.lane = Lane(0, Evaluation(0, 0), manifest.setting.learning_rate, manifest.regularizers)
        try:
            _check(manifest, fitted)
            self.lane_model = build(manifest.model, manifest.inputs, manifest.outputs, manifest.structure)
            self.networks = networks_of(manifest, self.lane_model, weights)
            for network in self.networks:
                constants = {name: torch.from_numpy(value) for name, value in network.constants.items()}
                self.lane_model.restore(constants, self.dtype)
        except Unfit:
            raise
        except (ValueError, KeyError, IndexError, TypeError) as error:
            rule = "must hold weights and preparation of its own model"
            raise NoModel(rule, str(error), "fetch it again with `ridgeline model STUDY -o FILE`") from error
        self.layout = Layout(self.lane_model)

    def prepared(self, rows: Table) -> Float[np.ndarray, "rows held"]:
        """What the networks see of these rows."""
        return self.fitted.prepared(rows, self.manifest.wishes)

    def predictions(self, x: Float[np.ndarray, "rows held"]) -> Float[np.ndarray, "rows *outputs"]:
        """The mean of the networks' predictions: probabilities, or numbers in the units of the targets."""
        found = []
        with np.errstate(over="ignore", invalid="ignore"):
            for network in self.networks:
                views = self.layout.views(network.theta(self.layout, self.dtype))
                sites = EvaluationSites.given(self.lane, self.dtype, network.seen(self.dtype))
                outputs = outputs_of(self.lane_model, views, sites, x)
                outputs = outputs * self.fitted.target_scale + self.fitted.target_mean
                found.append(predictions(outputs, self.manifest.task))
        mean: Float[np.ndarray, _ * outputs] = found[0] if len(found) == 1 else np.mean(found, axis=0)
        return mean


def _check(manifest: Manifest, fitted: Fitted) -> None:
    """Refuse a preparation of other columns.

    Raises:
        ValueError: naming the part.
    """
    columns = [column.column for column in manifest.columns]
    numbers, words = sum(c.numbers for c in columns), sum(c.categories for c in columns)
    several = manifest.task.has_several_targets
    targets = (len(manifest.targets),) if several else ()
    shapes = {
        "fill": (numbers,),
        "mean": (numbers,),
        "scale": (numbers,),
        "known": (words,),
        "target_mean": targets,
        "target_scale": targets,
    }
    for name, shape in shapes.items():
        value = getattr(fitted, name)
        if value.shape != shape or not np.isfinite(value).all():
            raise ValueError(f"preparation {name!r} must have {shape} finite numbers but got shape {value.shape}")
    if fitted.quantiles.shape[1:] != fitted.ranked.shape or (fitted.ranked >= numbers).any():
        raise ValueError(f"preparation 'quantiles' must be of its {len(fitted.ranked)} columns")
    if manifest.inputs.numbers != numbers or sum(manifest.inputs.categories) != words or manifest.members < 1:
        raise ValueError("the columns must be those that the model sees")
