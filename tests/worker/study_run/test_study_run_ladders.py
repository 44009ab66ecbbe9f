"""Ladders follow the final, go on beyond a range that is too narrow, and are left out where the answer is wanted."""

import sqlite3
from contextlib import closing
from threading import Event

import numpy as np
import pytest

from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.final import FIRST_FINAL_REPEAT, FIRST_SCREENING_REPEAT, REFIT_REPEAT
from ridgeline.spec.ladders import FIRST_LADDER_REPEAT
from ridgeline.spec.states import Action, EndReason, StudyState
from ridgeline.spec.views import End
from ridgeline.spec.views.verdict import WarningCode
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "regularizers": ["none", {"kind": "l2", "strength": {"low": 0.1, "high": 1.0, "log": True}}],
    "evaluation": {"folds": 5, "final_repeats": 3},
    "sampler": "random",
    "pruner": "none",
    "budget": {"max_trials": 24},
}
"""Three epochs train too little for any penalty: the weakest is the best.  Room for one ladder of 8 and 3 beyond."""
LADDERS = FIRST_LADDER_REPEAT // 1000


class Spy(InlineEngine):
    """Remembers the lanes that were trained, and does something before a segment of ladders."""

    def __init__(self, then=None, segment=0):
        self.lanes, self._then, self._left = [], then, segment

    def submit(self, asked, *arguments):
        if asked is task.train and (arguments[0].prepared or [None])[0] is not None:
            if arguments[0].prepared[0].repeat >= FIRST_LADDER_REPEAT and self._then is not None:
                self._left -= 1
                if self._left < 0:
                    then, self._then = self._then, None
                    then()
        done = super().submit(asked, *arguments)
        if asked is task.train and arguments[0].score:
            self.lanes += done.result().state.lanes
        return done


class Killed(BaseException):
    """The worker is gone at once."""


def found(store, study_id):
    left_out = {"study_id"}
    curve, verdict = answers.curve(store, study_id, "l2"), answers.verdict(store, study_id)
    return curve.model_dump(exclude=left_out), verdict.model_dump(exclude=left_out)


@pytest.fixture(scope="module")
def straight(new_data_dir, submit_to, carry):
    """A study that nothing happened to: what it found, its lanes, its last view and its events."""
    with Store.open(new_data_dir()) as alone:
        study_id = submit_to(alone, **ASKED)
        spy = Spy()
        carry(alone, spy)
        events = [(event.type, event.data.get("stage")) for event in alone.events.after(0, study_id=study_id)]
        view, curve = alone.studies.get(study_id), answers.curve(alone, study_id, "l2")
        return found(alone, study_id), spy.lanes, view, events, curve


def test_all_strengths_of_a_kind_and_none_share_fresh_folds(straight):
    _, lanes, *_ = straight
    climbed = [lane for lane in lanes if lane.evaluation.repeat >= FIRST_LADDER_REPEAT]
    assert {lane.evaluation.repeat for lane in climbed} == {FIRST_LADDER_REPEAT}
    by_setting = {}
    for lane in climbed:
        by_setting.setdefault((lane.trial, str(lane.regularizers)), set()).add(lane.evaluation.fold)
    assert len(by_setting) == 1 + 8 + 3
    assert all(folds == set(range(5)) for folds in by_setting.values())
    assert sum("l2" not in told for _, told in by_setting) == 1
    contenders = {
        lane.trial for lane in lanes if lane.evaluation.repeat in {FIRST_SCREENING_REPEAT, FIRST_FINAL_REPEAT}
    }
    assert not contenders & {lane.trial for lane in climbed}


def test_it_goes_on_beyond_a_range_that_is_too_narrow_and_says_so(straight):
    *_, events, curve = straight
    ladder = sorted(point.strengths["strength"] for point in curve.points if point.trial is None)
    ratios = np.array(ladder[1:]) / ladder[:-1]
    assert ratios == pytest.approx(10 ** (1 / 7))
    assert (ladder[3], ladder[-1]) == (pytest.approx(0.1), 1.0)
    assert curve.best.strengths["strength"] == ladder[0] < 0.1
    assert curve.boundary is End.LOW
    assert not curve.none.in_plateau
    assert "though the ladder went on beyond what was searched" in curve.statement
    assert sum(point.trial is not None for point in curve.points) == 23
    assert [stage for kind, stage in events if kind == "final.stage_ended"] == [
        "screening",
        "final",
        "ladders",
        "ladders_2",
    ]


