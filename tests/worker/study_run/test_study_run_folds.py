"""A search that compares its trials on some folds: which ones, and what of them is stored."""

import pytest

from ridgeline.spec.states import Origin, TrialState

FOLDS = 5


@pytest.fixture
def trials(store, submit, carry):
    """Carry a study of four generations; its trials."""
    study_id = submit(evaluation={"folds": FOLDS}, budget={"max_trials": 32})
    carry(store)
    return store.trials.of(study_id)


def test_a_first_score_is_of_one_fold_which_the_last_one_has_too(trials):
    sampled = [trial for trial in trials if trial.origin is Origin.SAMPLED]
    assert {trial.state for trial in sampled} == {TrialState.COMPLETE, TrialState.PRUNED}
    for trial in sampled:
        first, *later = trial.rungs
        assert (len(first.folds), first.first_fold) == (1, trial.generation % FOLDS)
        assert [len(rung.folds) for rung in later] == ([FOLDS] if trial.state is TrialState.COMPLETE else [])
        for rung in later:
            assert rung.by_fold(FOLDS)[first.first_fold] == first.score
            assert (rung.first_fold, rung.expected) == (0, None)


def test_what_is_expected_on_all_folds_is_none_on_all_and_the_difference_on_these(trials):
    none = next(trial.rungs[-1] for trial in trials if trial.origin is Origin.NONE)
    assert len(none.folds) == FOLDS
    firsts = [trial.rungs[0] for trial in trials if trial.origin is Origin.SAMPLED]
    assert {rung.first_fold for rung in firsts} == {0, 1, 2, 3}
    for rung in firsts:
        assert rung.level == rung.expected
        assert rung.expected - none.score == pytest.approx(rung.score - none.folds[rung.first_fold])


def test_what_does_not_compete_has_one_rung(trials):
    others = [trial for trial in trials if trial.origin is not Origin.SAMPLED]
    assert others
    assert all([len(rung.folds) for rung in trial.rungs] == [FOLDS] for trial in others)
