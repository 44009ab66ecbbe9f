"""The draws of one step: made once for all lanes of an evaluation, whoever asks for them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline_worker.regularizer import Purpose
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.problem import Problem

Key = tuple[str, Purpose, int, tuple[int, ...]]


class StepDraws:
    """Draws of every evaluation at a step; a pass that is taken twice meets the same noise."""

    def __init__(self, problem: Problem, step: int, counts: tuple[int, ...]) -> None:
        self._problem, self._step, self._counts = problem, step, counts
        self._made: dict[Key, Tensor] = {}

    def uniform(self, purpose: Purpose, site: int, shape: tuple[int, ...]) -> Float[Tensor, "evaluations *shape"]:
        """Uniforms in [0, 1)."""
        draws, step = self._problem.draws, self._step
        return self._floats(("uniform", purpose, site, shape), lambda e: draws.uniform(e, purpose, site, step, shape))

    def normal(self, purpose: Purpose, site: int, shape: tuple[int, ...]) -> Float[Tensor, "evaluations *shape"]:
        """Normals of mean 0 and variance 1."""
        draws, step = self._problem.draws, self._step
        return self._floats(("normal", purpose, site, shape), lambda e: draws.normal(e, purpose, site, step, shape))

    def partners(self, purpose: Purpose, rows: int) -> Int[Tensor, "evaluations rows"]:
        """A permutation of the rows of each evaluation that are no padding."""
        key: Key = ("partners", purpose, 0, (rows,))
        if key not in self._made:
            order = np.tile(np.arange(rows), (len(self._counts), 1))
            for i, (evaluation, count) in enumerate(zip(self._problem.evaluations, self._counts, strict=True)):
                order[i, :count] = self._problem.draws.permutation(evaluation, purpose, self._step, count)
            self._made[key] = torch.from_numpy(order).to(self._problem.device)
        return self._made[key]

    def _floats(self, key: Key, draw: Callable[[Evaluation], Float[np.ndarray, "..."]]) -> Float[Tensor, "..."]:
        if key not in self._made:
            drawn = torch.stack([torch.from_numpy(draw(evaluation)) for evaluation in self._problem.evaluations])
            self._made[key] = drawn.to(self._problem.device, self._problem.dtype)
        return self._made[key]


@dataclass(frozen=True)
class LaneNoise:
    """The draws of a kind for some lanes."""

    draws: StepDraws
    purpose: Purpose | None
    evaluation: Int[Tensor, "lanes"]
    """The position of each lane's evaluation."""
    rows: int
    """Rows of a batch, padding included."""

    def uniform(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent uniforms in [0, 1)."""
        return self.draws.uniform(self._key, site, shape).index_select(0, self.evaluation)

    def normal(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent normals of mean 0 and variance 1."""
        return self.draws.normal(self._key, site, shape).index_select(0, self.evaluation)

    def partners(self) -> Int[Tensor, "lanes rows"]:
        """A random permutation of each lane's rows; padding stays where it is."""
        return self.draws.partners(self._key, self.rows).index_select(0, self.evaluation)

    @property
    def _key(self) -> Purpose:
        if self.purpose is None:
            raise TypeError(
                "a regularizer that draws must declare a purpose of its own in ridgeline_worker.regularizer"
            )
        return self.purpose
