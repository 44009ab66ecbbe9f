"""What a score on some folds lets expect on all."""

import pytest

from ridgeline.spec.states import Origin
from ridgeline_worker.search import with_expected

NONE = (1.0, 2.0, 3.0, 4.0, 5.0)


@pytest.fixture
def none(trial_of):
    return trial_of(origin=Origin.NONE, rungs=[{"epochs": 50, "score": 3.0, "folds": NONE}])


@pytest.fixture
def on_two(trial_of):
    """Half a unit better than none on the last fold and the first, whose mean is that of all folds."""
    return trial_of(number=7, rungs=[{"epochs": 50, "score": 2.5, "folds": (4.5, 0.5), "first_fold": 4}])


def test_it_is_the_score_and_by_how_much_all_folds_are_harder_than_these(study_of, none, on_two):
    for others, scored in (([none], {7: on_two}), ([], {0: none, 7: on_two})):
        assert with_expected(study_of(), scored, others)[7].rungs[-1].level == pytest.approx(2.5)
    hard = on_two.model_copy(update={"rungs": (on_two.rungs[0].model_copy(update={"first_fold": 3}),)})
    found = with_expected(study_of(), {7: hard}, [none])[7].rungs[-1]
    assert found.level == found.expected == pytest.approx(2.5 + 3.0 - 4.5)


def test_one_that_failed_on_a_fold_decides_nothing_and_order_is_of_no_account(study_of, trial_of, none, on_two):
    whole = [none, *(trial_of(number=n, rungs=[{"epochs": 50, "score": 3.0, "folds": NONE}]) for n in (1, 2))]
    failed = (1.0, 2.0, 3.0, 4.0, 90.0)
    whole.append(trial_of(number=3, rungs=[{"epochs": 50, "score": 20.0, "folds": failed}]))
    one, other = (with_expected(study_of(), {7: on_two}, told)[7] for told in (whole, whole[::-1]))
    assert one == other
    assert one.rungs[-1].expected == pytest.approx(2.5)


def test_a_score_on_all_folds_is_what_it_is(study_of, none):
    assert with_expected(study_of(), {0: none}, ()) == {0: none}


def test_where_none_has_no_scores_others_tell(study_of, trial_of, none, on_two):
    unscored = none.model_copy(update={"rungs": ()})
    (found,) = with_expected(study_of(), {7: on_two}, [unscored]).values()
    assert (found.rungs[-1].expected, found.rungs[-1].level) == (None, 2.5)
    other = trial_of(number=1, rungs=[{"epochs": 50, "score": 3.5, "folds": (1.0, 2.0, 3.0, 4.0, 7.5)}])
    assert with_expected(study_of(), {7: on_two}, [unscored, other])[7].rungs[-1].expected == pytest.approx(1.75)
