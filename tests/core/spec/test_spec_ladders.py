"""How many ladders there is room for, and how long they are: counted by hand."""

import pytest

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.final import most_work
from ridgeline.spec.ladders import LADDER_SHARE, ladder_plan, ladder_repeats, laddered, varied


@pytest.fixture
def study():
    def make(**asked):
        return resolve(StudySpec.model_validate({"dataset": "wine", **asked}), BUILT_IN["wine"])

    return make


def test_the_main_strength_varies_if_it_is_searched(study):
    asked = study(
        regularizers=[
            "l2",
            {"kind": "dropout", "rate": 0.5},
            {"kind": "elastic_net", "strength": 0.01},
            {"kind": "l1", "strength": [0.1, 0.2]},
            {"kind": "max_norm", "limit": [1, 2, 3]},
            "batch_norm",
            "early_stopping",
        ]
    )
    found = {own.kind: varied(own) for own in asked.regularizers}
    assert found == {
        "none": None,
        "l2": "strength",
        "dropout": None,
        "elastic_net": "l1_ratio",
        "l1": None,
        "max_norm": "limit",
        "batch_norm": None,
        "early_stopping": None,
    }
    assert laddered(asked) == ("l2", "elastic_net", "max_norm")
    assert laddered(study(mode="cocktail", regularizers=["l2", "dropout"])) == ()


@pytest.mark.parametrize(("folds", "repeats"), [(2, 3), (3, 2), (5, 1), (10, 1)])
def test_a_ladder_has_five_pairs_or_more(study, folds, repeats):
    assert ladder_repeats(study(evaluation={"folds": folds})) == repeats


@pytest.mark.parametrize(
    ("trained", "kinds", "expected"),
    [
        (23.9, 3, (0, 0, 0)),  # 11 settings: none and 10, and a ladder needs 8 + 3
        (24.0, 3, (1, 8, 12)),  # 12: none, 8 and 3 beyond
        (24.0, 0, (0, 0, 0)),
        (71.7, 5, (3, 8, 35)),  # 35: three ladders of 8; 10 are left to go on
        (71.7, 1, (1, 16, 23)),  # no more than 16 and twice 3
        (71.7, 2, (2, 11, 35)),  # 17 each, of which 6 beyond
    ],
)
def test_whole_ladders_first_then_longer_ones(study, trained, kinds, expected):
    plan = ladder_plan(study(), trained, kinds)
    assert (plan.kinds, plan.rungs, plan.settings) == expected
    assert plan.evaluations == plan.settings * 5
    assert plan.evaluations <= LADDER_SHARE * trained * 5


def test_they_are_part_of_the_most_that_a_final_trains(study):
    asked = {"regularizers": ["l1", "l2"]}
    most = most_work(study(**asked), 128)
    assert most.ladders == 5 * (1 + 2 * (16 + 6))
    assert most.evaluations == 5 * (5 * 2 + 5 * 10) + most.ladders + 2
    assert most_work(study(**asked, mode="cocktail"), 128).ladders == 0
