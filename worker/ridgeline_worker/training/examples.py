"""The rows of a step and their targets, as regularizers leave them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer import Active, Examples, Inputs
from ridgeline_worker.training.ahead import Ahead, Steps
from ridgeline_worker.training.batches import Batch
from ridgeline_worker.training.lanes import joined, of_lanes, runs
from ridgeline_worker.training.noise import Drawers, LaneNoise
from ridgeline_worker.training.problem import Problem

X = Float[Tensor, "lanes batch held"]


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
        changes = [active for active in found if isinstance(active.regularizer, Inputs | Examples)]
        self._lookup, self._weights_of = Lookup(problem, evaluation), evaluation
        self._changed = [ChangedRows(problem, evaluation, span, changes) for span in joined(changes)]
        self._leaves_some = sum(each.span.stop - each.span.start for each in self._changed) < len(evaluation)
        soft = [False] * len(evaluation)
        if problem.task is Task.MULTICLASS:
            for span in joined(changes, Examples):
                soft[span] = [True] * len(soft[span])
        self._runs = runs(soft)

    def at(self, coming: Steps) -> StepRows:
        """The rows of the first of some steps."""
        batch, lookup = coming.batches[0], self._lookup
        rows = lookup.rows([batch])
        x = lookup.x(rows) if self._leaves_some else lookup.room_for_x(rows)
        y = lookup.y(rows)
        targets = tuple(Targets(span, lookup.shares(y[span]) if soft else y[span]) for soft, span in self._runs)
        for changed in self._changed:
            new_x, new_targets = changed.at(coming)
            x[changed.span].copy_(new_x)
            for new in new_targets:
                of_lanes([(run.span, run.y) for run in targets], new.span).copy_(new.y)
        return StepRows(x, targets, batch.weights.to(x.device).index_select(0, self._weights_of))


class ChangedRows:
    """The rows of neighbouring lanes that regularizers change, made for several steps at once."""

    def __init__(
        self, problem: Problem, evaluation: Int[Tensor, "padded"], span: slice, changes: Sequence[Active]
    ) -> None:
        self.span = span
        self._problem, self._lookup = problem, Lookup(problem, evaluation[span])
        acting = [cut for active in changes if (cut := active.within(span)) is not None]
        self._changes = [(active, Drawers.of(evaluation[span][active.span])) for active in acting]
        self._with_targets = joined(acting, Examples)
        self._numbers = (span.stop - span.start) * problem.rows.x.shape[2]
        self._ahead = Ahead(self._made)

    def at(self, coming: Steps) -> tuple[X, tuple[Targets, ...]]:
        """The rows of the first of some steps, and the targets that are changed too."""
        return self._ahead.at(coming, self._numbers * coming.batches[0].rows.shape[1])

    def _made(self, steps: Steps) -> list[tuple[X, tuple[Targets, ...]]]:
        """What each step needs."""
        count, lookup = len(steps.batches), self._lookup
        rows = lookup.rows(steps.batches)
        x, y = lookup.x(rows), lookup.y(rows)
        if self._problem.task is Task.MULTICLASS and self._with_targets:
            y = lookup.shares(y)
        for lanes, drawers in self._changes:
            active = lanes.over(count)
            noise = LaneNoise(self._problem, active.regularizer.purpose, drawers, steps)
            seen, shape = x[active.span], self._problem.shape
            match active.regularizer:
                case Inputs() as of_inputs:
                    seen.copy_(of_inputs.changed(seen, shape, noise, active.strengths))
                case Examples() as of_examples:
                    new_x, new_y = of_examples.changed(seen, y[active.span], shape, noise, active.strengths)
                    seen.copy_(new_x)
                    y[active.span].copy_(new_y)
        of_steps = zip(*(each.unflatten(0, (-1, count)).unbind(1) for each in (x, y)), strict=True)
        return [
            (step_x, tuple(Targets(_moved(span, self.span.start), step_y[span]) for span in self._with_targets))
            for step_x, step_y in of_steps
        ]


class Lookup:
    """Finds the rows of some lanes; with several steps, those of a lane are side by side."""

    def __init__(self, problem: Problem, evaluation: Int[Tensor, "lanes"]) -> None:
        self._problem, self._evaluation = problem, evaluation
        self._x, self._y = problem.rows.x.flatten(0, 1), problem.rows.y.flatten(0, 1)
        folds, longest = problem.rows.y.shape[:2]
        self._first_rows = torch.arange(0, folds * longest, longest, device=problem.device).view(-1, 1, 1)

    def rows(self, batches: Sequence[Batch]) -> Int[Tensor, "lanes batch"]:
        """Where they are."""
        dealt = torch.stack([batch.rows for batch in batches], 1).to(self._problem.device)
        return (self._first_rows + dealt).index_select(0, self._evaluation).flatten(0, 1)

    def x(self, rows: Int[Tensor, "lanes batch"]) -> X:
        """Their features."""
        return self._x.index_select(0, rows.flatten()).view(*rows.shape, -1)

    def room_for_x(self, rows: Int[Tensor, "lanes batch"]) -> X:
        """Room for their features, for whoever has all of them."""
        return self._x.new_empty(*rows.shape, self._x.shape[1])

    def y(self, rows: Int[Tensor, "lanes batch"]) -> Shaped[Tensor, "lanes batch *targets"]:
        """Their targets."""
        return self._y.index_select(0, rows.flatten()).view(*rows.shape, *self._y.shape[1:])

    def shares(self, classes: Int[Tensor, "lanes rows"]) -> Float[Tensor, "lanes rows classes"]:
        """Targets as shares of the classes."""
        return functional.one_hot(classes, self._problem.shape.classes).to(self._problem.dtype)


def _moved(span: slice, by: int) -> slice:
    return slice(span.start + by, span.stop + by)
