"""The draws of one step: made once for all lanes of an evaluation, whoever asks for them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from ridgeline_worker.regularizer import Purpose
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.problem import Problem

Key = tuple[str, tuple[int, ...], Purpose, int, tuple[int, ...]]


@dataclass(frozen=True)
class Drawers:
    """The evaluations that some lanes are of: only these draw."""

    positions: tuple[int, ...]
    """Of the evaluations, in the problem's order."""
    lanes: Int[Tensor, "lanes"]
    """Which of them each lane is of."""
    is_one_each: bool
    """Whether the lanes are these evaluations, in their order."""

    @classmethod
    def of(cls, evaluation: Int[Tensor, "lanes"]) -> "Drawers":
        """From the position of each lane's evaluation."""
        told = evaluation.tolist()
        positions = tuple(dict.fromkeys(told))
        lanes = torch.tensor([positions.index(each) for each in told], device=evaluation.device)
        return cls(positions, lanes, len(positions) == len(told))

    def each(self, drawn: Shaped[Tensor, "evaluations *shape"]) -> Shaped[Tensor, "lanes *shape"]:
        """What each lane gets."""
        return drawn if self.is_one_each else drawn.index_select(0, self.lanes)


class StepDraws:
    """The draws of a step; a pass that is taken twice meets the same noise."""

    def __init__(self, problem: Problem, step: int, counts: tuple[int, ...]) -> None:
        self._problem, self._step, self._counts = problem, step, counts
        self._made: dict[Key, Tensor] = {}

    def uniform(
        self, drawers: Drawers, purpose: Purpose, site: int, shape: tuple[int, ...]
    ) -> Float[Tensor, "evaluations *shape"]:
        """Uniforms in [0, 1)."""
        draws, step = self._problem.draws, self._step
        key = ("uniform", drawers.positions, purpose, site, shape)
        return self._floats(key, lambda e: draws.uniform(e, purpose, site, step, shape))

    def normal(
        self, drawers: Drawers, purpose: Purpose, site: int, shape: tuple[int, ...]
    ) -> Float[Tensor, "evaluations *shape"]:
        """Normals of mean 0 and variance 1."""
        draws, step = self._problem.draws, self._step
        key = ("normal", drawers.positions, purpose, site, shape)
        return self._floats(key, lambda e: draws.normal(e, purpose, site, step, shape))

    def ranks(
        self, drawers: Drawers, purpose: Purpose, site: int, shape: tuple[int, ...]
    ) -> Int[Tensor, "evaluations *shape"]:
        """The ranks of the uniforms along the last axis."""
        key: Key = ("ranks", drawers.positions, purpose, site, shape)
        if key not in self._made:
            drawn = self.uniform(drawers, purpose, site, shape)
            order = drawn.argsort(dim=-1, stable=True)
            places = torch.arange(order.shape[-1], device=order.device).expand_as(order)
            self._made[key] = torch.empty_like(order).scatter_(-1, order, places)
        return self._made[key]

    def partners(self, drawers: Drawers, purpose: Purpose, rows: int) -> Int[Tensor, "evaluations rows"]:
        """A permutation of the rows of each evaluation that are no padding."""
        problem = self._problem
        order = np.tile(np.arange(rows), (len(drawers.positions), 1))
        for place, position in enumerate(drawers.positions):
            count = self._counts[position]
            evaluation = problem.evaluations[position]
            order[place, :count] = problem.draws.permutation(evaluation, purpose, self._step, count)
        return torch.from_numpy(order).to(problem.device)

    def real(self, drawers: Drawers, rows: int) -> Float[Tensor, "lanes rows"] | None:
        """1 for each row of a batch that is no padding, 0 for the rest; None: none is padding."""
        counts = torch.tensor([self._counts[position] for position in drawers.positions])
        if (counts == rows).all():
            return None
        real = torch.arange(rows) < counts.unsqueeze(1)
        return real.to(self._problem.device, self._problem.dtype).index_select(0, drawers.lanes)

    def _floats(self, key: Key, draw: Callable[[Evaluation], Float[np.ndarray, "..."]]) -> Float[Tensor, "..."]:
        if key not in self._made:
            drawn = np.array([draw(self._problem.evaluations[position]) for position in key[1]])
            self._made[key] = torch.from_numpy(drawn).to(self._problem.device, self._problem.dtype)
        return self._made[key]


@dataclass(frozen=True)
class LaneNoise:
    """The draws of a kind for some lanes."""

    draws: StepDraws
    purpose: Purpose | None
    drawers: Drawers
    rows: int
    """Rows of a batch, padding included."""

    def uniform(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent uniforms in [0, 1)."""
        return self.drawers.each(self.draws.uniform(self.drawers, self._key, site, shape))

    def normal(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent normals of mean 0 and variance 1."""
        return self.drawers.each(self.draws.normal(self.drawers, self._key, site, shape))

    def ranks(self, *shape: int, site: int = 0) -> Int[Tensor, "lanes *shape"]:
        """Random permutations of 0, 1, 2, ... along the last axis: the ranks of `uniform`."""
        return self.drawers.each(self.draws.ranks(self.drawers, self._key, site, shape))

    def partners(self) -> Int[Tensor, "lanes rows"]:
        """A random permutation of each lane's rows; padding stays where it is."""
        return self.drawers.each(self.draws.partners(self.drawers, self._key, self.rows))

    @property
    def _key(self) -> Purpose:
        if self.purpose is None:
            raise TypeError(
                "a regularizer that draws must declare a purpose of its own in ridgeline_worker.regularizer"
            )
        return self.purpose
