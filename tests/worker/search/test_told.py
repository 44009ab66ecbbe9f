import math

import pytest
from optuna.trial import TrialState as Optuna

from ridgeline.spec.metrics import Direction
from ridgeline_worker.search import next_generation, told
from ridgeline_worker.search.space import space_of

FAILED = {"state": "failed", "score": None}


@pytest.fixture
def space(study_of):
    study = study_of(regularizers=["l2"])
    return space_of(study.regularizers[1], study.training.learning_rates)


@pytest.fixture
def trials(trial_of):
    def rungs(*scores):
        return [
            {"epochs": epochs, "score": score, "folds": [score]}
            for epochs, score in zip((17, 50), scores, strict=False)
        ]

    return [
        trial_of(number=0, state="complete", score=0.3, rungs=rungs(0.5, 0.3)),
        trial_of(number=1, state="complete", score=0.4, rungs=rungs(0.5, 0.4)),
        trial_of(number=2, state="pruned", rungs=rungs(0.8)),
        trial_of(number=3, **FAILED, failure={"kind": "diverged", "detail": "loss is not finite"}),
        trial_of(number=4, **FAILED, failure={"kind": "worker_lost", "detail": "its process died twice"}),
        trial_of(number=5, state="stopped"),
    ]


def test_a_diverged_trial_is_pruned_without_a_score_and_a_lost_or_stopped_one_says_nothing(trials, space):
    frozen = told.by_state(trials, space, Direction.MINIMIZE)
    states = [Optuna.COMPLETE, Optuna.COMPLETE, Optuna.PRUNED, Optuna.PRUNED, Optuna.FAIL, Optuna.FAIL]
    assert [one.state for one in frozen] == states
    assert [one.intermediate_values for one in frozen[2:4]] == [{17: 0.8}, {}]


def test_scores_to_maximize_become_losses(trials, space):
    frozen = told.by_state(trials, space, Direction.MAXIMIZE)
    assert frozen[0].value == -0.3
    assert frozen[2].intermediate_values == {17: -0.8}


def test_a_gaussian_process_hears_of_pruned_and_diverged_trials_too(trials, space):
    frozen = told.as_losses(trials, space, Direction.MINIMIZE)
    pruned = 0.8 - 0.15  # the complete ones fell by 0.2 and 0.1 after that rung
    diverged = pruned + 0.1 * (pruned - 0.3)
    assert [one.value for one in frozen[:4]] == pytest.approx([0.3, 0.4, pruned, diverged])
    assert [one.state for one in frozen[4:]] == [Optuna.FAIL, Optuna.FAIL]


def test_a_gaussian_process_for_a_metric_to_maximize_ranks_diverged_trials_last(trials, space):
    frozen = told.as_losses(trials, space, Direction.MAXIMIZE)
    assert frozen[3].value > max(one.value for one in frozen[:3])


def test_only_diverged_trials_tell_a_gaussian_process_nothing(trials, space):
    (frozen,) = told.as_losses(trials[3:4], space, Direction.MINIMIZE)
    assert frozen.state is Optuna.FAIL


def test_a_sampler_stays_away_from_where_trials_diverge(study_of, train):
    study = study_of(
        regularizers=[{"kind": "l2", "strength": {"low": 1e-6, "high": 1.0, "log": True}}],
        pruner="none",
        budget={"max_trials": 96},
    )
    trials = []
    while new := next_generation(study, trials, 96):
        trials += [
            type(trial).model_validate(trial.model_dump() | FAILED | {"failure": {"kind": "diverged", "detail": "nan"}})
            if trial.strengths and trial.strengths["strength"] > 1e-2
            else trial
            for trial in train(study, new, trials)
        ]
    late = [math.log10(trial.strengths["strength"]) for trial in trials[-40:]]
    assert sum(place > -2 for place in late) <= 4
