"""A study from its search to its verdict, and whatever may happen on the way."""

import operator
import sqlite3
from contextlib import closing
from threading import Event

import numpy as np
import pytest

from ridgeline.errors import NotReady, NoVerdict
from ridgeline.spec.states import Action, EndReason, Phase, StudyState
from ridgeline.spec.views.verdict import Role, WarningCode
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task

ASKED = {
    "regularizers": ["none", "l2", "dropout"],
    "evaluation": {"folds": 2, "final_repeats": 3},
    "budget": {"max_trials": 8},
    "baseline": {"kind": "weight_decay", "tau": 4},
}


class Spy(InlineEngine):
    """Remembers the segments, and does something before one of them."""

    def __init__(self, repeat=None, then=None):
        self.lanes, self.cohorts, self._repeat, self._then = [], [], repeat, then

    def submit(self, asked, *arguments):
        if asked is task.train:
            repeat = 0 if arguments[0].prepared is None else arguments[0].prepared[0].repeat
            if self._then is not None and repeat == self._repeat:
                then, self._then = self._then, None
                then()
        done = super().submit(asked, *arguments)
        if asked is task.train and arguments[0].score:
            self.lanes += done.result().state.lanes
            self.cohorts.append({lane.evaluation for lane in done.result().state.lanes})
        return done


class Killed(BaseException):
    """The worker is gone at once."""


def kill():
    raise Killed


def comparable(store, study_id):
    return answers.verdict(store, study_id).model_dump(exclude={"study_id"})


@pytest.fixture
def straight(store, submit, carry):
    """The verdict of a study that nothing happened to, and its id."""
    study_id = submit(**ASKED)
    carry(store)
    return study_id


@pytest.fixture(scope="module")
def concluded(new_data_dir, submit_to, carry):
    """The same study, in a store of its own that is only read, and its id."""
    with Store.open(new_data_dir()) as alone:
        study_id = submit_to(alone, **ASKED)
        carry(alone)
        yield alone, study_id


@pytest.fixture(scope="module")
def expected(concluded):
    """Its verdict."""
    return comparable(*concluded)


def test_a_study_comes_to_a_verdict_that_says_what_it_rests_on(concluded):
    store, straight = concluded
    study, verdict = store.studies.get(straight), answers.verdict(store, straight)
    assert (study.state, study.reason, study.phase) == (StudyState.COMPLETED, EndReason.BUDGET, Phase.REFIT)
    rests = verdict.rests_on
    assert (rests.trials_started, rests.max_trials, rests.ended_by) == (8, 8, EndReason.BUDGET)
    assert (rests.screening_repeats, rests.final_repeats, rests.folds) == (2, 3, 2)
    roles = {role for one in verdict.contenders for role in one.roles}
    assert roles >= {Role.NONE, Role.CONSTANT, Role.BASELINE, Role.BEST, Role.DEFAULT}
    gone_on = [one for one in verdict.contenders if one.went_on]
    assert all(one.score is not None for one in gone_on)
    assert {Role.NONE, Role.CONSTANT, Role.BASELINE} <= {role for one in gone_on for role in one.roles}
    assert verdict.recommended.corrected is not None
    assert verdict.recommended.test is not None
    assert (verdict.recommended.test.rows, verdict.recommended.test.scored_before) == (30, 0)
    assert study.final is not None
    assert study.final.evaluations_done == study.final.evaluations


def test_what_happens_is_told_once_each(concluded):
    store, straight = concluded
    types = [event.type for event in store.events.after(0, study_id=straight)]
    end = types.index("final.started")
    assert types[end:] == [
        "final.started",
        "final.stage_ended",
        "final.stage_ended",
        "refit.started",
        "study.completed",
    ]
    assert "final.started" not in types[:end]


