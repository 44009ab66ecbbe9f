"""Cohorts of lanes, driven from rung to rung in segments that all studies take turns with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.measures import Measure
from ridgeline.spec.models import multiply_adds
from ridgeline.spec.plan import LANE_GROUP
from ridgeline.spec.states import FailureKind
from ridgeline.spec.views import Failure
from ridgeline_worker.engine import task
from ridgeline_worker.engine.engine import Engine, Future
from ridgeline_worker.engine.overdue import OVERDUE
from ridgeline_worker.engine.turns import Turns
from ridgeline_worker.training import Evaluation, Lane, LaneFit, LaneScore, Watch

SEGMENT_SECONDS = 2.0
"""Aim for the length of a segment: stop, pause and fairness act between segments."""
SMALL_COHORT_LANES = 16
"""Below it, a step costs about the same whatever the lanes."""
LARGE_COHORT_LANES = 32
"""A step of a larger cohort costs a lane little less."""
FIRST_PACE = 5e-10
"""Seconds a multiply-add, before the first segment has been timed."""


Told = TypeVar("Told", LaneScore, LaneFit)


@dataclass(eq=False)
class _Cohort:
    """Lanes that train together, and where they are."""

    lanes: tuple[Lane, ...]
    starts: tuple[Future | tuple[Lane, ...], ...]
    """Results of the last segments, or the lanes before the first."""
    prepared: tuple[Evaluation, ...] | None
    """Evaluations that its process prepares rows of; None: all of the search."""
    step: int = 0
    failure: Failure | None = None
    suspect: bool = False
    """Its process died twice; whether it is at fault shows when nothing else runs beside it."""

    @property
    def trials(self) -> frozenset[int]:
        """Trials with a lane here."""
        return frozenset(lane.trial for lane in self.lanes)

    @property
    def structure(self) -> frozenset[str]:
        """Static kinds that are on in all of its lanes."""
        return self.lanes[0].structure


@dataclass(frozen=True)
class _UnderWay:
    """A segment in the engine; the cohort stays where it was until the segment has answered."""

    cohort: _Cohort
    step: int
    trained: Future
    report: Future


@dataclass(frozen=True)
class Reached:
    """What the lanes of a race have come to at a rung."""

    scores: dict[int, tuple[LaneScore, ...]]
    """Scores of each trial's lanes, in the order of the evaluations; a trial is whatever number its lanes have."""
    curves: dict[int, dict[int, tuple[LaneScore, ...]]]
    """Of the watched ones: the same after each epoch that was looked at since their beginning."""
    failures: dict[int, Failure]
    """Trials whose cohort gave no result."""
    work: int
    """Multiply-adds since the rung before."""
    fits: dict[int, tuple[LaneFit, ...]] = field(default_factory=dict)
    """How lanes that were asked fit their training rows, likewise."""


