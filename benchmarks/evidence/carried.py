"""A study of a made-up world, carried by the code of a worker, with the models that it has trained."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future as Done
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import torch
from torch.nn.functional import softplus

from evidence.worlds import World
from ridgeline import tables
from ridgeline.spec import DatasetFacts, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.datasets import NamedDataset, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.final import FIRST_FINAL_REPEAT, FIRST_SCREENING_REPEAT, REFIT_REPEAT
from ridgeline.spec.ladders import FIRST_LADDER_REPEAT
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.sources import KeptData
from ridgeline.spec.views import TrialView, Verdict
from ridgeline.store import Store
from ridgeline_worker.data import Fold, Table, prepare
from ridgeline_worker.engine import InlineEngine, Turns, task
from ridgeline_worker.study_run import StudyRun, final
from ridgeline_worker.training import Cohort, Evaluation, LaneState, Problem, lanes_of
from ridgeline_worker.training.evaluate import forward, members
from ridgeline_worker.training.metrics import SMALLEST
from ridgeline_worker.training.problem import Rows, dealt, wishes

LARGEST_LOSS = -float(np.log(SMALLEST))
COHORT_LANES = 128
"""Lanes trained together: more than a study plans, since these models are tiny; scores do not depend on it."""
Change = Callable[[ResolvedStudy], ResolvedStudy]
PHASES = {
    "search": 0,
    "screening": FIRST_SCREENING_REPEAT,
    "final": FIRST_FINAL_REPEAT,
    "refit": REFIT_REPEAT,
    "ladders": FIRST_LADDER_REPEAT,
}
"""By the first of their repeats."""


class Recording(InlineEngine):
    """Runs tasks at once, and keeps the lanes that were scored at the end of their training."""

    def __init__(self, last_step: int) -> None:
        self._last_step = last_step
        self.states: list[LaneState] = []
        self.lane_steps = dict.fromkeys(PHASES, 0)

    def submit(self, asked: Callable[..., Any], *arguments: object) -> "Done[Any]":
        """Run a task."""
        future = super().submit(asked, *arguments)
        if asked is task.train and future.exception() is None:
            trained: task.Trained = future.result()
            self.lane_steps[phase(trained.state.lanes[0].evaluation)] += trained.report.lane_steps
            if trained.state.steps == self._last_step:
                self.states.append(trained.state)
        return future


def phase(evaluation: Evaluation) -> str:
    """The phase that an evaluation belongs to."""
    return next(name for name, first in reversed(PHASES.items()) if evaluation.repeat >= first)


@dataclass(frozen=True)
class Drawn(Table):
    """Rows in memory: those of a study, then fresh ones."""

    x: np.ndarray = field(kw_only=True)
    y: np.ndarray = field(kw_only=True)

    targets = property(lambda self: self.y)
    weights = property(lambda _: None)

    def numbers(self, name: str) -> np.ndarray:
        """A column."""
        column: np.ndarray = self.x[:, int(name.removeprefix("x"))]
        return column


@dataclass(frozen=True)
class Carried:
    """A study that has ended."""

    study: ResolvedStudy
    table: Path
    drawn: Drawn
    """Its rows, then fresh ones."""
    trials: tuple[TrialView, ...]
    verdict: Verdict | None
    engine: Recording

    @property
    def fresh(self) -> np.ndarray:
        """Places of the fresh rows."""
        return np.arange(self.study.dataset.rows, len(self.drawn.y))

    def true_scores(
        self, wanted: str, numbers: Iterable[int], states: Sequence[LaneState] | None = None
    ) -> dict[int, np.ndarray]:
        """Scores on the fresh rows of the models that a phase has trained, by number, in the order of evaluations.

        Each with the preparation of its own fold.

        Args:
            wanted: the phase.
            numbers: of trials in the search, of contenders later.
            states: lanes to look at; None: all that the study has trained.
        """  # fmt: skip
        asked = frozenset(numbers)
        found: dict[int, dict[Evaluation, float]] = {}
        for state in self.engine.states if states is None else states:
            used = sorted({lane.evaluation for lane in state.lanes if lane.trial in asked})
            if not used or phase(used[0]) != wanted:
                continue
            problem = self.scored_on_fresh(tuple(used))
            for index, lane in enumerate(state.lanes):
                if lane.trial in asked:
                    found.setdefault(lane.trial, {})[lane.evaluation] = true_score(problem, state, index)
        return {number: np.array([scores[each] for each in sorted(scores)]) for number, scores in found.items()}

    def trained_like_final(self, settings: Mapping[int, Setting]) -> tuple[Problem, list[LaneState]]:
        """Further settings on the folds of the final, with its draws."""
        asked = self.study.evaluation
        repeats = range(FIRST_FINAL_REPEAT, FIRST_FINAL_REPEAT + asked.final_repeats)
        evaluations = tuple(Evaluation(repeat, fold) for repeat in repeats for fold in range(asked.folds))
        problem = Problem.of(self.study, self.table, torch.device("cpu"), evaluations)
        return problem, _trained(problem, self.study, settings)

    def refitted(self, settings: Mapping[int, Setting], draws: int) -> dict[int, float]:
        """The true score of settings: mean over refits on all rows of the study, with other weights and batches each.

        Args:
            settings: by number.
            draws: refits a setting.
        """  # fmt: skip
        rows = self.study.dataset.rows
        steps = -(-rows // self.study.training.batch_size)
        study = self.study.model_copy(
            update={"training": self.study.training.model_copy(update={"steps_per_epoch": steps})}
        )
        (prepared,) = prepare(self.drawn, [Fold(np.arange(rows), self.fresh)], wishes(study))
        base = Problem.of(study, self.table, torch.device("cpu"), (Evaluation(0, 0),))
        problem = replace(
            base,
            evaluations=tuple(Evaluation(REFIT_REPEAT, draw) for draw in range(draws)),
            validations=(prepared.validation,) * draws,
            rows=Rows.of([prepared.train] * draws, study.task, base.dtype, base.device),
        )
        found: dict[int, list[float]] = {}
        for state in _trained(problem, study, settings):
            for index, lane in enumerate(state.lanes):
                found.setdefault(lane.trial, []).append(true_score(problem, state, index))
        return {number: float(np.mean(scores)) for number, scores in found.items()}

    def scored_on_fresh(self, asked: tuple[Evaluation, ...]) -> Problem:
        """What these evaluations train on, validated on the fresh rows."""
        stored = Table.open(self.table, self.study.dataset)
        folds = [Fold(fold.train, self.fresh) for fold in dealt(self.study, stored, asked)]
        validations = tuple(each.validation for each in prepare(self.drawn, folds, wishes(self.study)))
        return replace(_problem(self.study, self.table), evaluations=asked, validations=validations)


def true_score(problem: Problem, state: LaneState, index: int) -> float:
    """The score of a lane's model on the validation rows of its evaluation, as the worker's `evaluate` has it.

    Of these, only log loss of two classes and the root of the mean squared error, since 50,000 rows of each of hundreds
    of models take half of the time of a study there.
    """
    lane = state.lanes[index]
    rows = problem.validations[problem.evaluations.index(lane.evaluation)]
    (theta,) = members(problem, state, index)
    outputs = forward(problem, theta, lane, rows.x)[:, 0] * rows.target_scale + rows.target_mean
    if problem.metric is Metric.RMSE:
        return float(np.sqrt(np.mean((outputs - rows.y) ** 2)))
    if (problem.metric, problem.task) != (Metric.LOG_LOSS, Task.BINARY):
        raise ValueError(f"true scores must be of rmse, or of log_loss of two classes, but {problem.metric} was asked")
    surprise = softplus(torch.from_numpy((1 - 2 * rows.y) * outputs), threshold=50)
    return float(surprise.clamp(max=LARGEST_LOSS).mean())


def _problem(study: ResolvedStudy, table: Path) -> Problem:
    return Problem.of(study, table, torch.device("cpu"), (Evaluation(0, 0),))


def _trained(problem: Problem, study: ResolvedStudy, settings: Mapping[int, Setting]) -> list[LaneState]:
    lanes = lanes_of(study, settings.items(), problem.evaluations)
    steps = problem.epochs * problem.steps_per_epoch
    cut = [lanes[start : start + COHORT_LANES] for start in range(0, len(lanes), COHORT_LANES)]
    return [Cohort(problem, some).train(Cohort.begin(problem, some), steps) for some in cut]


@contextmanager
def carry(
    template: Path,
    world: World,
    seed: int,
    request: Mapping[str, object],
    *,
    fresh: int = 0,
    change: Change = lambda study: study,
    engine: type[Recording] = Recording,
    to_the_choice: bool = True,
) -> Iterator[Carried]:
    """Draw a study's rows and carry it from its submission to its end, in a store of its own that is gone afterwards.

    Args:
        template: a data folder at today's schema.
        world: where rows come from.
        seed: of the rows and of the study.
        request: the study but for its data set.
        fresh: rows to know the truth by.
        change: what is changed in the resolved study.
        engine: where it trains.
        to_the_choice: leave out ladders and files, which come after the choice and change nothing of it.
    """  # fmt: skip
    torch.set_num_threads(1)
    x, y = world.draw(seed, fresh)
    with tempfile.TemporaryDirectory(prefix="ridgeline-evidence-") as made:
        path = Path(made) / "rows.parquet"
        with Store.open(shutil.copytree(template, Path(made) / "data")) as store:
            facts = _stored(store, world, path, x[: world.rows], y[: world.rows])
            spec = StudySpec.model_validate({**request, "dataset": {"id": world.name, "target": "y"}, "seed": seed})
            study = change(resolve(spec, facts))
            study = study.model_copy(update={"plan": study.plan.model_copy(update={"cohort_lanes": COHORT_LANES})})
            study_id = store.studies.submit(spec, study)[0].id
            claim = store.claims.next("evidence", lease_seconds=3600)
            if claim is None:
                raise RuntimeError("the study that was submitted must be claimed but nothing was")
            ran = engine(study.training.epochs * study.training.steps_per_epoch)
            with _to_the_choice() if to_the_choice else nullcontext():
                StudyRun(store, claim, ran, Turns(1), Event(), locate=lambda _: path).run()
            trials = tuple(store.trials.of(study_id))
            verdict = store.verdicts.outcome(study_id).verdict
        opened = Table.open(path, facts)
        known = opened.dataset.model_copy(update={"rows": len(y)})
        drawn = Drawn(path, known, opened.roles, opened.task, x=x, y=y)
        yield Carried(study, path, drawn, trials, verdict, ran)


@contextmanager
def _to_the_choice() -> Iterator[None]:
    with (
        patch.object(final, "train_ladders", lambda *_, **__: ()),
        patch.object(final, "artifacts", lambda *_: ()),
    ):
        yield


def _stored(store: Store, world: World, path: Path, x: np.ndarray, y: np.ndarray) -> DatasetFacts:
    columns: dict[str, Any] = {f"x{place}": column for place, column in enumerate(x.T)}
    columns["y"] = y.astype(int).astype(str) if world.has_classes else y
    kept = tables.keep(pa.table(columns), path, tables.Limits(), dataset_id=f"{0:064x}", source=Source.UPLOAD)
    store.datasets.add(kept, world.name)
    named = NamedDataset(name=world.name, created_at="2026-01-01T00:00:00Z", dataset=kept)
    asked = KeptData(id=world.name, target="y")
    roles = roles_of(asked, named)
    kind = task_of(asked.task, roles, kept)
    return facts_of(world.name, kept, roles, kind, tables.count(path, kept, roles, kind))
