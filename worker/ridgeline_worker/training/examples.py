"""The rows of a step and their targets, as regularizers leave them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer import Active, Examples, Inputs
from ridgeline_worker.training.batches import Batch
from ridgeline_worker.training.lanes import runs
from ridgeline_worker.training.noise import Drawers, LaneNoise, StepDraws
from ridgeline_worker.training.problem import Problem


@dataclass(frozen=True)
class Targets:
    """Targets of neighbouring lanes: classes by number, as shares where a regularizer softens them, or numbers."""

    span: slice
    y: Tensor


@dataclass(frozen=True)
class StepRows:
    """What all lanes of a cohort see at a step."""

    x: Float[Tensor, "padded batch held"]
    targets: tuple[Targets, ...]
    """Of all lanes, in their order."""
    weights: Float[Tensor, "padded batch"]

    def within(self, part: slice) -> "StepRows":
        """What some lanes see."""
        if part == slice(0, len(self.x)):
            return self
        cut = []
        for targets in self.targets:
            start, stop = max(targets.span.start, part.start), min(targets.span.stop, part.stop)
            if start < stop:
                held = targets.y[start - targets.span.start : stop - targets.span.start]
                cut.append(Targets(slice(start - part.start, stop - part.start), held))
        return StepRows(self.x[part], tuple(cut), self.weights[part])


class RowSource:
    """Deals the rows of a step to lanes and lets regularizers change them."""

    def __init__(self, problem: Problem, evaluation: Int[Tensor, "padded"], found: Sequence[Active]) -> None:
        self._problem, self._evaluation = problem, evaluation
        self._x, self._y = problem.rows.x.flatten(0, 1), problem.rows.y.flatten(0, 1)
        folds, longest = problem.rows.y.shape[:2]
        self._first_rows = torch.arange(0, folds * longest, longest, device=problem.device).unsqueeze(1)
        self._changes = [
            (active, Drawers.of(evaluation[active.span]))
            for active in found
            if isinstance(active.regularizer, Inputs | Examples)
        ]
        soft = [False] * len(evaluation)
        if problem.task is Task.MULTICLASS:
            for active, _ in self._changes:
                if isinstance(active.regularizer, Examples):
                    soft[active.span] = [True] * len(soft[active.span])
        self._runs = runs(soft)

    def at(self, batch: Batch, draws: StepDraws) -> StepRows:
        """The rows of a step."""
        device = self._problem.device
        rows = (self._first_rows + batch.rows.to(device)).index_select(0, self._evaluation)
        x = self._x.index_select(0, rows.flatten()).view(*rows.shape, -1)
        y = self._y.index_select(0, rows.flatten()).view(*rows.shape, *self._y.shape[1:])
        targets = tuple(Targets(span, self._shares(y[span]) if soft else y[span]) for soft, span in self._runs)
        for active, drawers in self._changes:
            noise = LaneNoise(draws, active.regularizer.purpose, drawers, rows.shape[1])
            seen, shape = x[active.span], self._problem.shape
            match active.regularizer:
                case Inputs() as of_inputs:
                    seen.copy_(of_inputs.changed(seen, shape, noise, active.strengths))
                case Examples() as of_examples:
                    held = _held(targets, active.span)
                    new_x, new_y = of_examples.changed(seen, held, shape, noise, active.strengths)
                    seen.copy_(new_x)
                    held.copy_(new_y)
        return StepRows(x, targets, batch.weights.to(device).index_select(0, self._evaluation))

    def _shares(self, classes: Int[Tensor, "lanes rows"]) -> Float[Tensor, "lanes rows classes"]:
        return functional.one_hot(classes, self._problem.shape.classes).to(self._problem.dtype)


def _held(targets: Sequence[Targets], span: slice) -> Float[Tensor, "span rows *targets"]:
    """Where the targets of some lanes are held; all of them in one run, since all are softened."""
    run = next(held for held in targets if held.span.start <= span.start < held.span.stop)
    found: Tensor = run.y[span.start - run.span.start : span.stop - run.span.start]
    return found