@dataclass
class Race:
    """Lanes in cohorts of the planned size; those of one number, a trial or a contender, stay or leave together."""

    study: ResolvedStudy
    table: Path
    """The stored table of its data set."""
    engine: Engine
    turns: Turns
    between_segments: Callable[[], None]
    """Called before each segment; raises to leave the race."""
    watch: Watch | None = None
    """What is scored while they train; None: nothing."""
    measuring: tuple[Measure, ...] = ()
    """What comes with the scores at the end besides."""
    lane_steps: int = 0
    """Steps of all lanes so far."""
    work: int = 0
    """Multiply-adds of these steps."""
    _cohorts: list[_Cohort] = field(default_factory=list)
    _pace: float = FIRST_PACE
    _curves: dict[int, list[LaneScore]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._json = self.study.model_dump_json()

    def enter(self, lanes: Sequence[Lane]) -> None:
        """Cut lanes of the search into cohorts, neighbours together; of one evaluation each, where a table is large."""
        if self.study.plan.one_evaluation_a_cohort:
            self.enter_apart(lanes, 1)
        else:
            self._cut(lanes, None, self.engine.processes)

    def enter_apart(self, lanes: Sequence[Lane], evaluations: int) -> None:
        """Cut lanes into cohorts of at most so many evaluations each, whose rows alone are prepared for it."""
        asked = sorted({lane.evaluation for lane in lanes})
        chunks = -(-len(asked) // evaluations)
        for start in range(0, len(asked), evaluations):
            prepared = tuple(asked[start : start + evaluations])
            own = [lane for lane in lanes if lane.evaluation in prepared]
            self._cut(own, prepared, -(-self.engine.processes // chunks))

    def _cut(self, lanes: Sequence[Lane], prepared: tuple[Evaluation, ...] | None, processes: int) -> None:
        """Cut lanes into cohorts of one structure each, for so many processes."""
        alike: dict[frozenset[str], list[Lane]] = {}
        for lane in lanes:
            alike.setdefault(lane.structure, []).append(lane)
        for same in map(tuple, alike.values()):
            size = _even(len(same), self.study.plan.cohort_lanes, processes)
            for start in range(0, len(same), size):
                cut = same[start : start + size]
                self._cohorts.append(_Cohort(cut, (cut,), prepared))

    def run(
        self,
        trials: frozenset[int],
        epochs: int,
        *,
        predicting: frozenset[Evaluation] = frozenset(),
        fitted: frozenset[Evaluation] = frozenset(),
    ) -> Reached:
        """Train these trials up to an epoch, let all others leave, and score them.

        Args:
            predicting: evaluations whose predictions come with the scores.
            fitted: evaluations whose lanes tell how they fit their training rows.
        """  # fmt: skip
        until = epochs * self.study.training.steps_per_epoch
        self._cohorts = _regrouped(self._cohorts, trials, self.study.plan.cohort_lanes, self.engine.processes)
        ready, answers = list(self._cohorts), SimpleQueue[_UnderWay]()
        under_way, work_before = 0, self.work
        scores: list[LaneScore] = []
        fits: list[LaneFit] = []
        while ready or under_way:
            while ready:
                self.between_segments()
                cohort = ready.pop(0)
                places = self.turns.take(alone=cohort.suspect)
                self._start(cohort, until, places, answers, predicting=predicting, fitted=fitted)
                under_way += 1
            answered = answers.get()
            under_way -= 1
            report = self._outcome(answered)
            if report is not None:
                self.lane_steps += report.lane_steps
                self.work += report.lane_steps * self._lane_step_cost(answered.cohort)
                scores += report.scores
                fits += report.fits
                for epoch, seen in report.curves.items():
                    self._curves.setdefault(epoch, []).extend(seen)
            if answered.cohort.failure is None and answered.cohort.step < until:
                # rows of its own are prepared again for each change of the cohort, so this one goes on first
                ready.insert(len(ready) if answered.cohort.prepared is None else 0, answered.cohort)
        failures = {trial: cohort.failure for cohort in self._cohorts if cohort.failure for trial in cohort.trials}
        curves: dict[int, dict[int, tuple[LaneScore, ...]]] = {}
        for epoch in sorted(self._curves):
            for trial, lanes in _by_trial(self._curves[epoch], failures).items():
                curves.setdefault(trial, {})[epoch] = lanes
        return Reached(
            _by_trial(scores, failures), curves, failures, self.work - work_before, _by_trial(fits, failures)
        )

    def _start(
        self,
        cohort: _Cohort,
        until: int,
        places: int,
        answers: "SimpleQueue[_UnderWay]",
        *,
        predicting: frozenset[Evaluation],
        fitted: frozenset[Evaluation],
    ) -> None:
        affordable = SEGMENT_SECONDS / (self._pace * self._lane_step_cost(cohort) * len(cohort.lanes))
        step = min(until, cohort.step + max(1, int(affordable)))
        segment = task.Segment(
            self._json,
            str(self.table),
            cohort.trials,
            step,
            score=step == until,
            prepared=cohort.prepared,
            predicting=predicting,
            watch=self.watch,
            fitted=fitted,
            measuring=self.measuring,
        )
        trained = self.engine.submit(task.train, segment, *cohort.starts)
        under_way = _UnderWay(cohort, step, trained, self.engine.submit(task.report, trained))

        def answered(_: Any) -> None:
            self.turns.give_back(places)
            answers.put(under_way)

        under_way.report.add_done_callback(answered)

    def _outcome(self, done: _UnderWay) -> task.Report | None:
        """The report of a segment; where there is none, the cohort has failed and says why, or tries again alone.

        A process that dies takes along what waits in it: all of that is suspect, whichever study it is of.
        """
        cohort = done.cohort
        try:
            report: task.Report = done.report.result()
        except Exception as error:
            if isinstance(error, KilledWorker) and not cohort.suspect:
                cohort.suspect = True
            else:
                cohort.failure = _failure(error)
            return None
        cohort.starts, cohort.step, cohort.suspect = (done.trained,), done.step, False
        if report.lane_steps:
            self._pace = report.seconds / (report.lane_steps * self._lane_step_cost(cohort))
        return report

    def _lane_step_cost(self, cohort: _Cohort) -> int:
        return multiply_adds(self.study.layers_of(cohort.structure), self.study.training.batch_size)


def _even(lanes: int, most: int, processes: int) -> int:
    """Lanes of each cohort: as many for one as for the other, in whole groups.

    There are two cohorts a process, so that one waits ready while the other trains, one a process where two would be
    small, fewer where one would be; or as many for each as the most needs.  A score does not depend on the grouping, so
    that it may depend on the machine.
    """
    if lanes >= 2 * processes * LARGE_COHORT_LANES:
        cohorts = 2 * processes
    else:
        cohorts = min(processes, -(-lanes // SMALL_COHORT_LANES))
    if cohorts * most < lanes:
        cohorts = processes * -(-lanes // (processes * most))
    return min(most, LANE_GROUP * -(-lanes // (LANE_GROUP * cohorts)))


def _regrouped(cohorts: Sequence[_Cohort], trials: frozenset[int], most: int, processes: int) -> list[_Cohort]:
    """The cohorts with the lanes of these trials only; neighbours that have shrunk join, if they may.

    A step costs a cohort of a few lanes little less than one of 16; a score does not depend on the grouping.
    """
    stayed = []
    for cohort in cohorts:
        lanes = tuple(lane for lane in cohort.lanes if lane.trial in trials)
        if lanes and cohort.failure is None:
            stayed.append(_Cohort(lanes, cohort.starts, cohort.prepared, cohort.step))
    size = _even(sum(len(cohort.lanes) for cohort in stayed), most, processes) if stayed else 0
    joined: list[_Cohort] = []
    for cohort in stayed:
        last = joined[-1] if joined else None
        fits = last is not None and len(last.lanes) + len(cohort.lanes) <= size
        if last is not None and fits and _may_join(last, cohort):
            together = last.lanes + cohort.lanes
            joined[-1] = _Cohort(together, last.starts + cohort.starts, cohort.prepared, cohort.step)
        else:
            joined.append(cohort)
    return joined


def _may_join(one: _Cohort, other: _Cohort) -> bool:
    return (one.structure, one.prepared) == (other.structure, other.prepared)


def _failure(error: Exception) -> Failure:
    detail = f"{type(error).__name__}: {error}"
    if isinstance(error, FutureCancelledError) and error.reason == OVERDUE:
        return Failure(kind=FailureKind.TIMEOUT, detail=str(error.msg))
    if isinstance(error, KilledWorker):
        return Failure(kind=FailureKind.WORKER_LOST, detail=detail)
    if isinstance(error, MemoryError) or "memory" in str(error).lower():
        return Failure(kind=FailureKind.OUT_OF_MEMORY, detail=detail)
    return Failure(kind=FailureKind.ERROR, detail=detail)


def _by_trial(scores: Sequence[Told], failures: dict[int, Failure]) -> dict[int, tuple[Told, ...]]:
    """What lanes told, of the trials all of whose cohorts answered."""
    found: dict[int, list[Told]] = {}
    for score in sorted(scores, key=lambda score: (score.evaluation, score.trial)):
        if score.trial not in failures:
            found.setdefault(score.trial, []).append(score)
    return {trial: tuple(lanes) for trial, lanes in found.items()}
