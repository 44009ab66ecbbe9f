"""Studies that train in no time: a trial's score is a formula of its setting."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from ridgeline.spec import BUILT_IN, ResolvedStudy, StudySpec, resolve
from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import RungView, TrialView
from ridgeline.store import NewTrial
from ridgeline_worker.search import decide, goal, next_generation

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _study(**asked: Any) -> ResolvedStudy:
    return resolve(StudySpec.model_validate({"dataset": "breast_cancer", **asked}), BUILT_IN["breast_cancer"])


def _view(new: NewTrial) -> TrialView:
    return _trial(
        number=new.number,
        regularizer=new.setting.regularizer,
        strengths=new.setting.strengths,
        learning_rate=new.setting.learning_rate,
        origin=new.origin,
        generation=new.generation,
        bracket=new.bracket,
        derived=new.derived,
    )


def _trial(**known: Any) -> TrialView:
    running: dict[str, Any] = {
        "number": 0,
        "regularizer": "l2",
        "strengths": {"strength": 1e-3},
        "derived": {},
        "learning_rate": 1e-3,
        "origin": Origin.SAMPLED,
        "generation": 0,
        "bracket": 0,
        "state": TrialState.RUNNING,
        "failure": None,
        "score": None,
        "standard_error": None,
        "rungs": (),
        "started_at": NOW,
        "ended_at": None,
    }
    return TrialView.model_validate(running | known)


def _score(trial: TrialView, trained: int) -> float:
    strength = next(iter(trial.strengths.values()), 1e-7)
    return (math.log10(strength) + 3) ** 2 / 10 + 0.01 * len(trial.regularizer) + 1 / trained


def _train(study: ResolvedStudy, new: Sequence[NewTrial], history: Sequence[TrialView]) -> list[TrialView]:
    live = [_view(one) for one in new]
    for rung in study.plan.rungs:
        for place, trial in enumerate(live):
            at = goal(study, trial, rung)
            if trial.state is TrialState.RUNNING and at in study.plan.brackets[trial.bracket].rungs:
                score = _score(trial, at.model_epochs)
                rungs = (*trial.rungs, RungView(epochs=at.epochs, score=score, folds=(score,) * at.folds))
                live[place] = trial.model_copy(update={"rungs": rungs})
        for number, state in decide(study, live, rung, history).items():
            place = number - new[0].number
            score_at_end = live[place].rungs[-1].score if state is TrialState.COMPLETE else None
            live[place] = live[place].model_copy(update={"state": state, "score": score_at_end})
    return live


def _search(study: ResolvedStudy, max_trials: int, trials: Sequence[TrialView] = ()) -> list[TrialView]:
    ended = list(trials)
    while new := next_generation(study, ended, max_trials):
        ended += _train(study, new, ended)
    return ended


@pytest.fixture(scope="session")
def study_of() -> Callable[..., ResolvedStudy]:
    """A study on breast_cancer, resolved."""
    return _study


@pytest.fixture(scope="session")
def trial_of() -> Callable[..., TrialView]:
    """A running trial, but for what is given."""
    return _trial


@pytest.fixture(scope="session")
def train() -> Callable[..., list[TrialView]]:
    """Train a generation to its end, deciding at each rung."""
    return _train


@pytest.fixture(scope="session")
def search() -> Callable[..., list[TrialView]]:
    """Go on with a search until nothing is left."""
    return _search
