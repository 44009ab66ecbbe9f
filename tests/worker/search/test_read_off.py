"""What is read off the scores of each epoch."""

import pytest

from ridgeline.spec.metrics import Direction
from ridgeline_worker.search import best_epoch, next_generation, rung_read_off

CURVE = {1: (0.5, 0.7), 2: (0.3, 0.5), 3: (0.2, 0.6), 4: (0.1, None), 5: (0.6, 0.6)}


def test_the_best_mean_over_folds_counts_and_the_earliest_of_equals():
    assert best_epoch(CURVE, Direction.MINIMIZE) == 2
    assert best_epoch(CURVE, Direction.MAXIMIZE) == 1


def test_an_epoch_that_is_not_finite_on_all_folds_is_never_the_best():
    assert best_epoch({4: CURVE[4]}, Direction.MINIMIZE) is None
    assert rung_read_off({4: CURVE[4]}, 0, Direction.MINIMIZE) is None
    assert best_epoch({}, Direction.MINIMIZE) is None


def test_a_rung_has_the_best_score_so_far_and_the_epochs_since_the_rung_before():
    rung = rung_read_off(CURVE, 2, Direction.MINIMIZE)
    assert (rung.epochs, rung.score, rung.folds) == (5, pytest.approx(0.4), (0.3, 0.5))
    assert [(one.epochs, one.score) for one in rung.curve] == [(3, pytest.approx(0.4)), (4, None), (5, 0.6)]
    assert [one.standard_error for one in rung.curve] == [pytest.approx(0.2), None, 0.0]


def test_it_is_one_trial_a_learning_rate_which_is_not_asked_again_once_it_has_its_strength(study_of, trial_of):
    study = study_of(regularizers=["early_stopping"], training={"learning_rate": [0.01, 0.1]})
    new = next_generation(study, [], 8)
    assert [(one.setting.regularizer, one.origin, one.setting.strengths) for one in new] == [
        ("none", "none", {}),
        ("none", "none", {}),
        ("early_stopping", "read_off", {}),
        ("early_stopping", "read_off", {}),
    ]
    ended = [
        trial_of(
            number=one.number,
            regularizer=one.setting.regularizer,
            learning_rate=one.setting.learning_rate,
            strengths={"epochs": 7} if one.origin == "read_off" else {},
            origin=one.origin,
            state="complete",
        )
        for one in new
    ]
    assert next_generation(study, ended, 64) == ()


def test_a_list_or_a_range_of_epochs_is_searched_as_any_other(study_of, search):
    for asked in ([5, 10, 20], {"low": 10, "high": 12}):
        study = study_of(regularizers=[{"kind": "early_stopping", "epochs": asked}])
        stops = sorted(trial.strengths["epochs"] for trial in search(study, 8)[1:])
        assert stops == ([5, 10, 20] if isinstance(asked, list) else [10, 11, 12])
