"""What a trained lane is evaluated with, apart from everything that trained it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.models import LaneModel
from ridgeline_worker.training.lanes import Layout

Numbers = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Network:
    """One of the networks whose predictions a lane averages; most lanes have one."""

    parameters: Numbers
    """By their names in a lane, in their own shapes, without what alignment adds."""
    moments: Mapping[int, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    """By number of the place: mean and unbiased variance of each unit over the training rows."""
    constants: Numbers = field(default_factory=dict)
    """What a custom model has besides and does not train."""

    def theta(self, layout: Layout, dtype: torch.dtype) -> Float[Tensor, "1 columns"]:
        """The row of a lane that holds these parameters."""
        row = torch.zeros(1, layout.columns, dtype=dtype)
        for name, held in layout.views(row).items():
            own = torch.from_numpy(self.parameters[name]).to(dtype)
            held[0][tuple(slice(size) for size in own.shape)] = own
        return row

    def seen(self, dtype: torch.dtype) -> dict[int, tuple[Tensor, Tensor]]:
        """The moments as normalization takes them."""

        def placed(moment: np.ndarray) -> Tensor:
            return torch.from_numpy(moment).to(dtype).view(1, 1, -1, 1)

        return {site: (placed(mean), placed(variance)) for site, (mean, variance) in self.moments.items()}


def network_of(
    model: LaneModel,
    layout: Layout,
    theta: Float[Tensor, "1 columns"],
    seen: Mapping[int, tuple[Tensor, Tensor]],
) -> Network:
    """The network of a lane's row and the moments of its normalizations."""
    views = layout.views(theta)
    own = {p.name: views[p.name][0][tuple(slice(size) for size in p.shape)] for p in model.parameters}
    return Network(
        {name: _array(value) for name, value in own.items()},
        {site: (_array(mean.flatten()), _array(variance.flatten())) for site, (mean, variance) in seen.items()},
        {name: _array(value) for name, value in model.constants(theta.dtype).items()},
    )


def _array(value: Tensor) -> np.ndarray:
    own: np.ndarray = value.detach().cpu().numpy().copy()
    return own
