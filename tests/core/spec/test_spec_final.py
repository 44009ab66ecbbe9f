"""How much a final trains."""

import pytest

from ridgeline.errors import Invalid
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.final import final_work, most_work, room


@pytest.fixture
def study():
    def make(**asked):
        return resolve(StudySpec.model_validate({"dataset": "wine", **asked}), BUILT_IN["wine"])

    return make


@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize("trained", [40.0, 57.3, 128.0])
def test_what_goes_on_trains_no_more_than_the_search_did(study, trained, repeats):
    asked = study(evaluation={"test_fraction": 0, "repeats": repeats, "final_repeats": 5})
    finalists = room(asked, trained, contenders=7)
    searched = trained * asked.evaluations_per_trial
    trains, would_train = (final_work(asked, 7, count).evaluations - 1 for count in (finalists, finalists + 1))
    assert trains <= searched < would_train  # but for the refit


def test_none_and_another_go_on_however_short_the_search(study):
    assert room(study(), 2.0, contenders=11) == 2


def test_the_most_that_it_trains_is_what_is_told_before(study):
    asked = study(regularizers=["l1", "l2"], baseline={"kind": "dropout", "rate": 0.5})
    most = most_work(asked, 128)
    assert (most.contenders, most.finalists) == (6, 6)
    assert most.evaluations == 6 * 2 * 5 + 6 * 10 * 5 + most.ladders + 2
    assert most_work(study(evaluation={"final_repeats": 0}), 128) is None


def test_the_most_holds_without_screening_too(study):
    """21 trials of 5 folds leave room for 5 settings unscreened, for 3 after screening."""
    most = most_work(study(regularizers=["l1", "l2"], evaluation={"final_repeats": 4}, budget={"max_trials": 21}), 21)
    assert (most.contenders, most.finalists) == (0, 5)
    assert most.evaluations == 5 * 4 * 5 + 2


@pytest.mark.parametrize(
    ("evaluation", "told"),
    [
        ({"final_repeats": 2}, "final_repeats must be at least 3, or 0 for no final, but got 2; use 3 or more"),
        ({"final_repeats": 0, "min_gain": 0.1}, "min_gain must be left out where evaluation.final_repeats is 0"),
    ],
)
def test_a_final_that_cannot_tell_is_refused(study, evaluation, told):
    with pytest.raises(Invalid) as refused:
        study(evaluation=evaluation)
    assert str(refused.value).startswith(f"evaluation.{told}")


@pytest.mark.parametrize(
    ("kinds", "contenders"),
    [
        (["l2", "dropout"], 1 + 2 + 2),
        (["l2", "dropout", "ema"], 1 + 2 + 3 + 3),
        (["l2", "dropout", "ema", "swa"], 1 + 2 + 3 + 3),  # ema and swa are never on together
    ],
)
def test_of_a_cocktail_the_winner_is_taken_apart(study, kinds, contenders):
    most = most_work(study(mode="cocktail", regularizers=kinds), 400)
    assert (most.contenders, most.finalists) == (contenders, contenders)
