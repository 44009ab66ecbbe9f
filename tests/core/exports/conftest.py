"""A study whose trials have come to every end that there is, with made-up scores."""

from collections.abc import Callable
from typing import Any

import pytest

from ridgeline.spec import BUILT_IN, Setting, StudySpec, resolve
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import EndReason, FailureKind, Origin, StudyState, TrialState
from ridgeline.spec.views import Failure, RungView
from ridgeline.store import NewTrial, RungResult, Store

SPEC: dict[str, Any] = {
    "dataset": "iris",
    "name": "=iris",
    "regularizers": ["none", "l2", {"kind": "dropout", "rate": [0.2, 0.5]}],
    "baseline": {"kind": "l2", "strength": 3.0},
    "evaluation": {"folds": 3},
    "training": {"epochs": 9},
    "budget": {"max_trials": 16},
}
RUNGS = (Rung(epochs=9, folds=1), Rung(epochs=9, folds=3))
Made = tuple[str, dict[str, float], Origin, TrialState, float]
TRIALS: tuple[Made, ...] = (
    ("none", {}, Origin.NONE, TrialState.COMPLETE, 0.5),
    ("l2", {"strength": 3.0}, Origin.BASELINE, TrialState.COMPLETE, 0.6),
    ("l2", {"strength": 0.01}, Origin.SAMPLED, TrialState.COMPLETE, 0.1 + 0.2),
    ("dropout", {"rate": 0.5}, Origin.SAMPLED, TrialState.PRUNED, 0.7),
    ("l2", {"strength": 0.9}, Origin.SAMPLED, TrialState.FAILED, 0.0),
    ("dropout", {"rate": 0.2}, Origin.SAMPLED, TrialState.RUNNING, 0.4),
)


@pytest.fixture
def studied(store: Store) -> Callable[..., str]:
    """Store a study with these trials; it goes on unless it is to end."""

    def make(trials: tuple[Made, ...] = TRIALS, *, ended: bool = True, **changed: Any) -> str:
        spec = StudySpec.model_validate(SPEC | changed)
        view, _ = store.studies.submit(spec, resolve(spec, BUILT_IN["iris"]))
        claim = store.claims.next("test", lease_seconds=60)
        assert claim is not None
        assert claim.study_id == view.id
        new = [
            NewTrial(n, Setting(regularizer=kind, strengths=strengths, learning_rate=0.001), origin, 0, 0, {})
            for n, (kind, strengths, origin, _, _) in enumerate(trials)
        ]
        store.claims.add_generation(claim, new)
        for rung in RUNGS:
            results = [result for n, made in enumerate(trials) for result in _at(n, made, rung)]
            if results:
                store.claims.record_rung(claim, 0, rung, results, running_seconds=1.0, work_done=1)
        if ended:
            store.claims.settle(claim, StudyState.COMPLETED, EndReason.BUDGET, running_seconds=2.0)
        return view.id

    return make


def _at(number: int, made: Made, at: Rung) -> list[RungResult]:
    """What becomes of a trial at a rung; the first is of a fold that is harder than all, by a quarter."""
    state, score = made[3], made[4]
    if state is TrialState.FAILED and at == RUNGS[0]:
        failure = Failure(kind=FailureKind.ERROR, detail='=HYPERLINK("http://example.org")')
        return [RungResult(number, None, state, failure)]
    if at == RUNGS[0]:
        rung = RungView(epochs=at.epochs, score=score + 0.25, folds=(score + 0.25,), first_fold=1, expected=score)
    else:
        rung = RungView(epochs=at.epochs, score=score, folds=(score - 0.1, score, score + 0.1))
    if at == RUNGS[0] and state is not TrialState.FAILED:
        return [RungResult(number, rung, state if state is TrialState.PRUNED else TrialState.RUNNING, None)]
    return [RungResult(number, rung, state, None)] if at == RUNGS[1] and state is TrialState.COMPLETE else []
