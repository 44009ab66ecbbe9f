"""What an engine process runs: pure functions, so that a task that is run again gives the same."""

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.measures import Measure
from ridgeline.spec.views import Environment
from ridgeline_worker import portable, training
from ridgeline_worker.portable import Made, Model, NoProgram
from ridgeline_worker.training import (
    Cohort,
    Evaluation,
    FreshFold,
    HeldRows,
    Lane,
    LaneFit,
    LaneScore,
    LaneState,
    Problem,
    Watch,
    evaluate,
    fits,
    one_fast_thread,
    refuse_undefined_scores,
    wait_for,
)
from ridgeline_worker.training.network import Network

PROBLEMS_KEPT = 4
"""Problems that a process keeps for the next segment, each with all evaluations of a study."""
PARTS_KEPT = 2
"""Problems of some evaluations that it keeps: of a large table, less than twice the table."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of training: some lanes up to some step."""

    study: str
    """The resolved study as JSON."""
    table: str
    """Path of the stored table of its data set."""
    keep: frozenset[int]
    """Trials whose lanes go on; the others leave the matrix first."""
    until_step: int
    score: bool
    """Whether to score the lanes at the end."""
    prepared: tuple[Evaluation, ...] | None = None
    """Evaluations whose rows are prepared, those of the lanes among them; None: all of the study's search."""
    predicting: frozenset[Evaluation] = frozenset()
    """Evaluations whose predictions come with the scores; those of the refit bring their networks too."""
    measuring: tuple[Measure, ...] = ()
    """What comes with the scores besides."""
    watch: Watch | None = None
    """What is scored while they train; None: nothing."""
    fitted: frozenset[Evaluation] = frozenset()
    """Evaluations whose lanes tell at the end how they fit their training rows."""


@dataclass(frozen=True, slots=True)
class Report:
    """What travels back from a segment."""

    seconds: float
    """Without the preparation of rows, which the next segment finds done."""
    lane_steps: int
    scores: tuple[LaneScore, ...]
    curves: dict[int, tuple[LaneScore, ...]]
    """Scores of the watched lanes, by the epochs that they had trained."""
    fits: tuple[LaneFit, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """What a segment leaves where it ran, and what travels."""

    state: LaneState
    report: Report


Start = Trained | tuple[Lane, ...]
"""What some lanes train on from: their last segment, or nothing yet."""


def train(segment: Segment, *starts: Start) -> Trained:
    """Train the lanes of all starts together; the starts stay as they were."""
    with one_fast_thread():
        problem = _problem(segment, starts)
        started = time.perf_counter()
        begun = LaneState.join([_kept(problem, segment.keep, start) for start in starts])
        curves: dict[int, tuple[LaneScore, ...]] = {}

        def look(state: LaneState) -> None:
            epochs = state.steps // problem.steps_per_epoch
            if segment.watch is not None and segment.watch.looks_after(epochs):
                curves[epochs] = evaluate(problem, state, segment.watch)

        watched = segment.watch is not None and any(map(segment.watch.sees, begun.lanes))
        state = Cohort(problem, begun.lanes).train(begun, segment.until_step, look if watched else None)
        scores: tuple[LaneScore, ...] = ()
        fitted: tuple[LaneFit, ...] = ()
        if segment.score:
            keeping = [one for one in segment.predicting if one.repeat == REFIT_REPEAT]
            wanted, measuring = segment.predicting, segment.measuring
            scores = evaluate(problem, state, predicting=wanted, keeping=keeping, measuring=measuring)
            fitted = fits(problem, state, segment.fitted)
        wait_for(problem.device)
    lane_steps = (state.steps - begun.steps) * len(state.lanes)
    return Trained(state, Report(time.perf_counter() - started, lane_steps, scores, curves, fitted))


def report(trained: Trained) -> Report:
    """The part of a result that travels."""
    return trained.report


def check(study: str, table: str) -> None:
    """Deal the rows of a study and look at what each fold is scored with.

    Raises:
        Unusable: the study cannot run on these rows.
    """
    refuse_undefined_scores(ResolvedStudy.model_validate_json(study), Path(table))


def fresh_folds(study: str, table: str, evaluations: tuple[Evaluation, ...]) -> tuple[FreshFold, ...]:
    """Deal evaluations that are not of the search, and score the constant prediction on each."""
    return training.fresh_folds(_study(study), Path(table), evaluations)


def held_rows(study: str, table: str, evaluations: tuple[Evaluation, ...]) -> HeldRows:
    """The rows that evaluations are validated on."""
    return training.held_rows(_study(study), Path(table), evaluations)


def time_alone(study: str, table: str, lane: Lane) -> tuple[float, ...]:
    """Seconds that a lane takes to train by itself, measured several times."""
    with one_fast_thread():
        problem = _problem_of(study, table, (lane.evaluation,)).structured(_study(study), lane.structure)
        return training.training_seconds(problem, lane)


def files(study: str, table: str, study_id: str, setting: Setting, networks: tuple[Network, ...]) -> Made:
    """Weights and model file of what the refit has trained in a setting."""
    return portable.made(_study(study), Path(table), study_id, setting, networks)


def program(_study: str, _table: str, model: bytes) -> bytes | str:
    """The program of a model file, or why it has none."""
    try:
        return portable.program(Model(*portable.unpack(model)))
    except NoProgram as error:
        return str(error)


def forget() -> None:
    """Free what this process keeps for the next segment, for whoever goes on with other work."""
    for kept in (_whole_problem, _problem_of, _study):
        kept.cache_clear()


def _kept(problem: Problem, trials: frozenset[int], start: Start) -> LaneState:
    state = start.state if isinstance(start, Trained) else Cohort.begin(problem, start)
    return state if all(lane.trial in trials for lane in state.lanes) else state.keep(trials)


def environment(study: str, table: str) -> Environment:  # noqa: ARG001 - called as all tasks
    """What models are trained with here."""
    return training.environment(_device())


def _problem(segment: Segment, starts: tuple[Start, ...]) -> Problem:
    """What the lanes of these starts train on."""
    (structure,) = {lane.structure for start in starts for lane in _lanes(start)}
    if segment.prepared is None:
        whole = _whole_problem(segment.study, segment.table)
    else:
        whole = _problem_of(segment.study, segment.table, segment.prepared)
    return whole.structured(_study(segment.study), structure)


def _lanes(start: Start) -> tuple[Lane, ...]:
    return start.state.lanes if isinstance(start, Trained) else start


@lru_cache(maxsize=PROBLEMS_KEPT)
def _study(study: str) -> ResolvedStudy:
    return ResolvedStudy.model_validate_json(study)


@lru_cache(maxsize=PROBLEMS_KEPT)
def _whole_problem(study: str, table: str) -> Problem:
    return Problem.of(_study(study), Path(table), _device())


@lru_cache(maxsize=PARTS_KEPT)
def _problem_of(study: str, table: str, evaluations: tuple[Evaluation, ...]) -> Problem:
    return Problem.of(_study(study), Path(table), _device(), evaluations)


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
