"""What a study has found."""

import pytest

from ridgeline.errors import Invalid, NotFound
from ridgeline.spec import Setting
from ridgeline.spec.metrics import Direction
from ridgeline.spec.states import Action, Origin
from ridgeline.spec.statistics import paired_difference
from ridgeline.store import NewTrial, answers

SCORES = {0: ("none", 0.5), 1: ("l2", 0.4), 2: ("l1", 0.6), 3: ("l2", 0.4), 4: ("l1", 0.55)}
KINDS = ["l1", "l2", "dropout"]


def test_before_anything_is_complete_the_answers_are_empty_and_provisional(desk):
    study_id = desk.submit(regularizers=KINDS)
    best = answers.best(desk.store, study_id)
    assert (best.provisional, best.trial, best.score, best.regularizer, best.strengths) == (True, None, None, None, {})
    assert answers.best(desk.store, study_id, "l2").regularizer == "l2"
    board = answers.leaderboard(desk.store, study_id)
    assert board.provisional
    assert [(entry.rank, entry.regularizer) for entry in board.entries] == [
        (None, kind) for kind in ("none", "l1", "l2", "dropout")
    ]
    assert answers.curve(desk.store, study_id, "l2").points == ()


def test_the_best_is_told_with_its_evidence(desk):
    study_id = desk.scored(SCORES, regularizers=KINDS)
    best = answers.best(desk.store, study_id)
    assert (best.provisional, best.direction) == (False, Direction.MINIMIZE)
    assert (best.trial.number, best.regularizer, best.score) == (1, "l2", 0.4)
    assert best.standard_error == best.trial.standard_error > 0
    none = desk.store.trials.get(study_id, 0)
    expected = paired_difference(best.trial.rungs[-1].folds, none.rungs[-1].folds, 5)
    assert best.difference_to_none == expected
    assert expected.mean == pytest.approx(-0.1)


def test_none_is_not_compared_with_itself(desk):
    study_id = desk.scored({0: ("none", 0.1), 1: ("l2", 0.4)}, regularizers=KINDS)
    assert answers.best(desk.store, study_id).regularizer == "none"
    assert answers.best(desk.store, study_id).difference_to_none is None
    assert answers.best(desk.store, study_id, "l2").difference_to_none.mean == pytest.approx(0.3)


def test_without_none_there_is_no_difference_yet(desk, results):
    study_id = desk.submit(regularizers=KINDS)
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    desk.rung(claim, [results.complete(1, 0.4)])
    best = answers.best(desk.store, study_id)
    assert (best.regularizer, best.difference_to_none, best.provisional) == ("l2", None, True)


def test_the_leaderboard_ranks_kinds_by_their_best_with_the_untried_last(desk):
    study_id = desk.scored(SCORES, regularizers=KINDS)
    entries = answers.leaderboard(desk.store, study_id).entries
    assert [(entry.rank, entry.regularizer, entry.trial) for entry in entries] == [
        (1, "l2", 1),
        (2, "none", 0),
        (3, "l1", 4),
        (None, "dropout", None),
    ]
    assert [entry.trials.complete for entry in entries] == [2, 1, 2, 0]
    assert entries[0].strengths == {"strength": pytest.approx(0.002)}
    assert entries[1].difference_to_none is None
    assert entries[2].difference_to_none.mean == pytest.approx(0.05)


def test_kinds_that_tie_are_ranked_by_trial_number(desk):
    study_id = desk.scored({0: ("none", 0.5), 1: ("l2", 0.5), 2: ("l1", 0.5)}, regularizers=KINDS)
    entries = answers.leaderboard(desk.store, study_id).entries
    assert [entry.regularizer for entry in entries[:3]] == ["none", "l2", "l1"]


def test_a_score_that_should_be_high_ranks_high_first(desk):
    study_id = desk.scored(SCORES, regularizers=KINDS, objective={"metric": "accuracy"})
    assert answers.best(desk.store, study_id).trial.number == 2
    assert [entry.regularizer for entry in answers.leaderboard(desk.store, study_id).entries[:3]] == [
        "l1",
        "none",
        "l2",
    ]


def test_the_curve_goes_from_weak_to_strong(desk):
    study_id = desk.scored(SCORES, regularizers=KINDS)
    curve = answers.curve(desk.store, study_id, "l2")
    assert [point.trial for point in curve.points] == [1, 3]
    assert [point.strengths["strength"] for point in curve.points] == [0.002, 0.004]
    assert all(point.standard_error > 0 for point in curve.points)
    assert curve.searched["strength"].log


def test_a_strength_whose_small_values_are_strong_runs_down(desk, results):
    study_id = desk.submit(regularizers=["weight_decay"])
    claim = desk.claim()
    settings = [
        NewTrial(
            number=number,
            setting=Setting(regularizer="weight_decay", strengths={"tau": tau}, learning_rate=0.001),
            origin=Origin.SAMPLED,
            generation=0,
            bracket=0,
            derived={"rate": 1 / tau},
        )
        for number, tau in enumerate((5.0, 80.0, 20.0))
    ]
    desk.store.claims.add_generation(claim, settings)
    desk.rung(claim, [results.complete(number, 0.4) for number in range(3)])
    curve = answers.curve(desk.store, study_id, "weight_decay")
    assert [point.strengths["tau"] for point in curve.points] == [80.0, 20.0, 5.0]


def test_the_kind_of_a_baseline_belongs_to_the_study(desk):
    study_id = desk.submit(regularizers=["l2"], baseline={"kind": "weight_decay", "tau": 40})
    assert answers.curve(desk.store, study_id, "weight_decay").searched == {"tau": 40}
    kinds = [entry.regularizer for entry in answers.leaderboard(desk.store, study_id).entries]
    assert kinds == ["none", "l2", "weight_decay"]


@pytest.mark.parametrize("kind", ["dropout", "nonsense"])
def test_a_kind_that_the_study_lacks_is_refused(desk, kind):
    study_id = desk.submit(regularizers=["l2"])
    for ask in (answers.best, answers.curve):
        with pytest.raises(Invalid, match="regularizer must be a kind of this study") as refused:
            ask(desk.store, study_id, kind)
        assert refused.value.violations[0].field == "regularizer"


def test_answers_stay_provisional_until_the_study_has_ended(desk):
    study_id = desk.submit()
    desk.claim()
    desk.store.studies.act(study_id, Action.STOP)
    assert answers.best(desk.store, study_id).provisional
    desk.store.studies.act(study_id, Action.CANCEL)
    assert not answers.best(desk.store, study_id).provisional


def test_answers_about_no_study_are_not_found(desk):
    for ask in (answers.best, answers.leaderboard, lambda store, study_id: answers.curve(store, study_id, "l2")):
        with pytest.raises(NotFound, match="study 'nope'"):
            ask(desk.store, "nope")
