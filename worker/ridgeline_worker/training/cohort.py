"""A cohort in training: the matrix of its lanes, and the step that moves all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Activation, Active, Decay, Gradient, Proximal, Regularizer
from ridgeline_worker.training.batches import Batch, batches
from ridgeline_worker.training.draws import Purpose
from ridgeline_worker.training.lanes import Lane, actives, evaluation_index, padded
from ridgeline_worker.training.loss import row_losses
from ridgeline_worker.training.optimizer import LearningRates, Moments, Update
from ridgeline_worker.training.problem import Problem

Point = TypeVar("Point", bound=Regularizer)


@dataclass(frozen=True)
class LaneState:
    """All that a cohort has learned: enough to go on anywhere."""

    lanes: tuple[Lane, ...]
    """The real lanes; the matrices have idle rows below them."""
    theta: Float[Tensor, "padded columns"]
    moments: Moments
    steps: int
    """Steps taken."""

    def copy(self) -> "LaneState":
        """The same in memory of its own."""
        moments = {name: moment.clone() for name, moment in self.moments.items()}
        return LaneState(self.lanes, self.theta.clone(), moments, self.steps)

    def keep(self, trials: frozenset[int]) -> "LaneState":
        """The lanes of these trials, moved up into a matrix of their own."""
        kept = [i for i, lane in enumerate(self.lanes) if lane.trial in trials]
        lanes = tuple(self.lanes[i] for i in kept)
        rows = torch.tensor([*kept, *([kept[-1]] * (len(padded(lanes)) - len(kept)))], device=self.theta.device)
        moments = {name: moment[rows] for name, moment in self.moments.items()}
        return LaneState(lanes, self.theta[rows], moments, self.steps)

    @staticmethod
    def join(states: Sequence["LaneState"]) -> "LaneState":
        """The lanes of several cohorts that have taken the same number of steps, in one matrix."""
        lanes = tuple(lane for state in states for lane in state.lanes)
        idle = len(padded(lanes)) - len(lanes)

        def stacked(matrices: Sequence[Float[Tensor, "_ columns"]]) -> Float[Tensor, "padded columns"]:
            real = [matrix[: len(state.lanes)] for matrix, state in zip(matrices, states, strict=True)]
            return torch.cat([*real, real[-1][-1:].expand(idle, -1)])

        moments = {name: stacked([state.moments[name] for state in states]) for name in states[0].moments}
        return LaneState(lanes, stacked([state.theta for state in states]), moments, states[0].steps)


class Cohort:
    """Trains the lanes of a state in place, with every tensor that stays the same made once."""

    def __init__(self, problem: Problem, lanes: Sequence[Lane]) -> None:
        rows = padded(lanes)
        dtype, device = problem.dtype, problem.device
        self.problem = problem
        self.evaluation = evaluation_index(rows, problem.evaluations).to(device)
        self._x, self._y = problem.rows.x.flatten(0, 1), problem.rows.y.flatten(0, 1)
        folds, longest = problem.rows.y.shape[:2]
        self._first_rows = torch.arange(0, folds * longest, longest, device=device).unsqueeze(1)
        self.rates = LearningRates.of([lane.learning_rate for lane in rows], dtype, device)
        found = actives(rows, dtype, device)
        self.gradients = _of(found, Gradient)
        self.decays = _of(found, Decay)
        self.proximals = _of(found, Proximal)
        self.activations = _of(found, Activation)
        self._factors: dict[tuple[int, int], Float[Tensor, "padded batch units"]] = {}

    @staticmethod
    def begin(problem: Problem, lanes: Sequence[Lane]) -> LaneState:
        """The lanes before their first step."""
        evaluations = [lane.evaluation for lane in padded(lanes)]
        theta = problem.layout.initial(problem.draws, evaluations, problem.dtype).to(problem.device)
        return LaneState(tuple(lanes), theta, problem.optimizer.moments(theta), steps=0)

    def train(self, state: LaneState, steps: int) -> LaneState:
        """Train up to so many steps in all; the given state stays as it was."""
        trained = state.copy()
        theta = trained.theta.requires_grad_()
        per_epoch, dealt = self.problem.steps_per_epoch, None
        for number in range(state.steps, steps):
            if dealt is None or number % per_epoch == 0:
                dealt = self._epoch(number // per_epoch)
            self._step(theta, trained.moments, dealt[number % per_epoch], number)
        return LaneState(trained.lanes, theta.detach(), trained.moments, steps)

    def _epoch(self, epoch: int) -> tuple[Batch, ...]:
        problem = self.problem
        return batches(
            problem.draws,
            problem.evaluations,
            problem.rows.counts,
            steps=problem.steps_per_epoch,
            epoch=epoch,
            dtype=problem.dtype,
            row_weights=problem.rows.weight,
        )

    def _step(self, theta: Float[Tensor, "padded columns"], moments: Moments, batch: Batch, number: int) -> None:
        """One step of every lane; `number` counts from 0."""
        problem, weights = self.problem, self.problem.layout.weights
        gradient = self._loss_gradient(theta, batch, number)
        with torch.no_grad():
            for regularizer, active in self.gradients:
                regularizer.add_gradient(
                    gradient[active.span, :weights], theta[active.span, :weights], active.strengths
                )
            for decay, active in self.decays:
                theta[active.span, :weights].mul_(decay.kept(problem.steps_per_epoch, active.strengths))
            update = Update(number + 1, gradient, moments, self.rates)
            problem.optimizer.apply(update, theta)
            for proximal, active in self.proximals:
                step = problem.optimizer.proximal_step(update, active.span, weights)
                w = theta[active.span, :weights]
                w.copy_(proximal.prox(w, step, active.strengths))

    def _loss_gradient(
        self, theta: Float[Tensor, "padded columns"], batch: Batch, number: int
    ) -> Float[Tensor, "padded columns"]:
        """Gradient of the sum over lanes of each lane's mean loss."""
        problem = self.problem
        rows = (self._first_rows + batch.rows.to(problem.device)).index_select(0, self.evaluation)
        x = self._x.index_select(0, rows.flatten()).view(*rows.shape, -1)
        y = self._y.index_select(0, rows.flatten()).view(*rows.shape, *self._y.shape[1:])
        row_weights = batch.weights.to(problem.device).index_select(0, self.evaluation)

        outputs = problem.model.forward(problem.layout.views(theta), x, partial(self._regularize, number))
        loss = (row_losses(outputs, y, problem.task) * row_weights).sum()
        (gradient,) = torch.autograd.grad(loss, theta)
        return gradient

    def _regularize(
        self, number: int, hidden: Float[Tensor, "padded batch units"], layer: int
    ) -> Float[Tensor, "padded batch units"]:
        """Multiply hidden activations by the factor of each regularizer that acts on them."""
        for index, (regularizer, active) in enumerate(self.activations):
            uniform = self._uniform(Purpose.ACTIVATION_NOISE, layer, number, hidden.shape[1:])
            shared = uniform.to(hidden).index_select(0, self.evaluation[active.span])
            factor = regularizer.factor(shared, active.strengths)
            if len(factor) < len(hidden):
                whole = self._factors.setdefault((index, layer), torch.ones_like(hidden))
                whole[active.span] = factor
                factor = whole
            hidden = hidden * factor
        return hidden

    def _uniform(
        self, purpose: Purpose, site: int, number: int, shape: torch.Size
    ) -> Float[Tensor, "evaluations batch units"]:
        """Noise of every evaluation, the same for all its lanes."""
        draws = self.problem.draws
        return torch.stack(
            [torch.from_numpy(draws.uniform(e, purpose, site, number, tuple(shape))) for e in self.problem.evaluations]
        )


def _of(found: Sequence[Active], point: type[Point]) -> tuple[tuple[Point, Active], ...]:
    """The regularizers that act at a point of the step."""
    return tuple((active.regularizer, active) for active in found if isinstance(active.regularizer, point))
