"""The forward pass as a program of torch.export, which needs neither Ridgeline nor the class of the model."""

import io
import warnings

import torch
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram, export, save
from torch.nn import functional

from ridgeline.errors import RidgelineError
from ridgeline.spec.metrics import Task
from ridgeline_worker.models.custom import CustomLanes
from ridgeline_worker.models.model import aligned
from ridgeline_worker.portable.model import Model
from ridgeline_worker.training.network import Network
from ridgeline_worker.training.sites import EvaluationSites

EXAMPLE_ROWS = 3
MOST_TOLD = 300
"""Characters of a reason."""


class NoProgram(RidgelineError):
    """A model cannot be exported; the message says why."""

    kind = "no_program"


def program(model: Model) -> bytes:
    """A program that takes prepared rows, as many as wanted, and gives predictions in double precision.

    Rows have the type of the model's parameters and the numbers of `Manifest.places`; predictions are as
    `Model.predictions` gives them.  The manifest lies beside it, as `ridgeline.json`.

    Raises:
        NoProgram: torch cannot export the model.
    """
    told = model.manifest
    example = torch.zeros(EXAMPLE_ROWS, len(told.places), dtype=model.dtype)
    held = io.BytesIO()
    whole = _Whole(model).eval().requires_grad_(requires_grad=False)
    try:
        exported = _exported(whole, example)
        save(exported, held, extra_files={"ridgeline.json": told.model_dump_json()})
    except Exception as error:  # whatever its tracing meets in a model of the operator
        reason = " ".join(str(error).split())[:MOST_TOLD]
        raise NoProgram(f"torch.export cannot take the model ({type(error).__name__}: {reason})") from error
    return held.getvalue()


def _exported(whole: nn.Module, example: Tensor) -> ExportedProgram:
    """For any number of rows; where tracing meets Python's `len` of them, by reading the code instead."""
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are of the tracing, not of the model
        try:
            return export(whole, (example,), dynamic_shapes=({0: Dim("rows")},))
        except Exception:
            return export(whole, (example,), dynamic_shapes=({0: Dim("rows")},), strict=True)


class _Whole(nn.Module):
    """All networks, and what makes predictions of their outputs."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.task = model.manifest.task
        self.networks = nn.ModuleList(_module(model, network) for network in model.networks)
        self.mean, self.scale = (
            nn.Buffer(torch.from_numpy(value).double())
            for value in (model.fitted.target_mean, model.fitted.target_scale)
        )

    def forward(self, rows: Tensor) -> Tensor:
        each = [self._predicted(network(rows).double() * self.scale + self.mean) for network in self.networks]
        return each[0] if len(each) == 1 else torch.stack(each).mean(dim=0)

    def _predicted(self, outputs: Tensor) -> Tensor:
        match self.task:
            case Task.REGRESSION:
                return outputs[:, 0]
            case Task.MULTI_TARGET:
                return outputs
            case Task.BINARY:
                return torch.cat([-outputs, outputs], dim=1).sigmoid()
            case Task.MULTICLASS:
                return outputs.softmax(dim=1)
            case Task.MULTILABEL:
                return outputs.sigmoid()


def _module(model: Model, network: Network) -> nn.Module:
    if isinstance(model.lane_model, CustomLanes):
        state = {name: torch.from_numpy(value) for name, value in {**network.parameters, **network.constants}.items()}
        return model.lane_model.module(state, model.dtype)
    return _Lane(model, network)


class _Lane(nn.Module):
    """One lane of a built-in model."""

    def __init__(self, model: Model, network: Network) -> None:
        super().__init__()
        self.model, self.layout = model.lane_model, model.layout
        self.theta = nn.Parameter(network.theta(model.layout, model.dtype), requires_grad=False)
        self.sites = EvaluationSites.given(model.lane, model.dtype, {})
        self.places = tuple(network.moments)
        for site, (mean, variance) in network.seen(model.dtype).items():
            self.register_buffer(f"mean{site}", mean)
            self.register_buffer(f"variance{site}", variance)

    def forward(self, rows: Tensor) -> Tensor:
        seen = {site: (getattr(self, f"mean{site}"), getattr(self, f"variance{site}")) for site in self.places}
        sites = EvaluationSites(self.sites.on_branches, self.sites.normalization, seen)
        x = functional.pad(rows, (0, aligned(rows.shape[1]) - rows.shape[1])).unsqueeze(0)
        return self.model.forward(self.layout.views(self.theta), x, sites)[0]
