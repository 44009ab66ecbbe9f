"""A study as a table: a row a trial, a column a strength of each kind."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from ridgeline.kinds import CATALOGUE
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.resolved import Rung
from ridgeline.spec.views import TrialView

RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
"""What a text starts with that a spreadsheet may run as a formula."""


def csv_lines(study: ResolvedStudy, trials: Iterable[TrialView]) -> Iterator[bytes]:
    """The header, then a line a trial, in UTF-8; what a trial has no value for is empty."""
    names = columns(study)
    yield _line(names)
    for trial in trials:
        row = _row(study, trial)
        yield _line([_cell(row.get(name)) for name in names])


def columns(study: ResolvedStudy) -> tuple[str, ...]:
    """The columns of a study: every strength that it may have, and every rung, whether a trial is there or not."""
    kinds = {own.kind for own in study.regularizers} | ({study.baseline.kind} if study.baseline else set())
    strengths = [f"{kind}.{name}" for kind in CATALOGUE if kind in kinds for name in CATALOGUE[kind].bounds]
    return (
        "number",
        "state",
        "kind",
        *strengths,
        *(["weight_decay.rate"] if "weight_decay" in kinds else []),
        "learning_rate",
        "score",
        "standard_error",
        "epochs",
        "folds",
        "first_fold",
        "expected_score",
        *(_at(study, rung) for rung in study.plan.rungs),
        "failure",
        "failure_detail",
        "origin",
        "generation",
        "bracket",
        "started_at",
        "ended_at",
    )


def _row(study: ResolvedStudy, trial: TrialView) -> Mapping[str, object]:
    """What a trial says, by column."""
    derived = trial.derived
    if trial.regularizer != COCKTAIL:
        derived = {f"{trial.regularizer}.{name}": value for name, value in derived.items()}
    strengths = {f"{kind}.{name}": value for kind, own in trial.setting.kinds.items() for name, value in own.items()}
    return {
        "number": trial.number,
        "state": trial.state,
        "kind": trial.regularizer,
        **strengths,
        **derived,
        "learning_rate": trial.learning_rate,
        "score": trial.score,
        "standard_error": trial.standard_error,
        "epochs": trial.rungs[-1].epochs if trial.rungs else 0,
        "folds": len(trial.rungs[-1].folds) if trial.rungs else 0,
        "first_fold": trial.rungs[-1].first_fold if trial.rungs else None,
        "expected_score": trial.rungs[-1].expected if trial.rungs else None,
        **{_at(study, rung.place): rung.score for rung in trial.rungs},
        "failure": trial.failure and trial.failure.kind,
        "failure_detail": trial.failure and trial.failure.detail,
        "origin": trial.origin,
        "generation": trial.generation,
        "bracket": trial.bracket,
        "started_at": trial.started_at.isoformat(),
        "ended_at": trial.ended_at and trial.ended_at.isoformat(),
    }


def _at(study: ResolvedStudy, rung: Rung) -> str:
    return "score_at_{}_{}".format(*study.plan.resource_of(rung))


def _cell(value: object) -> object:
    """Numbers as they are, so that they read back bit for bit; a text that may be run gets a quotation mark before."""
    if isinstance(value, str) and value.startswith(RUN_BY_SPREADSHEETS):
        return f"'{value}"
    return value


def _line(cells: Iterable[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
