"""A study as an SQLite file of Optuna.

Optuna makes the file and its study.  The rows of trials are then written in one go by their documented columns:
through `Study.add_trials` a trial costs 35 ms, in memory or on disk, since each of its values is looked up before.
"""

import json
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import optuna
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.exceptions import ExperimentalWarning

from ridgeline.errors import NotReady, NoVerdict
from ridgeline.exports.distributions import distributions
from ridgeline.exports.parameters import Parameters, attributes
from ridgeline.spec.states import ENDED, TrialState
from ridgeline.spec.views import StudyView, TrialView
from ridgeline.store import Store, answers

STATES = {
    TrialState.WAITING: "RUNNING",
    TrialState.RUNNING: "RUNNING",
    TrialState.COMPLETE: "COMPLETE",
    TrialState.PRUNED: "PRUNED",
    TrialState.FAILED: "FAIL",
    TrialState.STOPPED: "FAIL",
}
"""What Optuna calls our states: nobody else will train what waits here, and what was stopped has no score."""
FINITE = "FINITE"
"""What Optuna's storage says of every score of ours."""

INSERTS = {
    "trials": "(trial_id, number, study_id, state, datetime_start, datetime_complete) VALUES (?, ?, ?, ?, ?, ?)",
    "trial_values": "(trial_id, objective, value, value_type) VALUES (?, 0, ?, ?)",
    "trial_params": "(trial_id, param_name, param_value, distribution_json) VALUES (?, ?, ?, ?)",
    "trial_intermediate_values": ("(trial_id, step, intermediate_value, intermediate_value_type) VALUES (?, ?, ?, ?)"),
    "trial_user_attributes": "(trial_id, key, value_json) VALUES (?, ?, ?)",
}
Rows = Iterator[tuple[str | int | float | None, ...]]


def write(store: Store, study_id: str, path: Path) -> None:
    """Write the file; there must be none yet.

    Args:
        path: seen from the current folder, without a character that means something in a URL.

    Raises:
        NotFound: there is no such study.
    """
    view = store.studies.get(study_id)
    trials = store.trials.of(study_id)
    parameters = Parameters(view.study)
    number = _make(view, dict(_of_study(store, view)), path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # a fresh file that nobody knows of
        connection.execute("BEGIN")
        for table, rows in _tables(parameters, trials, number).items():
            connection.executemany(f"INSERT INTO {table} {INSERTS[table]}", rows)
        connection.execute("COMMIT")


def _make(view: StudyView, told: dict[str, object], path: Path) -> int:
    """Let Optuna make its tables and the study; returns the number that it gave the study."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    study = optuna.create_study(
        storage=storage,
        study_name=f"{view.name} {view.id}",
        direction=view.study.objective.direction.value,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)  # of names of metrics
        study.set_metric_names([view.study.objective.metric.value])
    for name, value in told.items():
        study.set_user_attr(name, value)
    number = storage.get_study_id_from_name(study.study_name)
    storage.remove_session()
    storage.engine.dispose()
    return number


def _of_study(store: Store, view: StudyView) -> Iterator[tuple[str, object]]:
    """What there is to say of the study, as user attributes."""
    study = view.study
    yield "study_id", view.id
    yield "state", view.state.value
    yield "provisional", view.state not in ENDED
    yield "dataset", study.dataset.name
    yield "target", study.dataset.target
    yield "tags", view.tags
    yield "resolved", study.model_dump(mode="json")
    try:
        verdict = answers.verdict(store, view.id)
    except (NotReady, NoVerdict):
        return
    yield "recommended", verdict.recommended.model_dump(mode="json")
    yield "gain", verdict.gain.value
    yield "verdict", verdict.paragraph


def _tables(parameters: Parameters, trials: Iterable[TrialView], number: int) -> dict[str, Rows]:
    """The rows of each table; a trial's id is its number + 1."""
    kept = tuple(trials)
    found = distributions(parameters, kept)
    written = {name: distribution_to_json(one) for name, one in found.items()}

    def of_each(rows: Callable[[TrialView], Rows]) -> Rows:
        return ((trial.number + 1, *row) for trial in kept for row in rows(trial))

    def parameter_rows(trial: TrialView) -> Rows:
        for name, value in parameters.of(trial).items():
            yield name, _inside(found[name], value), written[name]

    return {
        "trials": of_each(
            lambda trial: iter(
                [(trial.number, number, STATES[trial.state], _utc(trial.started_at), _utc(trial.ended_at))]
            )
        ),
        "trial_values": of_each(lambda trial: ((score, FINITE) for score in _scores(trial))),
        "trial_params": of_each(parameter_rows),
        "trial_intermediate_values": of_each(
            lambda trial: (
                (parameters.study.plan.resource_of(rung.place)[0], rung.level, FINITE) for rung in trial.rungs
            )
        ),
        "trial_user_attributes": of_each(
            lambda trial: ((name, json.dumps(value)) for name, value in attributes(parameters.study, trial))
        ),
    }


def _scores(trial: TrialView) -> Iterator[float]:
    """The value of a trial: its score, or as Optuna has it, the last of one that was pruned, comparable with others."""
    if trial.score is not None:
        yield trial.score
    elif trial.state is TrialState.PRUNED and trial.rungs:
        yield trial.rungs[-1].level


def _inside(distribution: BaseDistribution, value: float | str) -> float:
    """As Optuna's storage holds it: a number, or the place of a choice."""
    return float(distribution.to_internal_repr(value))


def _utc(moment: datetime | None) -> str | None:
    """A time as Optuna's storage holds it."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
