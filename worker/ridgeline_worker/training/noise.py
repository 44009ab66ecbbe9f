"""The draws of lanes, at one step or at several at once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from ridgeline_worker.regularizer import Purpose
from ridgeline_worker.training.ahead import Steps
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.problem import Problem

Draw = Callable[[Evaluation, Purpose, int, int, tuple[int, ...]], Float[np.ndarray, "..."]]


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

    def each(self, drawn: Shaped[Tensor, "evaluations steps *shape"]) -> Shaped[Tensor, "lanes_by_steps *shape"]:
        """What each lane gets, the steps of a lane side by side."""
        return (drawn if self.is_one_each else drawn.index_select(0, self.lanes)).flatten(0, 1)


@dataclass(frozen=True, slots=True)
class LaneNoise:
    """The draws of a kind for some lanes; with several steps, each of them is a lane, beside the others of its lane."""

    problem: Problem
    purpose: Purpose | None
    drawers: Drawers
    steps: Steps

    def uniform(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent uniforms in [0, 1)."""
        return self._each(self._drawn(self.problem.draws.uniform, site, shape))

    def normal(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent normals of mean 0 and variance 1."""
        return self._each(self._drawn(self.problem.draws.normal, site, shape))

    def ranks(self, *shape: int, site: int = 0) -> Int[Tensor, "lanes *shape"]:
        """Random permutations of 0, 1, 2, ... along the last axis: the ranks of `uniform`."""
        drawn = self._drawn(self.problem.draws.uniform, site, shape)
        order = torch.from_numpy(drawn.argsort(axis=-1)).to(self.problem.device)  # five times as fast as torch sorts
        places = torch.arange(order.shape[-1], device=order.device).expand_as(order)
        return self.drawers.each(torch.empty_like(order).scatter_(-1, order, places))

    def partners(self) -> Int[Tensor, "lanes rows"]:
        """A random permutation of each lane's rows; padding stays where it is."""
        problem, batches = self.problem, self.steps.batches
        rows = batches[0].rows.shape[1]
        order = np.tile(np.arange(rows), (len(self.drawers.positions), len(batches), 1))
        for place, position in enumerate(self.drawers.positions):
            evaluation = problem.evaluations[position]
            for step, (number, batch) in enumerate(zip(self.steps.numbers, batches, strict=True)):
                count = batch.counts[position]
                order[place, step, :count] = problem.draws.permutation(evaluation, self._key, number, count)
        return self.drawers.each(torch.from_numpy(order).to(problem.device))

    def _each(self, drawn: Float[np.ndarray, "evaluations steps *shape"]) -> Float[Tensor, "lanes_by_steps *shape"]:
        """What each lane gets of some numbers."""
        return self.drawers.each(torch.from_numpy(drawn).to(self.problem.device, self.problem.dtype))

    def _drawn(self, draw: Draw, site: int, shape: tuple[int, ...]) -> Float[np.ndarray, "evaluations steps *shape"]:
        evaluations, key, numbers = self.problem.evaluations, self._key, self.steps.numbers
        return np.array(
            [
                [draw(evaluations[position], key, site, number, shape) for number in numbers]
                for position in self.drawers.positions
            ]
        )

    @property
    def _key(self) -> Purpose:
        if self.purpose is None:
            raise TypeError(
                "a regularizer that draws must declare a purpose of its own in ridgeline_worker.regularizer"
            )
        return self.purpose
