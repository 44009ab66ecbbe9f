"""Lanes: the (trial, fold, repeat) trainings of a cohort, and the one matrix that holds their parameters."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import inf
from types import UnionType
from typing import TypeVar

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec.plan import LANE_GROUP
from ridgeline_worker.models import LaneModel
from ridgeline_worker.models.model import Parameters, Role
from ridgeline_worker.regularizer import Active, Regularizer
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training.draws import Draws, Evaluation, Purpose

Point = TypeVar("Point", bound=Regularizer)

ROW_MULTIPLE = 32
"""Numbers of a lane are padded to a multiple of this, so that no vector instruction spans two lanes."""
MANY_NUMBERS = 2**16
"""Of a lane, beyond which no idle ones stand beside it: each would cost as much, and products so large do not depend on
how many there are."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One fold and repeat of a trial."""

    trial: int
    evaluation: Evaluation
    learning_rate: float
    regularizers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Strengths by name, by kind."""

    @property
    def structure(self) -> frozenset[str]:
        """Static kinds that are on: lanes of one cohort have the same."""
        return structure_of(self.regularizers)


def idle(lanes: int, columns: int) -> int:
    """Idle lanes beside so many, to a multiple of 8; none where a lane has very many numbers."""
    return 0 if columns >= MANY_NUMBERS else -lanes % LANE_GROUP


def padded(lanes: Sequence[Lane], columns: int) -> tuple[Lane, ...]:
    """The lanes and idle copies of the last one."""
    return (*lanes, *(lanes[-1] for _ in range(idle(len(lanes), columns))))


class Layout:
    """Where each parameter of a lane stands in its row of the matrix: weights first, then the rest, then padding."""

    def __init__(self, model: LaneModel) -> None:
        self.model = model
        weights = [p for p in model.parameters if p.role is Role.WEIGHT]
        others = [p for p in model.parameters if p.role is not Role.WEIGHT]
        self.parameters = (*weights, *others)
        self.weights = sum(p.size for p in weights)
        self.used = self.weights + sum(p.size for p in others)
        self.columns = self.used + -self.used % ROW_MULTIPLE
        self._sizes = [*(p.size for p in self.parameters), self.columns - self.used]

    def views(self, theta: Float[Tensor, "lanes columns"]) -> Parameters:
        """The parameters by name, as views; one split, so that the gradient of the matrix is one concatenation."""
        parts = theta.split(self._sizes, dim=1)
        return {p.name: part.view(-1, *p.held) for p, part in zip(self.parameters, parts, strict=False)}

    def real(self) -> Bool[Tensor, "columns"]:
        """Which numbers of a lane are parameters of its model; the others fill it up."""
        row = torch.zeros(self.columns, dtype=torch.bool)
        start = 0
        for p in self.parameters:
            row[start : start + p.size].view(p.held)[tuple(slice(size) for size in p.shape)] = True
            start += p.size
        return row

    def initial(
        self, draws: Draws, evaluations: Sequence[Evaluation], dtype: torch.dtype
    ) -> Float[Tensor, "lanes columns"]:
        """Initial parameters of each lane, equal where the evaluation is."""
        rows = {evaluation: self._initial_row(draws, evaluation) for evaluation in set(evaluations)}
        return torch.from_numpy(np.stack([rows[evaluation] for evaluation in evaluations])).to(dtype)

    def _initial_row(self, draws: Draws, evaluation: Evaluation) -> Float[np.ndarray, "columns"]:
        row = np.zeros(self.columns)
        own = self.model.drawn(draws.integer(evaluation, Purpose.INITIAL_WEIGHTS))
        sites = {p.name: site for site, p in enumerate(sorted(self.parameters, key=lambda p: p.is_added))}
        start = 0
        for p in self.parameters:
            held = row[start : start + p.size].reshape(p.held)
            place = tuple(slice(size) for size in p.shape)
            if p.name in own:
                held[place] = own[p.name]
            elif p.bound:
                held[place] = p.bound * draws.symmetric(evaluation, Purpose.INITIAL_WEIGHTS, sites[p.name], p.shape)
            else:
                held[place] = p.start
            start += p.size
        return row


def evaluation_index(lanes: Sequence[Lane], evaluations: Sequence[Evaluation]) -> Int[Tensor, "lanes"]:
    """The position of each lane's evaluation."""
    return torch.tensor([evaluations.index(lane.evaluation) for lane in lanes])


def actives(lanes: Sequence[Lane], dtype: torch.dtype, device: torch.device) -> tuple[Active, ...]:
    """Each kind on the lanes between the first and the last that use it, in the order of the catalogue."""
    found = []
    for kind in CATALOGUE:
        users = [i for i, lane in enumerate(lanes) if kind in lane.regularizers]
        if users and kind in REGULARIZERS:
            found.append(active(kind, lanes, slice(users[0], users[-1] + 1), dtype, device))
    return tuple(found)


def active(kind: str, lanes: Sequence[Lane], span: slice, dtype: torch.dtype, device: torch.device) -> Active:
    """A kind on these lanes; those that do not use it get its neutral strengths."""
    bounds = CATALOGUE[kind].bounds
    neutral = {name: inf if b.neutral is None else b.neutral for name, b in bounds.items()}
    settings = tuple(lane.regularizers.get(kind, neutral) for lane in lanes[span])
    columns = {
        name: torch.tensor([[setting[name]] for setting in settings], dtype=dtype, device=device) for name in bounds
    }
    return Active(REGULARIZERS[kind], span, columns, settings)


def runs(keys: Sequence[Hashable]) -> list[tuple[Hashable, slice]]:
    """Neighbours with equal keys."""
    found, start = [], 0
    for key, run in groupby(keys):
        stop = start + len(list(run))
        found.append((key, slice(start, stop)))
        start = stop
    return found


def acting_at(found: Sequence[Active], point: type[Point]) -> tuple[tuple[Point, Active], ...]:
    """The regularizers that act at a point of the step."""
    return tuple((held.regularizer, held) for held in found if isinstance(held.regularizer, point))


def joined(found: Sequence[Active], point: type[Regularizer] | UnionType = Regularizer) -> list[slice]:
    """Lanes on which regularizers of a point act: neighbours together, in their order."""
    spans: list[slice] = []
    acting = (held.span for held in found if isinstance(held.regularizer, point))
    for span in sorted(acting, key=lambda span: span.start):
        if spans and span.start <= spans[-1].stop:
            spans[-1] = slice(spans[-1].start, max(spans[-1].stop, span.stop))
        else:
            spans.append(span)
    return spans


def of_lanes(held: Sequence[tuple[slice, Shaped[Tensor, "_ ..."]]], span: slice) -> Shaped[Tensor, "_ ..."]:
    """What is held for neighbouring lanes, which are all in one of the spans."""
    within, found = next(each for each in held if each[0].start <= span.start < each[0].stop)
    return found[span.start - within.start : span.stop - within.start]
