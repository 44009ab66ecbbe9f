"""A ladder is stored behind the fence, is part of its kind's curve, and goes with what it belongs to."""

import pytest

from ridgeline.errors import BudgetRaised, ClaimLost, NotFound
from ridgeline.spec import Setting
from ridgeline.spec.states import Action, EndReason, Origin, TrialState
from ridgeline.spec.views import EpochScore, FinalProgress, RungView
from ridgeline.store import NewTrial, RungResult, answers

PROGRESS = FinalProgress(contenders=3, evaluations=40, evaluations_done=0, ladders=10)
KINDS = ["l1", "l2", "early_stopping", {"kind": "dropout", "rate": 0.5}]


@pytest.fixture
def begun(desk, results):
    """A study in its final, and its claim."""
    study_id = desk.submit(budget={"max_trials": 8}, regularizers=KINDS)
    claim = desk.claim()
    desk.add(claim, ["none", "l2", "l2"])
    desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.4), results.complete(2, 0.45)])
    desk.store.finals.begin(claim, EndReason.BUDGET, PROGRESS, max_trials=8, running_seconds=11.0)
    return study_id, claim


def test_the_curve_holds_it_beside_the_trials(desk, begun, a_ladder):
    study_id, claim = begun
    before = answers.curve(desk.store, study_id, "l2")
    assert (before.strength, before.best, before.plateau, before.none) == (None, None, None, None)
    assert before.statement == "A ladder of strengths may follow the final."
    desk.store.finals.record_ladders(claim, [a_ladder], running_seconds=12.0)
    curve = answers.curve(desk.store, study_id, "l2")
    assert [(point.trial, point.strengths["strength"]) for point in curve.points] == [
        (None, 0.001),
        (1, 0.002),
        (2, 0.003),
        (None, 0.01),
        (None, 0.1),
    ]
    assert (curve.strength, curve.plateau, curve.boundary, curve.none, curve.statement) == (
        "strength",
        a_ladder.plateau,
        None,
        a_ladder.none,
        a_ladder.statement,
    )
    assert (curve.best.strengths, curve.best.score, curve.best.difference_to_best) == ({"strength": 0.01}, 0.3, 0.0)
    assert [point.in_plateau for point in curve.points] == [False, False, False, True, True]
    assert answers.curve(desk.store, study_id, "l1").strength is None


def test_written_again_it_is_there_once(desk, begun, a_ladder):
    study_id, claim = begun
    for ladders in ([a_ladder, a_ladder.model_copy(update={"regularizer": "l1"})], [a_ladder]):
        desk.store.finals.record_ladders(claim, ladders, running_seconds=12.0)
    assert desk.store.finals.ladder(study_id, "l2") == a_ladder
    assert desk.store.finals.ladder(study_id, "l1") is None


def test_who_has_lost_the_study_writes_none(desk, begun, a_ladder):
    study_id, claim = begun
    desk.clock.now += 100
    desk.claim("another")
    with pytest.raises(ClaimLost):
        desk.store.finals.record_ladders(claim, [a_ladder], running_seconds=12.0)
    assert desk.store.finals.ladder(study_id, "l2") is None


def test_a_raised_budget_forgets_it(desk, begun, a_ladder):
    study_id, claim = begun
    desk.store.finals.record_ladders(claim, [a_ladder], running_seconds=12.0)
    desk.store.studies.extend(study_id, 16)
    assert desk.store.finals.ladder(study_id, "l2") is None
    with pytest.raises(BudgetRaised):
        desk.store.finals.record_ladders(claim, [a_ladder], running_seconds=12.0)


def test_it_goes_with_its_study(desk, begun, a_ladder, a_verdict):
    study_id, claim = begun
    desk.store.finals.record_ladders(claim, [a_ladder], running_seconds=12.0)
    desk.store.finals.conclude(claim, a_verdict(study_id), test_part=None, running_seconds=20.0)
    desk.store.studies.delete(study_id)
    assert desk.store.finals.ladder(study_id, "l2") is None
    with pytest.raises(NotFound):
        answers.curve(desk.store, study_id, "l2")


@pytest.mark.parametrize(
    ("asked", "kind", "told"),
    [
        ({}, "dropout", "dropout has neither here"),
        ({}, "early_stopping", "was read off the scores of one trial after every epoch"),
        ({"mode": "cocktail", "regularizers": ["l1", "l2"]}, "l2", "A cocktail has no ladders"),
        ({"evaluation": {"final_repeats": 0}}, "l2", "evaluation.final_repeats is 0"),
        ({}, "l2", "Raise budget.max_trials for more"),
    ],
)
def test_where_there_is_none_the_curve_says_why(desk, asked, kind, told):
    study_id = desk.scored({0: ("none", 0.5)}, **{"regularizers": KINDS} | asked)
    assert told in answers.curve(desk.store, study_id, kind).statement


def test_after_stop_there_is_none(desk):
    study_id = desk.submit(regularizers=KINDS)
    desk.store.studies.act(study_id, Action.STOP)
    assert answers.curve(desk.store, study_id, "l2").statement.startswith("The study was stopped before a ladder")


def test_a_strength_that_was_read_off_has_a_point_an_epoch(desk):
    study_id = desk.submit(regularizers=["early_stopping"])
    claim = desk.claim()
    setting = Setting(regularizer="early_stopping", learning_rate=0.001)
    desk.store.claims.add_generation(claim, [NewTrial(0, setting, Origin.READ_OFF, 0, 0, {})])
    told = [EpochScore(epochs=epoch, score=score, standard_error=0.1) for epoch, score in ((1, 0.6), (2, 0.4))]
    missed = EpochScore(epochs=3, score=None, standard_error=None)
    rung = RungView(epochs=3, score=0.4, folds=(0.3, 0.4, 0.5), curve=(*told, missed))
    desk.rung(claim, [RungResult(0, rung, TrialState.COMPLETE, None, {"epochs": 2.0})], epochs=3)
    points = answers.curve(desk.store, study_id, "early_stopping").points
    assert [(point.trial, point.strengths, point.score) for point in points] == [
        (0, {"epochs": 2.0}, 0.4),
        (0, {"epochs": 1.0}, 0.6),
    ]
