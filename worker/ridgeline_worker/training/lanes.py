"""Lanes: the (trial, fold, repeat) trainings of a cohort, and the one matrix that holds their parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.plan import LANE_GROUP
from ridgeline_worker.models import LaneModel
from ridgeline_worker.models.model import Parameters, Role
from ridgeline_worker.regularizer import Active
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.draws import Draws, Evaluation, Purpose

ROW_MULTIPLE = 32
"""Numbers of a lane are padded to a multiple of this, so that no vector instruction spans two lanes."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One fold and repeat of a trial."""

    trial: int
    evaluation: Evaluation
    learning_rate: float
    regularizers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Strengths by name, by kind."""


def padded(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    """The lanes and idle copies of the last one, a multiple of 8 in all."""
    idle = -len(lanes) % LANE_GROUP
    return (*lanes, *(lanes[-1] for _ in range(idle)))


class Layout:
    """Where each parameter of a lane stands in its row of the matrix: weights first, then the rest, then padding."""

    def __init__(self, model: LaneModel) -> None:
        self.model = model
        weights = [p for p in model.parameters if p.role is Role.WEIGHT]
        others = [p for p in model.parameters if p.role is not Role.WEIGHT]
        self.parameters = (*weights, *others)
        self.weights = sum(p.size for p in weights)
        used = self.weights + sum(p.size for p in others)
        self.columns = used + -used % ROW_MULTIPLE
        self._sizes = [*(p.size for p in self.parameters), self.columns - used]

    def views(self, theta: Float[Tensor, "lanes columns"]) -> Parameters:
        """The parameters by name, as views; one split, so that the gradient of the matrix is one concatenation."""
        parts = theta.split(self._sizes, dim=1)
        return {p.name: part.view(-1, *p.held) for p, part in zip(self.parameters, parts, strict=False)}

    def initial(
        self, draws: Draws, evaluations: Sequence[Evaluation], dtype: torch.dtype
    ) -> Float[Tensor, "lanes columns"]:
        """Initial parameters of each lane, equal where the evaluation is."""
        rows = {evaluation: self._initial_row(draws, evaluation) for evaluation in set(evaluations)}
        return torch.from_numpy(np.stack([rows[evaluation] for evaluation in evaluations])).to(dtype)

    def _initial_row(self, draws: Draws, evaluation: Evaluation) -> Float[np.ndarray, "columns"]:
        row = np.zeros(self.columns)
        own = self.model.drawn(draws.integer(evaluation, Purpose.INITIAL_WEIGHTS))
        start = 0
        for site, p in enumerate(self.parameters):
            held = row[start : start + p.size].reshape(p.held)
            place = tuple(slice(size) for size in p.shape)
            if p.name in own:
                held[place] = own[p.name]
            else:
                held[place] = p.bound * draws.symmetric(evaluation, Purpose.INITIAL_WEIGHTS, site, p.shape)
            start += p.size
        return row


def evaluation_index(lanes: Sequence[Lane], evaluations: Sequence[Evaluation]) -> Int[Tensor, "lanes"]:
    """The position of each lane's evaluation."""
    return torch.tensor([evaluations.index(lane.evaluation) for lane in lanes])


def actives(lanes: Sequence[Lane], dtype: torch.dtype, device: torch.device) -> tuple[Active, ...]:
    """Each kind on the lanes between the first and the last that use it, in the order of the catalogue."""
    found = []
    for kind, declared in CATALOGUE.items():
        users = [i for i, lane in enumerate(lanes) if kind in lane.regularizers]
        if not users or kind not in REGULARIZERS:
            continue
        span = slice(users[0], users[-1] + 1)
        neutral = {name: inf if b.neutral is None else b.neutral for name, b in declared.bounds.items()}
        columns = {
            name: torch.tensor(
                [[lane.regularizers.get(kind, neutral)[name]] for lane in lanes[span]], dtype=dtype, device=device
            )
            for name in declared.bounds
        }
        found.append(Active(REGULARIZERS[kind], span, columns))
    return tuple(found)
