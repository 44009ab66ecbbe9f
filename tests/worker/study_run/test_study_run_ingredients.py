"""A cocktail from its search to what its ingredients do; the search took a lucky mix for the best."""

import sqlite3
from contextlib import closing
from threading import Event

import pytest

from ridgeline.spec.states import Phase, StudyState
from ridgeline.spec.views import Matters, Role
from ridgeline.store import answers
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "mode": "cocktail",
    "model": {"kind": "mlp", "hidden": [16]},
    "regularizers": ["batch_norm", {"kind": "dropout", "rate": 0.8}, "l2"],
    "evaluation": {"folds": 2, "final_repeats": 3},
    "training": {"epochs": 5, "batch_size": 25, "learning_rate": 0.02},
    "budget": {"max_trials": 40},
    "pruner": "none",
}
"""Batch normalization makes so short a training better, and dropout of four units in five makes it worse."""


class Leaving(InlineEngine):
    """Sends the worker away before it trains one of these repeats for the first time."""

    def __init__(self, *repeats):
        self.leaving, self.lanes, self._repeats = Event(), [], repeats

    def submit(self, asked, *arguments):
        if asked is task.train and arguments[0].prepared and arguments[0].prepared[0].repeat in self._repeats:
            self._repeats = ()
            self.leaving.set()
        done = super().submit(asked, *arguments)
        if asked is task.train:
            self.lanes += done.result().state.lanes
        return done


@pytest.fixture
def lucky(store, data_dir, submit, carry):
    """Queue a cocktail, search, and let luck make a mix of batch_norm and dropout the best; returns its id."""

    def search(**asked):
        study_id = submit(**ASKED | asked)
        engine = Leaving(1000, 2000)  # screening, or the final where there is room for all
        carry(store, engine, engine.leaving)
        assert store.studies.get(study_id).phase is Phase.FINAL
        mixes = [
            trial for trial in store.trials.of(study_id) if {"batch_norm", "dropout"} <= trial.setting.kinds.keys()
        ]
        with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
            where = "WHERE study_id = ? AND number = ?"
            database.execute(f"UPDATE trials SET score = 0.001 {where}", (study_id, mixes[-1].number))
        return study_id

    return search


def found(store, study_id):
    return answers.ingredients(store, study_id).model_dump(exclude={"study_id"})


def test_what_is_taken_out_shows_what_helps_and_what_hurts(store, lucky, carry):
    study_id = lucky(
        evaluation={"folds": 2, "final_repeats": 4},
        training={"epochs": 10, "batch_size": 25, "learning_rate": 0.01},
    )
    carry(store)
    view, verdict = answers.ingredients(store, study_id), answers.verdict(store, study_id)
    assert verdict.ingredients == view
    by_kind = {row.kind: row for row in view.ingredients}
    assert {"batch_norm", "dropout"} <= by_kind.keys()
    assert by_kind["batch_norm"].matters is Matters.SHOWN
    assert by_kind["dropout"].matters is Matters.HURTS
    assert by_kind["dropout"].interval.high < 0 < by_kind["batch_norm"].interval.low
    assert "dropout.rate" not in view.simplest.strengths
    assert "dropout" not in view.simplest.regularizer
    scores = {one.number: one.score for one in verdict.contenders}
    for row in view.ingredients:
        assert row.effect == pytest.approx(scores[row.without] - view.winner_score)
    (winner,) = (one for one in verdict.contenders if Role.WINNER in one.roles)
    assert (winner.number, winner.setting.strengths) == (view.winner.number, view.winner.strengths)


def test_where_there_is_room_only_without_screening_nothing_is_screened(store, lucky, carry):
    study_id = lucky(budget={"max_trials": 16})
    engine = Leaving()
    carry(store, engine)
    study, verdict = store.studies.get(study_id), answers.verdict(store, study_id)
    assert study.state is StudyState.COMPLETED
    assert {lane.evaluation.repeat // 1000 for lane in engine.lanes} == {2, 3}
    assert all(row.trained_again for row in verdict.ingredients.ingredients)
    assert {row.screening_effect for row in verdict.ingredients.ingredients} == {None}
    assert verdict.rests_on.screening_repeats == 0
    assert "settings trained again, for all of which there was room" in verdict.rests_on.statement
    assert study.final.evaluations == study.final.evaluations_done
    again = lucky(budget={"max_trials": 16})
    engine = Leaving(2001)
    carry(store, engine, engine.leaving)  # an interruption in the final changes nothing
    assert store.studies.get(again).state is not StudyState.COMPLETED
    carry(store)
    assert found(store, again) == found(store, study_id)


def test_where_there_is_no_room_for_all_the_rest_is_said_to_be_only_screened(store, lucky, carry):
    study_id = lucky(budget={"max_trials": 10})
    carry(store)
    view = answers.ingredients(store, study_id)
    left_out = [row for row in view.ingredients if not row.trained_again]
    assert left_out
    assert {row.holm_p for row in left_out} == {1.0}
    assert all(row.screening_effect is not None for row in left_out)
    assert "only screened, which shows nothing" in view.paragraph