def test_progress_counts_them_and_comes_to_its_end(straight):
    _, lanes, view, *_ = straight
    stages = {lane.evaluation.repeat // 1000 for lane in lanes}
    assert stages == {0, 1, 2, REFIT_REPEAT // 1000, LADDERS}
    trained = {(lane.trial, lane.evaluation) for lane in lanes if lane.evaluation.repeat}
    assert view.final.evaluations == view.final.evaluations_done == len(trained)
    assert view.final.ladders == 5 * 12


@pytest.mark.parametrize("segment", [0, 5], ids=["ladders", "extension"])
@pytest.mark.parametrize("how", ["killed", "sent away", "paused"])
def test_an_interruption_changes_nothing(store, data_dir, submit, carry, straight, how, segment):
    study_id, leaving = submit(**ASKED), Event()

    def kill():
        raise Killed

    happens = {"killed": kill, "sent away": leaving.set, "paused": lambda: store.studies.act(study_id, Action.PAUSE)}
    if how == "killed":
        with pytest.raises(Killed):
            carry(store, Spy(happens[how], segment))
        with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
            database.execute("UPDATE studies SET lease_until = 0")
    else:
        carry(store, Spy(happens[how], segment), leaving)
    assert store.studies.get(study_id).state is not StudyState.COMPLETED
    if how == "paused":
        store.studies.act(study_id, Action.RESUME)
    spy = Spy()
    with Store.open(data_dir) as reopened:
        carry(reopened, spy)
    assert {lane.evaluation.repeat // 1000 for lane in spy.lanes} == {REFIT_REPEAT // 1000, LADDERS}
    again = {lane.trial for lane in spy.lanes if lane.evaluation.repeat >= FIRST_LADDER_REPEAT}
    assert len(again) == (12 if segment == 0 else 3)  # the stage that was stored is not trained again
    assert found(store, study_id) == straight[0]


@pytest.mark.parametrize(("segment", "rungs"), [(0, 0), (5, 8)], ids=["ladders", "extension"])
def test_stop_leaves_out_what_is_not_stored(store, submit, carry, straight, segment, rungs):
    study_id = submit(**ASKED)
    carry(store, Spy(lambda: store.studies.act(study_id, Action.STOP), segment))
    study, curve = store.studies.get(study_id), answers.curve(store, study_id, "l2")
    assert (study.state, study.reason) == (StudyState.STOPPED, EndReason.STOP)
    assert sum(point.trial is None for point in curve.points) == rungs
    assert study.final.evaluations == study.final.evaluations_done
    told = answers.verdict(store, study_id)
    assert told.recommended.model_dump() == straight[0][1]["recommended"]
    assert (told.ladder is None) == (rungs == 0 or told.recommended.regularizer != "l2")
    if not rungs:
        assert curve.statement == "The study was stopped before a ladder of strengths was trained."


def test_spent_time_leaves_them_out(store, submit, carry):
    study_id = submit(**ASKED | {"budget": {"max_trials": 24, "max_seconds": 1e-9}})
    carry(store)
    assert store.studies.get(study_id).reason is EndReason.SECONDS
    assert all(point.trial is not None for point in answers.curve(store, study_id, "l2").points)


def test_cancel_and_extend_in_the_middle_are_obeyed(store, submit, carry):
    cancelled = submit(**ASKED)
    carry(store, Spy(lambda: store.studies.act(cancelled, Action.CANCEL)))
    assert store.studies.get(cancelled).reason is EndReason.CANCELLED
    extended = submit(**ASKED)
    carry(store, Spy(lambda: store.studies.extend(extended, 25), 5))
    assert store.studies.get(extended).state is StudyState.QUEUED
    carry(store)
    assert store.studies.get(extended).trials.ended == 25
    assert answers.curve(store, extended, "l2").plateau is not None


def test_a_best_strength_beyond_the_range_is_found_and_the_verdict_tells_of_it(store, kept, carry):
    """Ridge on 60 rows of 30 columns: the expected risk is least at alpha = noise^2 / weight^2, n strength = 100."""
    draw = np.random.default_rng(3)
    rows = draw.normal(size=(80, 30))
    y = rows @ (0.3 * draw.normal(size=30)) + 3.0 * draw.normal(size=80)
    columns = {f"x{place}": rows[:, place] for place in range(30)} | {"y": y}
    table, facts = kept(columns, store)
    asked = {
        "dataset": "kept",
        "model": "linear",
        "regularizers": ["none", {"kind": "l2", "strength": {"low": 1e-3, "high": 0.1, "log": True}}],
        "objective": {"metric": "rmse"},
        "training": {"epochs": 20, "batch_size": 50, "learning_rate": 0.1},
        **{name: ASKED[name] for name in ("evaluation", "sampler", "pruner")},
        "budget": {"max_trials": 40},
    }
    spec = StudySpec.model_validate(asked)
    study_id = store.studies.submit(spec, resolve(spec, facts))[0].id
    carry(store, locate=lambda _: table.path)
    curve, verdict = answers.curve(store, study_id, "l2"), answers.verdict(store, study_id)
    assert curve.boundary is None
    assert 0.1 < curve.best.strengths["strength"] < 10
    assert verdict.recommended.regularizer == "l2"
    (warned,) = (each.text for each in verdict.warnings if each.code is WarningCode.BOUNDARY_OPTIMUM)
    assert "beyond what was searched" in warned
