"""A cohort in training: the matrix of its lanes, and the step that moves all of them at once."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import (
    Average,
    Clock,
    Decay,
    Gradient,
    GroupProximal,
    Proximal,
    Schedule,
    Slow,
    WholeGradient,
)
from ridgeline_worker.training.ahead import Steps
from ridgeline_worker.training.batches import Batch, batches
from ridgeline_worker.training.examples import RowSource
from ridgeline_worker.training.lanes import Lane, acting_at, actives, evaluation_index, joined, of_lanes, padded
from ridgeline_worker.training.matrices import Matrices
from ridgeline_worker.training.noise import Drawers, LaneNoise
from ridgeline_worker.training.optimizer import LearningRates, Update
from ridgeline_worker.training.part import Part
from ridgeline_worker.training.passes import loss_gradient
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.state import LaneState, Remembered

Theta = Float[Tensor, "padded columns"]

DEALT_AHEAD = 16
"""Steps after a step that are known beside it at least: what they draw is drawn together."""


class Cohort:
    """Trains the lanes of a state in place, with every tensor that stays the same made once."""

    def __init__(self, problem: Problem, lanes: Sequence[Lane], *, alone: bool = False) -> None:
        """`alone`: without idle lanes, for a measurement of time; scores then depend on how lanes are grouped."""
        rows = tuple(lanes) if alone else padded(lanes, problem.layout.columns)
        if any(lane.structure != problem.structure for lane in rows):
            raise ValueError(f"lanes of a cohort must have the structure of its problem, {sorted(problem.structure)}")
        dtype, device = problem.dtype, problem.device
        self.problem = problem
        self.evaluation = evaluation_index(rows, problem.evaluations).to(device)
        self._learning_rates = tuple(lane.learning_rate for lane in rows)
        found = actives(rows, dtype, device)
        self.source = RowSource(problem, self.evaluation, found)
        self.parts = Part.cut(problem, rows, self.evaluation, found)
        self._is_written_out = all(part.is_written_out for part in self.parts)
        self.gradients = acting_at(found, Gradient)
        self.whole_gradients = [
            ((whole, active), Drawers.of(self.evaluation[active.span]))
            for whole, active in acting_at(found, WholeGradient)
        ]
        self._real = problem.layout.real().to(device)
        self.schedules = acting_at(found, Schedule)
        self.decays = acting_at(found, Decay)
        self.proximals = acting_at(found, Proximal)
        self.matrices = Matrices(problem, found)
        self._sized = joined(found, Proximal | GroupProximal)
        self.slow = acting_at(found, Slow)
        self.averages = acting_at(found, Average)
        self._full_rates = self._rates([1.0] * len(rows))
        self._scaled_rates = [1.0] * len(rows), self._full_rates

    @staticmethod
    def begin(problem: Problem, lanes: Sequence[Lane], *, alone: bool = False) -> LaneState:
        """The lanes before their first step; `alone`: without idle ones."""
        rows = tuple(lanes) if alone else padded(lanes, problem.layout.columns)
        theta = problem.layout.initial(problem.draws, [lane.evaluation for lane in rows], problem.dtype)
        theta = theta.to(problem.device)
        memory: dict[str, Theta] = {}
        for active in actives(rows, problem.dtype, problem.device):
            if isinstance(active.regularizer, Slow | Average):
                for name, held in active.regularizer.begin(theta, active).items():
                    memory[f"{active.regularizer.kind}.{name}"] = held
        return LaneState(tuple(lanes), theta, problem.optimizer.moments(theta), steps=0, memory=memory)

    def train(self, state: LaneState, steps: int, after_epoch: Callable[[LaneState], None] | None = None) -> LaneState:
        """Train up to so many steps in all; the given state stays as it was.

        Args:
            after_epoch: is shown the lanes at the end of each epoch, and keeps nothing of them.
        """  # fmt: skip
        trained = state.copy()
        per_epoch = self.problem.steps_per_epoch
        coming = Steps(state.steps, ())
        for number in range(state.steps, steps):
            coming = coming.after(number) or self._dealt(number, steps)
            self._step(trained, coming)
            if after_epoch is not None and (number + 1) % per_epoch == 0:
                after_epoch(replace(trained, steps=number + 1))
        return replace(trained, steps=steps)

    def _dealt(self, number: int, stop: int) -> Steps:
        """A step and those after it, to the end of an epoch and before `stop`."""
        per_epoch = self.problem.steps_per_epoch
        epochs = range(number // per_epoch, min(number + DEALT_AHEAD, stop - 1) // per_epoch + 1)
        dealt = [batch for epoch in epochs for batch in self._epoch(epoch)]
        return Steps(number, tuple(dealt[number - epochs.start * per_epoch : stop - epochs.start * per_epoch]))

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

    def _step(self, state: LaneState, coming: Steps) -> None:
        """One step of every lane, the first of those to come in its epoch."""
        problem, theta = self.problem, state.theta
        clock = Clock(coming.first + 1, problem.steps_per_epoch, problem.epochs)
        with torch.inference_mode(self._is_written_out):
            gradient = self._loss_gradient(theta, coming)
        with torch.inference_mode():
            weights = problem.layout.weights
            w, of_weights = theta[:, :weights], gradient[:, :weights]
            for penalty, active in self.gradients:
                penalty.add_gradient(of_weights[active.span], w[active.span], active.strengths)
            self.matrices.add_gradients(gradient, theta)
            for (whole, active), drawers in self.whole_gradients:
                noise = LaneNoise(problem, whole.purpose, drawers, coming.head(1))
                whole.change(gradient[active.span], self._real, clock.step, noise, active.strengths)
            rates, steps_per_epoch = self._scaled(clock)
            for decay, active in self.decays:
                pace = steps_per_epoch if isinstance(steps_per_epoch, int) else steps_per_epoch[active.span]
                w[active.span].mul_(decay.kept(pace, active.strengths))
            update = Update(clock.step, gradient, state.moments, rates)
            problem.optimizer.apply(update, theta)
            sizes = [(span, problem.optimizer.proximal_step(update, span, weights)) for span in self._sized]
            for proximal, active in self.proximals:
                moved = w[active.span]
                moved.copy_(proximal.prox(moved, of_lanes(sizes, active.span), active.strengths))
            self.matrices.move(theta, sizes)
            for slow, active in self.slow:
                held = Remembered(state.memory, slow.kind, active.span)
                slow.move(theta[active.span], held, clock, active)
            for average, active in self.averages:
                average.observe(theta[active.span], Remembered(state.memory, average.kind, active.span), clock, active)

    def _loss_gradient(self, theta: Theta, coming: Steps) -> Theta:
        """Gradient of the sum over lanes of each lane's mean loss."""
        rows = self.source.at(coming)
        found = [loss_gradient(part, theta[part.span], rows.within(part.span), coming) for part in self.parts]
        return found[0] if len(found) == 1 else torch.cat(found)

    def _scaled(self, clock: Clock) -> tuple[LearningRates, int | Float[Tensor, "padded 1"]]:
        """The learning rates of a step, and how many of them an epoch has at the full rate of each lane."""
        if not self.schedules:
            return self._full_rates, clock.steps_per_epoch
        scales = [1.0] * len(self._learning_rates)
        for schedule, active in self.schedules:
            for lane, setting in enumerate(active.settings, active.span.start):
                scales[lane] *= schedule.scale(clock, setting)
        if scales != self._scaled_rates[0]:
            self._scaled_rates = scales, self._rates(scales)
        rates = self._scaled_rates[1]
        pace = [clock.steps_per_epoch / scale if scale else float("inf") for scale in scales]
        return rates, rates.column.new_tensor(pace).unsqueeze(1)

    def _rates(self, scales: Sequence[float]) -> LearningRates:
        scaled = [rate * scale for rate, scale in zip(self._learning_rates, scales, strict=True)]
        return LearningRates.of(scaled, self.problem.dtype, self.problem.device)
