"""The same request and seed give the same trials, scores and best, to the last bit, whatever happens on the way."""

import json
import os
import signal
import sqlite3
import time
from contextlib import closing
from threading import Event

import pytest
from structlog.testing import capture_logs

from ridgeline.spec.states import StudyState, TrialState
from ridgeline.store import Store, answers
from ridgeline_worker.engine import task
from ridgeline_worker.engine.cluster import ClusterEngine

MIXED = {
    "regularizers": None,
    "baseline": {"kind": "weight_decay", "tau": 4},
    "evaluation": {"folds": 3},
    "training": {"epochs": 9, "batch_size": 50, "learning_rate": [0.003, 0.03]},
    "pruner": {"kind": "hyperband", "first_rung": 1},
    "budget": {"max_trials": 32},
}


class AfterAGeneration(Event):
    """Set once a generation has ended since it was made."""

    def __init__(self, store: Store, study_id: str) -> None:
        super().__init__()
        self._store, self._study_id = store, study_id
        self._before = self._progress()

    def _progress(self) -> int:
        trials = self._store.trials.of(self._study_id)
        ended = {trial.generation for trial in trials} - {t.generation for t in trials if t.ended_at is None}
        return len(ended)

    def is_set(self) -> bool:
        return self._progress() > self._before


class AfterARung(AfterAGeneration):
    """Set once a rung has been decided since it was made."""

    def _progress(self) -> int:
        return sum(len(trial.rungs) for trial in self._store.trials.of(self._study_id))


@pytest.fixture
def restarted(data_dir, carry):
    """Carry a study, each time as a new claim on a reopened store, until it has ended; returns the claims it took."""

    def go_on(study_id, leaving):
        claims = 0
        while True:
            with Store.open(data_dir) as store:
                state = store.studies.get(study_id).state
                if state is StudyState.COMPLETED:
                    return claims
                assert state is StudyState.QUEUED
                carry(store, leaving=leaving(store, study_id))
            claims += 1
            assert claims < 100

    return go_on


@pytest.mark.parametrize("sampler", ["tpe", "random", "qmc", "gp", "grid"])
def test_a_restart_after_every_generation_changes_nothing(store, submit, carry, story, restarted, sampler):
    asked = {"sampler": sampler, "budget": {"max_trials": 25}, "training": {"epochs": 3, "batch_size": 60}}
    straight, stopped = submit(**asked), submit(**asked)
    carry(store)
    assert restarted(stopped, AfterAGeneration) > 2
    assert story(store, stopped) == story(store, straight)
    assert spent_exactly(store, straight, 25)


@pytest.mark.parametrize(
    "pruner",
    [
        "median",
        {"kind": "median", "resource": "epochs", "first_rung": 1},
        "successive_halving",
        {"kind": "successive_halving", "resource": "epochs", "first_rung": 1},
        {"kind": "hyperband", "first_rung": 1},
    ],
)
def test_a_restart_between_rungs_changes_nothing(store, submit, carry, story, restarted, pruner):
    asked = {"pruner": pruner, "training": {"epochs": 4, "batch_size": 60}}
    straight, stopped = submit(**asked), submit(**asked)
    carry(store)
    with capture_logs() as logs:
        assert restarted(stopped, AfterARung) > 2
    assert story(store, stopped) == story(store, straight)
    assert "trial.retrained_differently" not in {record["event"] for record in logs}


def test_a_restart_between_rungs_of_a_cocktail_changes_nothing(store, submit, carry, story, restarted):
    asked = {
        "mode": "cocktail",
        "regularizers": ["l1", "weight_decay", "dropout", "mixup", "ema", "swa"],
        "pruner": {"kind": "successive_halving", "resource": "epochs", "first_rung": 1},
        "budget": {"max_trials": 24},
    }
    straight, stopped = submit(**asked), submit(**asked)
    carry(store)
    with capture_logs() as logs:
        assert restarted(stopped, AfterARung) > 2
    assert story(store, stopped) == story(store, straight)
    assert "trial.retrained_differently" not in {record["event"] for record in logs}
    assert spent_exactly(store, straight, 24)
    trials = store.trials.of(straight)
    assert all(trial.state in {TrialState.COMPLETE, TrialState.PRUNED} for trial in trials)
    board = answers.leaderboard(store, straight)
    mixes = [trial for trial in trials if trial.regularizer == "cocktail" and trial.score is not None]
    assert board.mixes[0].score == min(trial.score for trial in mixes)
    assert {entry.regularizer for entry in board.entries if entry.rank} >= {"none", "l1", "swa", "cocktail"}


