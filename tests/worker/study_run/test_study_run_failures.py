"""What goes wrong stays where it went wrong: in a lane, a cohort or a study; the worker goes on."""

import math
import operator
import os
import time

import pytest
from structlog.testing import capture_logs

from ridgeline.errors import StoreUnavailable
from ridgeline.spec.states import EndReason, FailureKind, StudyState, TrialState
from ridgeline.store import Store, answers
from ridgeline_worker.engine import InlineEngine, task
from ridgeline_worker.engine.cluster import ClusterEngine

WILD = {"optimizer": "sgd", "epochs": 9, "batch_size": 8}
REGRESSION = {"dataset": "diabetes", "regularizers": ["none", "l2"], "model": {"kind": "linear"}}


def failures(store, study_id):
    return {t.number: t.failure.kind for t in store.trials.of(study_id) if t.state is TrialState.FAILED}


def assert_completed(store, study_id, reason=EndReason.BUDGET):
    study = store.studies.get(study_id)
    assert (study.state, study.reason) == (StudyState.COMPLETED, reason)
    assert study.trials.started == study.trials.ended == study.max_trials


class TestDivergence:
    def test_a_lane_that_diverges_fails_alone(self, store, submit, carry):
        study_id = submit(**REGRESSION, training=WILD | {"learning_rate": [0.01, 10.0]}, pruner="none")
        carry(store)
        assert_completed(store, study_id)
        trials = store.trials.of(study_id)
        wild = {trial.number for trial in trials if trial.learning_rate == 10.0}
        assert 0 < len(wild) < len(trials)
        assert failures(store, study_id) == dict.fromkeys(wild, FailureKind.DIVERGED)
        for trial in trials:
            if trial.number in wild:
                assert "not finite on 2 of 2 folds after 9 epochs" in trial.failure.detail
                assert (trial.score, trial.rungs) == (None, ())
            else:
                assert trial.state is TrialState.COMPLETE

    def test_the_others_score_as_they_do_without_it(self, store, submit, carry):
        both = submit(**REGRESSION, training=WILD | {"learning_rate": [0.01, 10.0]}, pruner="none")
        tame = submit(**REGRESSION, training=WILD | {"learning_rate": 0.01}, pruner="none")
        carry(store)
        carry(store)
        assert store.trials.get(both, 0).rungs == store.trials.get(tame, 0).rungs

    @pytest.mark.parametrize("sampler", ["tpe", "random", "qmc", "gp"])
    def test_a_study_of_which_every_trial_diverges_still_completes(self, store, submit, carry, sampler):
        study_id = submit(**REGRESSION, training=WILD | {"learning_rate": 10.0}, sampler=sampler)
        carry(store)
        assert_completed(store, study_id)
        assert set(failures(store, study_id).values()) == {FailureKind.DIVERGED}
        assert answers.best(store, study_id).trial is None
        assert [entry.rank for entry in answers.leaderboard(store, study_id).entries] == [None, None]

    @pytest.mark.parametrize("metric", ["rmse", "mae", "r2"])
    def test_predictions_too_large_to_score_are_a_divergence(self, store, submit, carry, metric):
        rates = [10.0 ** (power / 4) for power in range(-8, 5)]
        study_id = submit(
            **REGRESSION,
            objective={"metric": metric},
            training=WILD | {"learning_rate": rates, "precision": "float64", "epochs": 3},
            pruner="none",
        )
        carry(store)
        assert_completed(store, study_id)
        assert set(failures(store, study_id).values()) == {FailureKind.DIVERGED}
        for trial in store.trials.of(study_id):
            assert trial.score is None or math.isfinite(trial.score)


