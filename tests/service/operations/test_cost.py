"""The cost of a study, counted by hand."""

import pytest

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline_service.operations.cost import estimate


def cost(rate=None, **study):
    spec = StudySpec.model_validate({"dataset": "iris", **study})
    return estimate(resolve(spec, BUILT_IN["iris"]), rate)


def test_work_is_trials_times_folds_times_steps_times_products():
    told = cost(
        model="linear",
        regularizers=["l2"],
        budget={"max_trials": 10},
        evaluation={"folds": 5, "repeats": 2, "final_repeats": 0},
        training={"epochs": 3, "batch_size": 32},
    )
    steps = 3 * 3  # epochs x ceil(96 / 32): 150 rows, 120 beside the test part, 96 in training
    assert told.trials == 10
    assert told.evaluations == 100
    assert told.lane_steps == 100 * steps
    assert told.multiply_adds == 100 * steps * 2 * 32 * 4 * 3  # a forward product and one of the backward pass


def test_the_largest_structure_counts():
    asked = {"always": ["skip"], "model": {"kind": "mlp", "hidden": [8, 8]}, "training": {"batch_size": 32}}
    plain, doubled = (
        cost(regularizers=[kind], budget={"max_trials": 2}, **asked) for kind in ("batch_norm", "shake_shake")
    )
    assert doubled.evaluations == plain.evaluations
    steps = 50 * 3
    assert doubled.multiply_adds - plain.multiply_adds == plain.evaluations * steps * 32 * 8 * 8 * 3


def test_the_final_trains_at_most_as_many_models_as_the_search_and_its_ladders_half_as_many():
    """Two kinds: none and two contenders of each, on two repeats; what is left of 60 x 5 models goes to finalists."""
    asked = {"regularizers": ["l2", "dropout"], "budget": {"max_trials": 60}}
    with_final = cost(rate=1e6, **asked)
    without = cost(rate=1e6, **asked, evaluation={"final_repeats": 0})
    final = with_final.final
    assert without.final is None
    assert (final.contenders, final.finalists) == (5, 5)  # (60 x 5 - 5 x 2 x 5) / (5 x 10)
    assert final.ladders == 29 * 5  # of 30 settings that half of the search is: none, two ladders of 8, 6 beyond each
    assert final.evaluations == 5 * 2 * 5 + 5 * 10 * 5 + final.ladders + 2
    assert final.lane_steps == final.evaluations * 50 * 2
    assert with_final.evaluations == without.evaluations + final.evaluations
    assert with_final.multiply_adds == without.multiply_adds + final.multiply_adds
    assert with_final.seconds == pytest.approx(without.seconds + final.seconds)
    assert final.seconds == pytest.approx(final.multiply_adds / 1e6)


def test_a_short_search_still_lets_none_and_one_more_go_on():
    final = cost(regularizers=["l2"], budget={"max_trials": 3}, evaluation={"final_repeats": 3}).final
    assert (final.contenders, final.finalists) == (3, 2)
    assert final.evaluations == 3 * 2 * 5 + 2 * 3 * 5 + 2


def test_seconds_follow_from_the_rate():
    told = cost(rate=1e6)
    assert told.seconds == pytest.approx(told.multiply_adds / 1e6)
    assert cost(rate=None).seconds is None


@pytest.mark.parametrize(
    ("study", "trials"),
    [
        ({"regularizers": ["l2"]}, 128),
        ({"regularizers": ["none"]}, 1),
        ({"regularizers": [{"kind": "l2", "strength": [0.1, 0.2, 0.2]}]}, 1 + 2),
        ({"regularizers": [{"kind": "l2", "strength": 0.1}], "baseline": {"kind": "dropout", "rate": 0.3}}, 3),
        ({"regularizers": ["l2"], "sampler": {"kind": "grid", "points": 5}}, 1 + 5),
        ({"regularizers": ["elastic_net"], "sampler": {"kind": "grid", "points": 5}}, 1 + 25),
        ({"regularizers": ["l2"], "sampler": "grid", "training": {"learning_rate": [0.1, 0.01]}}, 2 * (1 + 8)),
        (
            {"regularizers": [{"kind": "elastic_net", "strength": [0.1, 0.2], "l1_ratio": [0.3, 0.5, 0.7]}]},
            1 + 6,
        ),
    ],
)
def test_a_small_grid_costs_less_than_the_budget(study, trials):
    assert cost(**study).trials == trials


def test_training_seconds_add_the_timings_of_each_finalist():
    asked = {"regularizers": ["l2", "dropout"], "budget": {"max_trials": 60}}
    plain, timed = (cost(rate=1e6, **asked, objective=each) for each in ({}, {"second": "training_seconds"}))
    assert timed.final.seconds - plain.final.seconds == pytest.approx(5 * 11 * 0.15)  # 9 timings and a start like two
    assert timed.seconds - plain.seconds == pytest.approx(5 * 11 * 0.15)
    assert timed.evaluations == plain.evaluations