def test_stored_decisions_stand_and_a_different_score_is_told(store, data_dir, submit, carry, story, restarted):
    asked = {"pruner": {"kind": "median", "resource": "epochs", "first_rung": 1}, "budget": {"max_trials": 8}}
    straight, stopped = submit(**asked), submit(**asked)
    carry(store)
    carry(store, leaving=AfterARung(store, stopped))
    going_on = next(trial for trial in store.trials.of(stopped) if trial.state is TrialState.WAITING)
    with closing(sqlite3.connect(data_dir / "ridgeline.db")) as database:
        row = (stopped, going_on.number)
        (rungs,) = database.execute("SELECT rungs FROM trials WHERE study_id = ? AND number = ?", row).fetchone()
        changed = json.loads(rungs)
        changed[0]["folds"][0] += 1.0
        update = "UPDATE trials SET rungs = ? WHERE study_id = ? AND number = ?"
        database.execute(update, (json.dumps(changed), *row))
        database.commit()
    with capture_logs() as logs:
        restarted(stopped, AfterARung)
    told = [record for record in logs if record["event"] == "trial.retrained_differently"]
    assert told
    assert {(record["trial"], record["epochs"]) for record in told} == {(going_on.number, 1)}
    for before, after in zip(story(store, straight), story(store, stopped), strict=True):
        first, *later = after.pop("rungs")
        folds = list(first["folds"])
        folds[0] -= after["number"] == going_on.number
        assert folds == pytest.approx(before["rungs"][0]["folds"])
        assert later == list(before.pop("rungs")[1:])
        assert after == before


@pytest.fixture(scope="module")
def mixed(new_data_dir, submit_to, carry, story):
    """A study of every kind, run inline in a store of its own."""
    with Store.open(new_data_dir()) as alone:
        study_id = submit_to(alone, **MIXED)
        carry(alone)
        assert spent_exactly(alone, study_id, 32)
        return story(alone, study_id)


class TestProcesses:
    def test_none_or_one_or_two_give_the_same(self, store, submit, carry, story, mixed, cluster):
        two = submit(**MIXED)
        carry(store, cluster)
        assert story(store, two) == mixed
        one = submit(**MIXED)
        engine = ClusterEngine(1)
        carry(store, engine)
        engine.close()
        assert story(store, one) == mixed
        best = [answers.best(store, study_id).trial.number for study_id in (one, two)]
        assert best == [min(scored(mixed))[1]] * 2

    def test_one_killed_in_the_middle_changes_nothing(self, store, submit, carry, story, mixed, cluster):
        study_id = submit(**MIXED)
        killing = Killing(cluster, at={3, 9, 20})
        carry(store, killing)
        assert killing.killed == 3
        assert story(store, study_id) == mixed


def test_another_seed_gives_other_trials(store, submit, carry, story):
    first, second = submit(), submit(seed=1)
    carry(store)
    carry(store)
    assert story(store, first) != story(store, second)


class Killing:
    """Kills a process of the engine right after some of the segments have been handed over."""

    def __init__(self, engine, *, at):
        self.processes, self._engine, self._at = engine.processes, engine, at
        self._segments = self.killed = 0

    def submit(self, asked, *arguments):
        future = self._engine.submit(asked, *arguments)
        if asked is task.train:
            self._segments += 1
            if self._segments in self._at:
                while len(pids := self._engine.pids()) < self.processes:
                    time.sleep(0.01)  # the last one killed is on its way back
                os.kill(pids[self.killed % self.processes], signal.SIGKILL)
                self.killed += 1
        return future

    def close(self):
        self._engine.close()


def scored(told):
    return [(trial["score"], trial["number"]) for trial in told if trial["score"] is not None]


def spent_exactly(store, study_id, budget):
    """Whether so many settings were tried, all of them different, and each came to its end."""
    trials = store.trials.of(study_id)
    settings = {(t.regularizer, tuple(t.strengths.items()), t.learning_rate) for t in trials}
    ended = all(trial.state in {TrialState.COMPLETE, TrialState.PRUNED} for trial in trials)
    return len(trials) == len(settings) == budget and ended and store.studies.get(study_id).reason == "budget"
