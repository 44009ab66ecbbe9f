"""How far a study is, on a terminal and elsewhere."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from ridgeline.cli.progress import Bar, Lines
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.views import BestSoFar, FinalProgress, StudyView, TrialCounts

FINAL = FinalProgress(contenders=5, evaluations=120, evaluations_done=40)


def study(**changes: Any) -> StudyView:
    told = {
        "id": "1",
        "name": "iris",
        "tags": {},
        "state": "running",
        "phase": "search",
        "reason": None,
        "detail": None,
        "possible": (),
        "trials": TrialCounts(complete=3, pruned=1),
        "max_trials": 8,
        "running_seconds": 1.0,
        "seconds_left": 75.2,
        "queue_position": None,
        "best": BestSoFar(trial=2, regularizer="l2", strengths={"strength": 0.00123456}, score=0.25),
        "study": resolve(StudySpec(dataset="iris"), BUILT_IN["iris"]),
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
        "started_at": None,
        "ended_at": None,
    }
    return StudyView.model_validate({**told, **changes})


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=140, color_system=None)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_bar_tells_phase_trials_best_and_time_left(console) -> None:
    with Bar(console) as bar:
        bar.show(study())
    for told in ("search", "4/8", "best l2 strength 0.001235: log_loss 0.2500", "about 1:15 left"):
        assert told in shown(console)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "search  4/8 trials  best l2 strength 0.001235: log_loss 0.2500  about 1:15 left"),
        ({"state": "queued", "queue_position": 2, "best": None}, "queued (place 2)  4/8 trials"),
        ({"phase": "final", "final": FINAL, "best": None}, "final  40/120 models of 5 contenders  about 1:15 left"),
        (
            {"state": "stopping", "phase": "final", "final": FINAL, "best": None, "seconds_left": None},
            "stopping (final)  40/120 models of 5 contenders",
        ),
        ({"state": "stopped", "reason": "stop", "final": FINAL, "best": None}, "stopped (stop)  4/8 trials"),
        ({"state": "paused", "best": None}, "paused  4/8 trials"),
        ({"state": "completed", "reason": "budget", "best": None}, "completed (budget)  4/8 trials"),
    ],
)
def test_a_line_tells_the_same(console, changes, line) -> None:
    with Lines(console) as lines:
        lines.show(study(**changes))
    assert shown(console) == f"{line}\n"


def test_a_line_is_printed_only_when_it_says_something_new(console) -> None:
    with Lines(console) as lines:
        lines.show(study())
        lines.show(study(seconds_left=3.0))
        lines.show(study(trials=TrialCounts(complete=5)))
    assert shown(console).count("\n") == 2
