"""Parts of a cohort: neighbouring lanes that take the same passes, and what acts in them."""

from collections.abc import Sequence
from functools import partial
from math import prod

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.spec.plan import LANE_GROUP
from ridgeline_worker.regularizer import (
    Activation,
    Active,
    Blend,
    Connections,
    HiddenTerm,
    Normalization,
    OnBranch,
    Outputs,
    Passes,
)
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.ahead import Steps
from ridgeline_worker.training.batches import Batch
from ridgeline_worker.training.factors import Factor, Make
from ridgeline_worker.training.lanes import Lane, acting_at, active, runs
from ridgeline_worker.training.noise import Drawers
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.sites import in_structure

Theta = Float[Tensor, "lanes columns"]
X = Float[Tensor, "lanes batch held"]
Weights = Float[Tensor, "_ weights"]
Hidden = Float[Tensor, "lanes batch units"]


class Part:
    """Neighbouring lanes of a cohort that take the same passes."""

    def __init__(
        self,
        problem: Problem,
        lanes: Sequence[Lane],
        span: slice,
        evaluation: Int[Tensor, "padded"],
        found: Sequence[Active],
    ) -> None:
        self.problem, self.span = problem, span
        self._evaluation = evaluation[span]
        self.drawers = Drawers.of(self._evaluation)
        acting = [cut for held in found if (cut := held.within(span)) is not None]
        self._activations, self._hidden_factors = acting_at(acting, Activation), dict[int, list[Factor]]()
        self.hidden = acting_at(acting, HiddenTerm)
        self._connections = [
            Factor(problem, self._evaluation, held, partial(kind.factor, problem.layout.weights))
            for kind, held in acting_at(acting, Connections)
        ]
        self.branches = acting_at(acting, OnBranch)
        self.normalization = in_structure(problem.structure, Normalization)
        self.blend = in_structure(problem.structure, Blend)
        self.outputs = acting_at(acting, Outputs)
        taking = [active(kind, lanes, span, problem.dtype, problem.device) for kind in own_passes(lanes[span])]
        self.passes = acting_at(taking, Passes)
        self.drawers_of = {kind.kind: Drawers.of(self._evaluation[held.span]) for kind, held in self.branches}

    @classmethod
    def cut(
        cls, problem: Problem, lanes: Sequence[Lane], evaluation: Int[Tensor, "padded"], found: Sequence[Active]
    ) -> "tuple[Part, ...]":
        """The parts of a cohort: whole groups of lanes, so that a product does not depend on the cut."""
        groups = [own_passes(lanes[start : start + LANE_GROUP]) for start in range(0, len(lanes), LANE_GROUP)]
        ends = [(run.start * LANE_GROUP, run.stop * LANE_GROUP) for _, run in runs(groups)]
        spans = [slice(start, min(stop, len(lanes))) for start, stop in ends]
        return tuple(cls(problem, lanes, span, evaluation, found) for span in spans)

    @property
    def is_written_out(self) -> bool:
        """Whether the gradient of all its lanes is written out, so that autograd need not see what they are given."""
        return self.problem.model.chain is not None and not self.passes

    def real(self, batch: Batch) -> Float[Tensor, "lanes batch"] | None:
        """1 for each row that is no padding, 0 for the rest; None: none is padding."""
        rows = batch.rows.shape[1]
        counts = torch.tensor([batch.counts[position] for position in self.drawers.positions])
        if (counts == rows).all():
            return None
        real = torch.arange(rows) < counts.unsqueeze(1)
        return real.to(self.problem.device, self.problem.dtype).index_select(0, self.drawers.lanes)

    def hidden_factors(self, shape: Sequence[int], site: int, coming: Steps) -> list[tuple[slice, Hidden]]:
        """What the hidden activations of some lanes, each of this shape, are multiplied by at a step."""
        if site not in self._hidden_factors:
            self._hidden_factors[site] = [
                Factor(self.problem, self._evaluation, held, _of_noise(kind, site, shape))
                for kind, held in self._activations
            ]
        return [(factor.span, factor.at(coming, prod(shape))) for factor in self._hidden_factors[site]]

    def weight_factors(self, coming: Steps) -> list[tuple[slice, Weights]]:
        """What the weights of some lanes are multiplied by at a step."""
        weights = self.problem.layout.weights
        return [(factor.span, factor.at(coming, weights)) for factor in self._connections]


def own_passes(lanes: Sequence[Lane]) -> tuple[str, ...]:
    """Kinds with passes of their own that some of the lanes use, in the order of the catalogue."""
    used = {kind for lane in lanes for kind in lane.regularizers}
    return tuple(kind for kind, regularizer in REGULARIZERS.items() if kind in used and isinstance(regularizer, Passes))


def _of_noise(kind: Activation, site: int, shape: Sequence[int]) -> Make:
    return lambda noise, strengths: kind.factor(getattr(noise, kind.noise)(*shape, site=site), strengths)
