"""Stages of the final: lanes of contenders on fresh evaluations, trained to the last epoch and stored as one."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.measures import Measure
from ridgeline.spec.plan import PREPARED_NUMBERS
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import FinalProgress
from ridgeline.store import Stage
from ridgeline_worker.engine import Race, task
from ridgeline_worker.study_run.courses import Courses
from ridgeline_worker.study_run.leaving import AnswerWanted, Released
from ridgeline_worker.study_run.measuring import measured
from ridgeline_worker.study_run.packing import packed, unpacked
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, FreshFold, HeldRows, LaneScore, lanes_of
from ridgeline_worker.verdict import OutOfFold

MOST_PREDICTIONS = 4 * 2**20
"""Numbers predicted in the final that are kept for the correction of optimism: 32 MiB."""
TELL_SECONDS = 0.5
"""How often progress is told at most."""

Trained = Mapping[int, tuple[LaneScore, ...]]
"""By number, in the order of the evaluations; what failed is not there."""


class Stages:
    """The stages of one final."""

    def __init__(self, work: Work, settings: Mapping[int, Setting], progress: FinalProgress) -> None:
        """`settings`: of all contenders, by number."""
        self._work, self._study, self._settings = work, work.study, dict(settings)
        self._stored = work.store.finals.stages(work.claim.study_id)
        self._progress = progress
        self._done = 0
        self._race: Race | None = None
        self._is_optional = False
        self._told = (time.monotonic(), 0)
        self.work_unstored = 0
        """Multiply-adds since the last stage that was stored."""

    def plan(self, progress: FinalProgress) -> None:
        """Take on another plan; what is done stays."""
        self._progress = progress

    def run(
        self,
        name: str,
        numbers: Sequence[int],
        repeats: Sequence[int],
        *,
        predicting: Sequence[int] = (),
        measuring: Sequence[Measure] = (),
        watching: Sequence[int] = (),
    ) -> Stage:
        """Train these contenders on these repeats, unless that is stored.

        Args:
            predicting: repeats whose predictions are kept.
            measuring: what is told of each contender besides.
            watching: repeats whose training is looked at.

        Raises:
            Released: the study goes on later.
            BudgetRaised: its search does.
        """  # fmt: skip
        asked = self._evaluations(repeats)
        if name in self._stored:
            self._done += len(numbers) * len(asked)
            return self._stored[name]
        wanted = self._evaluations(predicting)
        courses = Courses(self._evaluations(watching), self._study.training.epochs)
        settings = {number: self._settings[number] for number in numbers}
        trained = self.train(self._study, settings, asked, wanted, courses, measuring=measuring)
        scores = {number: self._scores(trained.get(number), len(repeats)) for number in numbers}
        measures = measured(trained, measuring, self._study.evaluation.folds)
        predictions = self._predictions(trained, wanted, len(predicting)) if wanted else None
        return self._record(name, Stage(scores, predictions, courses.seen or None, measures))

    def once(self, name: str, make: Callable[[], Stage]) -> Stage:
        """What is found without lanes, unless that is stored.

        Raises:
            Released, BudgetRaised: as `run`.
        """
        if name not in self._stored:
            self._between_segments()
            self._stored[name] = self._record(name, make())
        return self._stored[name]

    def _record(self, name: str, stage: Stage) -> Stage:
        self._work.store.finals.record_stage(
            self._work.claim,
            name,
            stage,
            self._now(),
            running_seconds=self._work.running_seconds,
            work_done=self.work_unstored,
        )
        self.work_unstored = 0
        return stage

    def run_unless_wanted(
        self, name: str, settings: Mapping[int, Setting], repeats: Sequence[int], *, left: int
    ) -> Stage | None:
        """Train further settings, unless that is stored; None: the answer is wanted now, and nothing was stored.

        It is once `stop` was asked for, or `budget.max_seconds` are spent.

        Args:
            settings: by numbers that no contender has.
            left: models of stages after this one.

        Raises:
            Released, BudgetRaised: as `run`.
        """  # fmt: skip
        if name not in self._stored and self._is_answer_wanted():
            return None
        self._settings |= settings
        self.expect(len(settings) * len(self._evaluations(repeats)) + left)
        self._is_optional = True
        try:
            return self.run(name, tuple(settings), repeats)
        except AnswerWanted:
            self._leave_race()
            return None
        finally:
            self._is_optional = False

    def expect(self, left: int, **told: int) -> None:
        """Take on that so many models are left to train; `told`: what else of the progress is known now."""
        self._progress = self._progress.model_copy(update={"evaluations": self._done + left, **told})

    def train(
        self,
        study: ResolvedStudy,
        settings: Mapping[int, Setting],
        asked: Sequence[Evaluation],
        predicting: Sequence[Evaluation] = (),
        courses: Courses | None = None,
        *,
        measuring: Sequence[Measure] = (),
    ) -> Trained:
        """Train lanes to the last epoch.

        Contenders share cohorts, so one whose lanes break theirs takes the others along: what failed trains once more,
        each contender by itself.

        Args:
            courses: evaluations that are looked at; takes in what was seen.
            measuring: what is told of each lane besides.
        """  # fmt: skip
        looked = courses or Courses((), study.training.epochs)
        trained: dict[int, tuple[LaneScore, ...]] = {}
        for together in (settings, *({number: setting} for number, setting in settings.items())):
            missing = {number: setting for number, setting in together.items() if number not in trained}
            if not missing:
                continue
            race = self._race = self._work.race(study, self._between_segments, looked.watch)
            race.measuring = tuple(measuring)
            race.enter_apart(lanes_of(study, missing.items(), asked), _at_once(study, len(missing)))
            reached = race.run(
                frozenset(missing),
                study.training.epochs,
                predicting=frozenset(predicting),
                fitted=frozenset(looked.evaluations),
            )
            trained |= reached.scores
            looked.add(reached)
            self._race = None
            self.work_unstored += reached.work
            for number, failure in sorted(reached.failures.items()):
                self._work.log.warning("contender.failed", number=number, kind=failure.kind, detail=failure.detail)
        self._done += len(settings) * len(asked)
        return trained

    def kept(self, repeats: Sequence[int], numbers_a_repeat: int) -> tuple[int, ...]:
        """As many repeats as have a moderate number of predictions together."""
        return tuple(repeats[: MOST_PREDICTIONS // numbers_a_repeat])

    def out_of_fold(self, stage: Stage, repeats: Sequence[int]) -> OutOfFold | None:
        """The predictions that a stage has kept, with the rows that they are for; None: it has kept none."""
        kept = {} if stage.predictions is None else unpacked(stage.predictions)
        if not kept:
            return None
        count = len(next(iter(kept.values())))
        held: HeldRows = self._work.ask(task.held_rows, self._evaluations(repeats[:count]))
        return OutOfFold(held.targets, held.weights, kept, held.units)

    def finish(self) -> None:
        """Tell that nothing is left to train."""
        self._progress = self._progress.model_copy(update={"evaluations": self._done})
        self._tell()

    def _tell(self) -> None:
        now = self._now()
        self._told = time.monotonic(), now.evaluations_done
        self._work.store.finals.progress(self._work.claim, now, running_seconds=self._work.running_seconds)

    def _evaluations(self, repeats: Sequence[int]) -> tuple[Evaluation, ...]:
        return tuple(Evaluation(repeat, fold) for repeat in repeats for fold in range(self._study.evaluation.folds))

    def _between_segments(self) -> None:
        """Obey the user and the worker's own end; who asked for the answer now gets it at the end of the final."""
        if self._work.leaving.is_set():
            raise Released
        state = self._work.store.finals.check(self._work.claim)
        if state is StudyState.PAUSED:
            raise Released
        if state is StudyState.STOPPING and self._is_optional:
            raise AnswerWanted
        at, done = self._told
        if time.monotonic() - at >= TELL_SECONDS and self._now().evaluations_done != done:
            self._tell()

    def _is_answer_wanted(self) -> bool:
        limit = self._study.budget.max_seconds
        if limit is not None and self._work.running_seconds >= limit:
            return True
        return self._work.store.finals.check(self._work.claim) is StudyState.STOPPING

    def _leave_race(self) -> None:
        """Count what was trained in vain."""
        if self._race is not None:
            self.work_unstored += self._race.work
            self._race = None

    def _now(self) -> FinalProgress:
        training = self._study.training
        steps = 0 if self._race is None else self._race.lane_steps
        done = self._done + steps // (training.epochs * training.steps_per_epoch)
        return self._progress.model_copy(update={"evaluations_done": min(done, self._progress.evaluations)})

    def _scores(self, lanes: Sequence[LaneScore] | None, repeats: int) -> list[list[float | None]]:
        folds = self._study.evaluation.folds
        found: list[float | None] = [None] * (repeats * folds) if lanes is None else [lane.score for lane in lanes]
        return [found[start : start + folds] for start in range(0, len(found), folds)]

    def _predictions(self, trained: Trained, wanted: tuple[Evaluation, ...], repeats: int) -> bytes | None:
        """The predictions of all contenders that have them for each of these evaluations, as `OutOfFold` takes them."""
        held: HeldRows = self._work.ask(task.held_rows, wanted)
        kept = {}
        for number, lanes in trained.items():
            found = [lane.predictions for lane in lanes if lane.evaluation in held.positions]
            there = [values for values in found if values is not None]
            if len(there) < len(wanted):
                continue
            own = np.full((repeats, len(held.rows), *there[0].shape[1:]), np.nan)
            places = {repeat: place for place, repeat in enumerate(dict.fromkeys(e.repeat for e in wanted))}
            for evaluation, values in zip(wanted, there, strict=True):
                own[places[evaluation.repeat], held.positions[evaluation]] = values
            kept[number] = own
        return packed(kept) if kept else None


def scorable(folds: Sequence[FreshFold]) -> tuple[int, ...]:
    """The repeats all of whose folds can be scored."""
    found: dict[int, bool] = {}
    for fold in folds:
        repeat = fold.evaluation.repeat
        found[repeat] = found.get(repeat, True) and fold.constant_score is not None
    return tuple(repeat for repeat, can_be in found.items() if can_be)


def _at_once(study: ResolvedStudy, contenders: int) -> int:
    """Evaluations of a cohort: as many as fill it, if their rows may be prepared together."""
    if study.plan.one_evaluation_a_cohort:
        return 1
    rows = PREPARED_NUMBERS // (study.dataset.rows * study.dataset.inputs.width)
    return max(1, min(study.plan.cohort_lanes // contenders, rows))
