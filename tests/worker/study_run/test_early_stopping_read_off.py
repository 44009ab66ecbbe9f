"""The epoch that a study without one reads off its curve."""

from threading import Event

import pytest

from ridgeline.spec.states import Origin, StudyState, TrialState
from ridgeline.store import Store

EPOCHS, RUNG = 9, 3
ASKED = {
    "regularizers": ["early_stopping", {"kind": "l2", "strength": [1e-3]}],
    "training": {"epochs": EPOCHS, "batch_size": 40, "learning_rate": [0.02, 0.1]},
    "pruner": {"kind": "successive_halving", "resource": "epochs", "first_rung": RUNG},
}


class AfterARung(Event):
    """Set once a rung has been decided since it was made."""

    def __init__(self, store, study_id):
        super().__init__()
        self._told = lambda: sum(len(trial.rungs) for trial in store.trials.of(study_id))
        self._before = self._told()

    def is_set(self):
        return self._told() > self._before


@pytest.fixture
def trials(store, submit, carry):
    """Carry a study that asks for this; its trials by kind and learning rate."""

    def run(**asked):
        study_id = submit(**ASKED | asked)
        carry(store)
        return {(trial.regularizer, trial.learning_rate): trial for trial in store.trials.of(study_id)}

    return run


def test_the_epoch_of_the_best_mean_curve_is_its_strength_and_that_mean_its_score(trials):
    found = trials()
    assert len(found) == 6
    for rate in (0.02, 0.1):
        stopped, none = found["early_stopping", rate], found["none", rate]
        assert (stopped.origin, stopped.state) == (Origin.READ_OFF, TrialState.COMPLETE)
        assert [[one.epochs for one in rung.curve] for rung in stopped.rungs] == [[1, 2, 3], [4, 5, 6, 7, 8, 9]]
        curve = {one.epochs: one.score for rung in stopped.rungs for one in rung.curve}
        best = min(curve, key=curve.get)
        assert stopped.strengths == {"epochs": best}
        assert (stopped.score, stopped.rungs[-1].score) == (curve[best], curve[best])
        assert stopped.rungs[0].score == min(curve[epoch] for epoch in range(1, RUNG + 1))
        assert [curve[rung.epochs] for rung in none.rungs] == [rung.score for rung in none.rungs]
        assert all(rung.curve == () for rung in none.rungs)


def test_where_rungs_differ_in_folds_it_has_all_of_them_at_once(trials):
    found = trials(pruner="successive_halving")
    for rate in (0.02, 0.1):
        stopped = found["early_stopping", rate]
        (rung,) = stopped.rungs
        assert [one.epochs for one in rung.curve] == [*range(1, EPOCHS + 1)]
        assert stopped.score == min(one.score for one in rung.curve)


def test_a_trial_that_is_asked_to_stop_there_has_the_same_scores(trials):
    rate = 0.1
    training = ASKED["training"] | {"learning_rate": rate}
    read_off = trials(training=training)["early_stopping", rate]
    epochs = int(read_off.strengths["epochs"])
    asked = {"regularizers": [{"kind": "early_stopping", "epochs": epochs}], "training": training}
    fixed = trials(**asked)["early_stopping", rate]
    assert fixed.origin is Origin.FIXED
    assert fixed.strengths == read_off.strengths
    assert fixed.rungs[-1].folds == read_off.rungs[-1].folds
    assert fixed.standard_error == read_off.standard_error


def test_a_restart_between_rungs_changes_nothing(store, data_dir, submit, carry, story):
    straight, stopped = submit(**ASKED), submit(**ASKED)
    carry(store)
    carry(store, leaving=AfterARung(store, stopped))
    assert store.studies.get(stopped).state is StudyState.QUEUED
    (waiting, *_) = (trial for trial in store.trials.of(stopped) if trial.origin is Origin.READ_OFF)
    assert (waiting.strengths, len(waiting.rungs)) == ({}, 1)
    with Store.open(data_dir) as reopened:
        carry(reopened)
    assert story(store, stopped) == story(store, straight)


def test_a_larger_budget_does_not_ask_for_it_again(store, submit, carry):
    study_id = submit(**ASKED)
    carry(store)
    store.studies.extend(study_id, 64)
    carry(store)
    assert len(store.trials.of(study_id)) == 6
