"""Trials, written: a generation is added at once, a rung is decided at once.  The caller passed the fence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ridgeline.errors import NotFound
from ridgeline.spec import Setting
from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import Failure, RungView
from ridgeline.store.events import record
from ridgeline.store.summaries import view
from ridgeline.store.tables import NO_LOSS, studies, trials
from ridgeline.store.transitions import UNFINISHED


@dataclass(frozen=True)
class NewTrial:
    """A setting to be trained."""

    number: int
    setting: Setting
    origin: Origin
    generation: int
    bracket: int
    derived: dict[str, float]


@dataclass(frozen=True)
class RungResult:
    """What became of a trial at a rung; `running`: it goes on."""

    number: int
    rung: RungView | None  #: None where there is no new score, as after a failure
    state: TrialState
    failure: Failure | None
    read_off: dict[str, float] | None = None  #: strengths that its scores gave; None: as it was asked


def add(connection: Connection, study_id: str, new: Sequence[NewTrial], now: float) -> None:
    """Add trials that were asked together, all running."""
    if not new:
        return
    connection.execute(
        insert(trials),
        [
            {
                "study_id": study_id,
                "number": trial.number,
                "regularizer": trial.setting.regularizer,
                "strengths": trial.setting.strengths,
                "derived": trial.derived,
                "learning_rate": trial.setting.learning_rate,
                "origin": trial.origin,
                "generation": trial.generation,
                "bracket": trial.bracket,
                "state": TrialState.RUNNING,
                "loss": NO_LOSS,
                "rungs": [],
                "started_at": now,
            }
            for trial in new
        ],
    )
    numbers = [trial.number for trial in new]
    record(connection, study_id, now, "generation.started", {"generation": new[0].generation, "trials": numbers})


def decide(
    connection: Connection,
    study_id: str,
    direction: Direction,
    results: Sequence[RungResult],
    *,
    generation: int,
    rung: Rung,
    now: float,
) -> None:
    """Append each trial's score at a rung and set what it became."""
    numbers = [result.number for result in results]
    of_these = (trials.c.study_id == study_id, trials.c.number.in_(numbers))
    query = select(trials.c.number, trials.c.rungs, trials.c.strengths).where(*of_these)
    stored = {number: (rungs, strengths) for number, rungs, strengths in connection.execute(query)}
    missing = sorted(set(numbers) - stored.keys())
    if missing:
        raise NotFound("trial", missing[0])

    if results:
        written = update(trials).where(
            trials.c.study_id == bindparam("of_study"), trials.c.number == bindparam("of_number")
        )
        values = [_values(study_id, result, stored[result.number], direction, now) for result in results]
        connection.execute(written, values)
    done = sum(
        result.rung.place.model_epochs - _model_epochs(stored[result.number][0])
        for result in results
        if result.rung is not None
    )
    connection.execute(update(studies).where(studies.c.id == study_id).values(epochs_done=studies.c.epochs_done + done))
    record(connection, study_id, now, "rung.decided", _told(connection, study_id, generation, rung, results))


def _model_epochs(rungs: Sequence[dict[str, Any]]) -> int:
    """Epochs of all folds of a trial up to its newest rung."""
    return rungs[-1]["epochs"] * len(rungs[-1]["folds"]) if rungs else 0


def _values(
    study_id: str,
    result: RungResult,
    before: tuple[list[dict[str, Any]], dict[str, float]],
    direction: Direction,
    now: float,
) -> dict[str, Any]:
    rungs, strengths = before
    if result.rung is not None:
        rungs = [*rungs, result.rung.model_dump(mode="json", exclude_defaults=True)]
    score = rungs[-1]["score"] if result.state is TrialState.COMPLETE else None
    return {
        "of_study": study_id,
        "of_number": result.number,
        "state": result.state,
        "failure": None if result.failure is None else result.failure.model_dump(mode="json"),
        "strengths": strengths if result.read_off is None else result.read_off,
        "rungs": rungs,
        "score": score,
        "loss": NO_LOSS if score is None else direction.sign * score,
        "ended_at": None if result.state in UNFINISHED else now,
    }


def _told(
    connection: Connection, study_id: str, generation: int, rung: Rung, results: Sequence[RungResult]
) -> dict[str, Any]:
    """What the event says: the decision, the best so far and the counters."""
    study = view(connection, study_id)
    return {
        "generation": generation,
        "epochs": rung.epochs,
        "folds": rung.folds,
        "decided": {str(result.number): result.state for result in results},
        "best": None if study.best is None else study.best.model_dump(mode="json"),
        "trials": study.trials.model_dump(),
        "max_trials": study.max_trials,
        "seconds_left": study.seconds_left,
    }
