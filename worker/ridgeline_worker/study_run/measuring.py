"""What the final tells of its contenders beside their scores: of the same lanes, and of training alone by the clock."""

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ridgeline.spec import Setting
from ridgeline.spec.measures import Measure
from ridgeline.store import Stage
from ridgeline_worker.engine import task
from ridgeline_worker.study_run.leaving import Released
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, LaneScore, lanes_of
from ridgeline_worker.verdict.evidence import Measured

LARGEST = 1e100
"""A measure beyond this is not told: its square must be finite for a standard error."""


def measured(
    trained: Mapping[int, Sequence[LaneScore]], wanted: Sequence[Measure], folds: int
) -> dict[str, dict[int, list[list[float | None]]]]:
    """By measure and contender: repeats of folds, as a stage keeps them; None where a lane has no score."""

    def told(measure: Measure) -> dict[int, list[list[float | None]]]:
        return {number: _folded([_value(lane, measure) for lane in lanes], folds) for number, lanes in trained.items()}

    return {measure.value: told(measure) for measure in wanted if not measure.is_timed}


def _value(lane: LaneScore, measure: Measure) -> float | None:
    found = None if lane.measures is None else lane.measures.get(measure)
    return found if found is not None and abs(found) <= LARGEST else None


def _folded(values: Sequence[float | None], folds: int) -> list[list[float | None]]:
    return [list(values[start : start + folds]) for start in range(0, len(values), folds)]


def timing_name(number: int) -> str:
    """The stage of a contender's timings: each is stored by itself, so that none is measured again."""
    return f"timing {number}"


def timed(work: Work, number: int, setting: Setting, evaluation: Evaluation) -> Stage:
    """Train a contender alone by the clock, while nothing else runs in the engine; what fails gives no seconds.

    Raises:
        Released: the worker leaves, and the engine with it.
    """
    (lane,) = lanes_of(work.study, [(number, setting)], [evaluation])
    seconds: Sequence[float | None]
    try:
        seconds = work.ask(task.time_alone, lane, alone=True)
    except Exception as error:  # whatever the model raises by itself; the verdict does without
        if work.leaving.is_set():
            raise Released from error
        work.log.warning("contender.not_timed", number=number, detail=f"{type(error).__name__}: {error}")
        seconds = [None]
    return Stage({number: [list(seconds)]})


def evidence(final: Stage, timings: Iterable[Stage]) -> Measured:
    """What stages tell besides, as a verdict takes it."""
    found = {Measure(name): _arrays(told) for name, told in final.measures.items()}
    of_time = {number: one for stage in timings for number, one in _arrays(stage.scores).items()}
    return found | ({Measure.TRAINING_SECONDS: of_time} if of_time else {})


def _arrays(told: Mapping[int, Sequence[Sequence[float | None]]]) -> dict[int, np.ndarray]:
    return {
        number: np.array([[math.nan if value is None else value for value in repeat] for repeat in repeats])
        for number, repeats in told.items()
    }