class TestCohorts:
    @pytest.mark.parametrize(
        ("fault", "arguments", "kind", "told"),
        [
            (operator.truediv, (1, 0), FailureKind.ERROR, "ZeroDivisionError: division by zero"),
            (bytes, (2**62,), FailureKind.OUT_OF_MEMORY, "MemoryError"),
        ],
        ids=["error", "memory"],
    )
    @pytest.mark.parametrize("processes", [0, 2])
    def test_a_task_that_raises_fails_the_trials_of_its_cohort(
        self, request, store, submit, carry, faulty, fault, arguments, kind, told, processes
    ):
        engine = request.getfixturevalue("cluster") if processes else InlineEngine()
        study_id = submit(evaluation={"folds": 4}, pruner="none")
        carry(store, faulty(engine, {1}, fault, *arguments))
        assert_completed(store, study_id)
        failed = failures(store, study_id)
        assert 1 in failed
        assert 0 < len(failed) < 16
        assert set(failed.values()) == {kind}
        assert told in store.trials.get(study_id, 1).failure.detail

    @pytest.mark.parametrize("processes", [1, 2])
    def test_a_cohort_that_kills_its_process_is_lost_and_what_waited_beside_it_is_not(
        self, store, submit, carry, faulty, cluster, processes
    ):
        study_id = submit(evaluation={"folds": 4}, pruner="none")
        engine = cluster if processes == 2 else ClusterEngine(1)
        breaking = faulty(engine, {1}, os._exit, 1)
        carry(store, breaking)
        if processes == 1:
            engine.close()
        assert_completed(store, study_id)
        assert 0 < len(breaking.hit) < 8
        assert failures(store, study_id) == dict.fromkeys(breaking.hit, FailureKind.WORKER_LOST)

    def test_a_cohort_that_takes_too_long_fails_and_others_go_on(self, store, submit, carry, faulty):
        study_id = submit(evaluation={"folds": 4}, pruner="none")
        engine = ClusterEngine(1, task_seconds_limit=8.0)  # what is not stuck takes a hundredth of that
        stuck = faulty(engine, {1}, time.sleep, 600)
        carry(store, stuck)
        engine.close()
        assert_completed(store, study_id)
        assert 0 < len(stuck.hit) < 8
        assert failures(store, study_id) == dict.fromkeys(stuck.hit, FailureKind.TIMEOUT)
        assert "more than 8 seconds" in store.trials.get(study_id, 1).failure.detail

    def test_a_generation_that_fails_whole_does_not_end_the_study(self, store, submit, carry, faulty):
        study_id = submit()
        carry(store, faulty(InlineEngine(), set(range(8)), operator.truediv, 1, 0))
        assert_completed(store, study_id)
        assert set(failures(store, study_id)) == set(range(8))


class TestStudies:
    def test_one_without_its_rows_fails_with_a_reason(self, store, submit, carry, tmp_path):
        study_id = submit()
        carry(store, locate=lambda facts: tmp_path / "lost.parquet")
        study = store.studies.get(study_id)
        assert (study.state, study.reason) == (StudyState.FAILED, EndReason.ERROR)
        assert "the rows of data set 'iris' must lie in" in study.detail
        assert study.trials.started == 0

    def test_one_that_another_has_taken_is_left_alone(self, store, submit, carry, story):
        study_id = submit()
        engine = TakenOver(store)
        with capture_logs() as logs:
            carry(store, engine)
        assert engine.taken
        assert [record["event"] for record in logs] == ["study.running", "study.lost"]
        before = story(store, study_id)
        assert {trial["state"] for trial in before} == {TrialState.RUNNING}
        assert store.studies.get(study_id).state is StudyState.RUNNING

    @pytest.mark.parametrize("asked", ["check", "add_generation", "record_rung", "settle"])
    def test_a_database_that_is_out_of_reach_for_a_while_costs_nothing(
        self, store, submit, carry, story, monkeypatch, asked
    ):
        straight, disturbed = submit(), submit()
        carry(store)
        reach, calls = getattr(store.claims, asked), []

        def fail_at_first(*arguments, **named):
            calls.append(asked)
            if len(calls) == 1:
                raise StoreUnavailable("database is locked")
            return reach(*arguments, **named)

        monkeypatch.setattr(store.claims, asked, fail_at_first)
        carry(store)
        assert store.studies.get(disturbed).state is StudyState.QUEUED
        carry(store)
        assert_completed(store, disturbed)
        assert story(store, disturbed) == story(store, straight)

    def test_an_end_that_cannot_be_stored_leaves_it_to_the_next_claim(self, store, submit, carry, story, monkeypatch):
        first, second = submit(), submit()
        with monkeypatch.context() as patch, capture_logs() as logs:
            patch.setattr(type(store.claims), "settle", raises(OSError("disk full")))
            carry(store)
        assert "study.not_stored" in {record["event"] for record in logs}
        assert store.studies.get(first).state is StudyState.RUNNING
        carry(store)
        assert_completed(store, second)


class TakenOver(InlineEngine):
    """Another worker claims the study while the first segment trains."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.taken = False

    def submit(self, asked, *arguments):
        if asked is task.train and not self.taken:
            self._store.claims._clock = lambda: 1e12
            self.taken = self._store.claims.next("another", lease_seconds=60) is not None
        return super().submit(asked, *arguments)


def raises(error):
    def fail(*_, **__):
        raise error

    return fail