def test_repeats_are_fresh_and_common_to_all(store, submit, carry):
    submit(**ASKED)
    spy = Spy()
    carry(store, spy)
    of = {
        stage: {lane.evaluation for lane in spy.lanes if lane.evaluation.repeat // 1000 == stage} for stage in range(4)
    }
    assert [sorted({e.repeat for e in of[stage]}) for stage in range(4)] == [
        [0],
        [1000, 1001],
        [2000, 2001, 2002],
        [3000],
    ]
    by_contender = {}
    for lane in spy.lanes:
        if lane.evaluation.repeat // 1000 == 2:
            by_contender.setdefault(lane.trial, set()).add(lane.evaluation)
    assert all(evaluations == of[2] for evaluations in by_contender.values())


def test_search_scores_do_not_depend_on_the_final(store, submit, carry, story, straight):
    without = submit(**ASKED | {"evaluation": {"folds": 2}})
    carry(store)
    assert story(store, without) == story(store, straight)
    with pytest.raises(NoVerdict, match=r"final_repeats is 0; submit it again"):
        answers.verdict(store, without)


def test_work_of_the_final_counts_for_the_pace(store, data_dir, submit, carry, straight):
    submit(**ASKED | {"evaluation": {"folds": 2}})
    carry(store)
    with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database:
        with_final, without = (row[0] for row in database.execute("SELECT work_done FROM studies ORDER BY created_at"))
    assert with_final > 2 * without


@pytest.mark.parametrize("repeat", [0, 1000, 2000, 3000], ids=["search", "screening", "final", "refit"])
@pytest.mark.parametrize("how", ["killed", "sent away", "paused"])
def test_an_interruption_changes_nothing(store, data_dir, submit, carry, expected, repeat, how):
    study_id, leaving = submit(**ASKED), Event()
    happens = {
        "killed": kill,
        "sent away": leaving.set,
        "paused": lambda: store.studies.act(study_id, Action.PAUSE),
    }[how]
    if how == "killed":
        with pytest.raises(Killed):
            carry(store, Spy(repeat, happens))
        with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database, database:
            database.execute("UPDATE studies SET lease_until = 0")
    else:
        carry(store, Spy(repeat, happens), leaving)
    before = {0: Phase.SEARCH, 3000: Phase.REFIT}.get(repeat, Phase.FINAL)
    if how != "killed" and repeat == 3000:
        assert store.studies.get(study_id).state is StudyState.COMPLETED  # nothing was left to train
    else:
        assert store.studies.get(study_id).phase is before
        with pytest.raises(NotReady):
            answers.verdict(store, study_id)
        if how == "paused":
            store.studies.act(study_id, Action.RESUME)
        spy = Spy()
        with Store.open(data_dir) as reopened:
            carry(reopened, spy)
        stages = {lane.evaluation.repeat // 1000 for lane in spy.lanes}
        assert stages == set(range(repeat // 1000, 4))  # a stage that was stored is not trained again
    assert comparable(store, study_id) == expected


class TestStop:
    def test_in_the_search_gives_a_verdict_on_what_is_complete(self, store, submit, carry):
        study_id = submit(**ASKED | {"budget": {"max_trials": 24}})
        second = iter([None, lambda: store.studies.act(study_id, Action.STOP)])
        generations = []

        class Stopping(InlineEngine):
            def submit(self, asked, *arguments):
                trials = store.trials.of(study_id)
                if asked is task.train and trials and trials[-1].generation not in generations:
                    generations.append(trials[-1].generation)
                    (next(second, None) or (lambda: None))()
                return super().submit(asked, *arguments)

        carry(store, Stopping())
        study, verdict = store.studies.get(study_id), answers.verdict(store, study_id)
        assert (study.state, study.reason) == (StudyState.STOPPED, EndReason.STOP)
        assert verdict.rests_on.ended_by is EndReason.STOP
        assert verdict.rests_on.trials_started < 24
        assert WarningCode.STOPPED in {told.code for told in verdict.warnings}
        assert study.trials.stopped > 0
        assert study.trials.running == 0

    def test_in_the_final_lets_it_come_to_its_end(self, store, submit, carry, expected):
        study_id = submit(**ASKED)
        carry(store, Spy(2000, lambda: store.studies.act(study_id, Action.STOP)))
        study = store.studies.get(study_id)
        assert (study.state, study.reason) == (StudyState.STOPPED, EndReason.STOP)
        assert comparable(store, study_id)["contenders"] == expected["contenders"]

    def test_before_anything_is_complete_gives_none(self, store, submit, carry):
        study_id = submit(**ASKED)
        carry(store, Spy(0, lambda: store.studies.act(study_id, Action.STOP)))
        assert store.studies.get(study_id).state is StudyState.STOPPED
        with pytest.raises(NoVerdict, match="ended before any trial was complete"):
            answers.verdict(store, study_id)


@pytest.mark.parametrize("repeat", [0, 1000, 2000, 3000])
def test_cancel_gives_no_verdict(store, submit, carry, repeat):
    study_id = submit(**ASKED)
    carry(store, Spy(repeat, lambda: store.studies.act(study_id, Action.CANCEL)))
    study = store.studies.get(study_id)
    assert (study.state, study.reason) == (StudyState.STOPPED, EndReason.CANCELLED)
    with pytest.raises(NoVerdict, match="it was cancelled"):
        answers.verdict(store, study_id)
    assert store.finals.scored(study.study.test_part) == 0


class TestFailures:
    def test_a_contender_that_breaks_its_cohort_is_left_out_alone(self, store, submit, carry, faulty):
        """Number 3 of the contenders; in the search a trial has that number too."""
        study_id = submit(**ASKED)
        engine = InlineEngine()
        breaking = faulty(engine, {3}, operator.truediv, 1, 0)

        class InTheFinal(InlineEngine):
            def submit(self, asked, *arguments):
                final = asked is task.train and arguments[0].prepared is not None
                return (breaking if final else engine).submit(asked, *arguments)

        carry(store, InTheFinal())
        verdict = answers.verdict(store, study_id)
        scores = {one.number: one.screening_score for one in verdict.contenders}
        assert scores.pop(3) is None
        assert None not in scores.values()
        assert {one.number: one.holm_p for one in verdict.contenders}[3] == 1.0
        assert store.studies.get(study_id).state is StudyState.COMPLETED

    def test_where_none_diverges_another_is_recommended(self, store, submit, carry, monkeypatch):
        study_id = submit(**ASKED)
        plain = task.evaluate

        def without_none(problem, state, *watch, **asked):
            scored = plain(problem, state, *watch, **asked)
            final = problem.evaluations[0].repeat >= 1000
            bad = {lane.trial for lane in state.lanes if final and not lane.regularizers}
            return tuple(type(s)(s.trial, s.evaluation, None) if s.trial in bad else s for s in scored)

        monkeypatch.setattr(task, "evaluate", without_none)
        carry(store)
        verdict = answers.verdict(store, study_id)
        assert verdict.recommended.regularizer != "none"
        assert verdict.recommended.test is None
        assert WarningCode.NONE_FAILED in {told.code for told in verdict.warnings}
        assert store.finals.scored(store.studies.get(study_id).study.test_part) == 0

    def test_where_all_fail_there_is_no_verdict_and_the_reason_is_told(self, store, submit, carry, monkeypatch):
        study_id = submit(**ASKED)
        plain = task.evaluate

        def nothing(problem, state, *watch, **asked):
            scored = plain(problem, state, *watch, **asked)
            final = problem.evaluations[0].repeat >= 1000
            return tuple(type(s)(s.trial, s.evaluation, None) for s in scored) if final else scored

        monkeypatch.setattr(task, "evaluate", nothing)
        carry(store)
        assert store.studies.get(study_id).state is StudyState.COMPLETED
        with pytest.raises(NoVerdict, match="no contender gave finite scores when it was trained again"):
            answers.verdict(store, study_id)

    def test_where_no_trial_is_complete_there_is_no_final(self, store, submit, carry):
        wild = {"optimizer": "sgd", "epochs": 9, "batch_size": 8, "learning_rate": 10.0}
        evaluation = {"folds": 2, "final_repeats": 3}
        asked = {"dataset": "diabetes", "regularizers": ["none", "l2"], "model": {"kind": "linear"}}
        study_id = submit(**asked, training=wild, evaluation=evaluation, budget={"max_trials": 8})
        carry(store)
        study = store.studies.get(study_id)
        assert (study.state, study.phase) == (StudyState.COMPLETED, Phase.SEARCH)
        with pytest.raises(NoVerdict, match="before any trial was complete"):
            answers.verdict(store, study_id)


class TestExtend:
    def test_the_verdict_is_made_anew_and_says_so(self, store, submit, carry, straight):
        first = answers.verdict(store, straight)
        store.studies.extend(straight, 16)
        study = store.studies.get(straight)
        assert (study.state, study.phase, study.final) == (StudyState.QUEUED, Phase.SEARCH, None)
        with pytest.raises(NotReady, match="queued"):
            answers.verdict(store, straight)
        carry(store)
        second = answers.verdict(store, straight)
        assert (first.rests_on.trials_started, second.rests_on.trials_started) == (8, 16)
        assert WarningCode.MADE_ANEW not in {told.code for told in first.warnings}
        assert WarningCode.MADE_ANEW in {told.code for told in second.warnings}
        assert second.recommended.test.scored_before == 1
        none = [next(c.score for c in v.contenders if Role.NONE in c.roles) for v in (first, second)]
        assert none[0] == none[1]  # the same fresh folds and draws

    def test_in_the_final_lets_the_search_go_on(self, store, submit, carry):
        study_id, other = submit(**ASKED), submit(**ASKED | {"budget": {"max_trials": 8}})
        carry(store, Spy(2000, lambda: store.studies.extend(study_id, 16)))
        study = store.studies.get(study_id)
        assert (study.state, study.phase, study.max_trials) == (StudyState.QUEUED, Phase.SEARCH, 16)
        assert store.finals.stages(study_id) == {}
        carry(store)
        assert answers.verdict(store, study_id).rests_on.trials_started == 16
        assert store.studies.get(other).state is StudyState.QUEUED


class TestTestPart:
    def test_is_counted_by_verdicts_on_it(self, store, submit, carry, straight):
        few = {"regularizers": ["none", "l2"], "budget": {"max_trials": 3}}
        again = submit(**ASKED | few | {"seed": 1})
        other = submit(**ASKED | few | {"evaluation": {"folds": 2, "final_repeats": 3, "test_fraction": 0.3}})
        carry(store)
        carry(store)
        assert answers.verdict(store, again).recommended.test.scored_before == 1
        assert answers.verdict(store, other).recommended.test.scored_before == 0
        assert store.finals.scored(store.studies.get(again).study.test_part) == 2

    def test_where_there_is_none_nothing_is_scored(self, store, submit, carry):
        study_id = submit(**ASKED | {"evaluation": {"folds": 2, "final_repeats": 3, "test_fraction": 0}})
        spy = Spy()
        carry(store, spy)
        verdict = answers.verdict(store, study_id)
        assert verdict.recommended.test is None
        assert verdict.rests_on.train_rows + verdict.rests_on.validation_rows == 150
        refitted = {lane.trial for lane in spy.lanes if lane.evaluation.repeat == 3000}
        assert refitted == {verdict.recommended.number}  # for the files that it leaves


def test_the_verdict_does_not_depend_on_the_number_of_processes(store, submit, carry, cluster, expected):
    study_id = submit(**ASKED)
    carry(store, cluster)
    assert comparable(store, study_id) == expected


def test_of_a_large_table_a_cohort_prepares_one_evaluation(store, submit, carry, monkeypatch, expected):
    with monkeypatch.context() as patch:
        patch.setattr("ridgeline.spec.plan.PREPARED_NUMBERS", 0)
        study_id = submit(**ASKED)
    spy = Spy()
    carry(store, spy)
    assert all(len(evaluations) == 1 for evaluations in spy.cohorts)
    found = answers.verdict(store, study_id).recommended.score
    assert found == pytest.approx(expected["recommended"]["score"], rel=1e-4)


def test_with_too_many_predictions_the_score_is_not_corrected(store, submit, carry, monkeypatch, expected):
    monkeypatch.setattr("ridgeline_worker.study_run.stages.MOST_PREDICTIONS", 10)
    study_id = submit(**ASKED)
    carry(store)
    verdict = answers.verdict(store, study_id)
    assert verdict.recommended.corrected is None
    assert verdict.recommended.score == expected["recommended"]["score"]


def test_a_repeat_that_cannot_be_scored_is_left_out(store, submit, carry, monkeypatch):
    plain = task.fresh_folds

    def with_a_bad_one(*asked):
        found = plain(*asked)
        return tuple(
            type(f)(f.evaluation, f.train_rows, f.validation_rows, f.constant, None)
            if (f.evaluation.repeat, f.evaluation.fold) == (2001, 1)
            else f
            for f in found
        )

    monkeypatch.setattr(task, "fresh_folds", with_a_bad_one)
    study_id = submit(**ASKED)
    carry(store)
    verdict = answers.verdict(store, study_id)
    assert (verdict.rests_on.final_repeats, verdict.rests_on.final_repeats_planned) == (2, 3)
    assert WarningCode.FEW_REPEATS in {told.code for told in verdict.warnings}


def test_max_seconds_keeps_time_for_the_final(store, submit, carry, monkeypatch):
    """With a clock that counts segments, the search ends before its seconds are spent."""
    study_id = submit(**ASKED | {"budget": {"max_trials": 4000, "max_seconds": 40.0}})
    ticks = iter(np.arange(0, 1e6, 0.05))
    monkeypatch.setattr("ridgeline_worker.study_run.work.time.monotonic", lambda: float(next(ticks)))
    ended = []
    plain = store.finals.begin
    monkeypatch.setattr(store.finals, "begin", lambda *a, **k: (ended.append(k["running_seconds"]), plain(*a, **k)))
    carry(store)
    study = store.studies.get(study_id)
    assert study.reason is EndReason.SECONDS
    assert 15.0 < ended[0] < 40.0
    assert answers.verdict(store, study_id).rests_on.ended_by is EndReason.SECONDS
