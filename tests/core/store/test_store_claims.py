"""A claim is atomic, a lease, and a fence."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from ridgeline.errors import ClaimLost, NotFound
from ridgeline.spec.states import Action, EndReason, StudyState, TrialState

RACER = """
import json, sys, time
from pathlib import Path
from ridgeline.store import Store
store = Store.open(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
mine = []
while claim := store.claims.next(sys.argv[2], lease_seconds=600):
    mine.append(claim.study_id)
print(json.dumps(mine))
"""


def test_processes_that_race_for_studies_never_get_the_same_one(desk):
    submitted = {desk.submit() for _ in range(40)}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(desk.data_dir), f"worker-{i}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for i in range(3)
    ]
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    taken = [json.loads(racer.communicate(timeout=60)[0]) for racer in racers]
    assert sorted(study for mine in taken for study in mine) == sorted(submitted)


def test_the_oldest_study_is_claimed_first_and_none_when_none_is_due(desk):
    first, second = desk.submit(), desk.submit()
    assert [desk.claim().study_id, desk.claim().study_id] == [first, second]
    assert desk.store.claims.next("worker", lease_seconds=30) is None


def test_a_study_that_is_asked_for_is_claimed_when_it_is_due_and_no_other_instead(desk):
    first, second = desk.submit(), desk.submit()
    taken = [desk.store.claims.next("worker", lease_seconds=30, study_id=second) for _ in range(2)]
    assert (taken[0].study_id, taken[1]) == (second, None)
    assert desk.claim().study_id == first


def test_a_claim_says_what_to_run_and_starts_the_study_once(desk):
    study_id = desk.submit(seed=7)
    claim = desk.claim()
    started = desk.store.studies.get(study_id).started_at
    assert (claim.number, claim.state, claim.study.seed) == (1, StudyState.RUNNING, 7)
    desk.clock.now += 100
    again = desk.claim("another")
    assert (again.study_id, again.number) == (study_id, 2)
    assert desk.store.studies.get(study_id).started_at == started


def test_a_renewed_lease_keeps_others_away(desk):
    desk.submit()
    claim = desk.claim()
    for _ in range(5):
        desk.clock.now += 20
        assert desk.store.claims.renew(claim, lease_seconds=30, running_seconds=1) is StudyState.RUNNING
        assert desk.store.claims.next("another", lease_seconds=30) is None


def test_running_time_never_goes_back(desk):
    study_id = desk.submit()
    claim = desk.claim()
    desk.store.claims.renew(claim, lease_seconds=30, running_seconds=9.0)
    desk.store.claims.renew(claim, lease_seconds=30, running_seconds=5.0)
    assert desk.store.studies.get(study_id).running_seconds == 9.0


def writes(desk, claim, results):
    claims = desk.store.claims
    return {
        "renew": lambda: claims.renew(claim, lease_seconds=30, running_seconds=99),
        "check": lambda: claims.check(claim),
        "add_generation": lambda: desk.add(claim, ["l1", "l1"], first=2, generation=1),
        "record_rung": lambda: desk.rung(claim, [results.complete(0, 0.1), results.complete(1, 0.2)]),
        "settle": lambda: claims.settle(claim, StudyState.COMPLETED, EndReason.BUDGET, running_seconds=99),
        "release": lambda: claims.release(claim, running_seconds=99),
    }


WRITES = ("renew", "check", "add_generation", "record_rung", "settle", "release")


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("how", ["taken over", "cancelled", "settled", "released"])
def test_whoever_lost_a_study_writes_nothing_more(desk, results, write, how):
    study_id = desk.submit()
    lost = desk.claim("first")
    desk.add(lost, ["none", "l2"])
    match how:
        case "taken over":
            desk.clock.now += desk.lease + 1
            assert desk.claim("second").study_id == study_id
        case "cancelled":
            desk.store.studies.act(study_id, Action.CANCEL)
        case "settled":
            desk.settle(lost)
        case "released":
            desk.store.claims.release(lost, running_seconds=1)
    before = desk.store.studies.get(study_id), desk.store.trials.of(study_id), desk.store.events.last_id()
    with pytest.raises(ClaimLost, match=study_id):
        writes(desk, lost, results)[write]()
    assert before == (desk.store.studies.get(study_id), desk.store.trials.of(study_id), desk.store.events.last_id())


def test_the_one_who_took_over_goes_on_writing(desk, results):
    study_id = desk.submit()
    desk.add(desk.claim("first"), ["none", "l2"])
    desk.clock.now += desk.lease + 1
    desk.rung(desk.claim("second"), [results.complete(0, 0.1), results.complete(1, 0.2)])
    assert desk.store.trials.counts(study_id).complete == 2


def test_check_tells_what_the_user_wants_now(desk):
    study_id = desk.submit()
    claim = desk.claim()
    assert desk.store.claims.check(claim) == (StudyState.RUNNING, 128)
    desk.store.studies.extend(study_id, 200)
    desk.store.studies.act(study_id, Action.PAUSE)
    assert desk.store.claims.check(claim) == (StudyState.PAUSED, 200)


@pytest.mark.parametrize(
    ("asked", "after"),
    [(None, StudyState.QUEUED), (Action.PAUSE, StudyState.PAUSED), (Action.STOP, StudyState.STOPPING)],
)
def test_a_released_study_waits_where_its_user_wants_it(desk, asked, after):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    if asked is not None:
        desk.store.studies.act(study_id, asked)
    desk.store.claims.release(claim, running_seconds=5)
    view = desk.store.studies.get(study_id)
    assert (view.state, view.running_seconds, view.trials.waiting) == (after, 5.0, 2)
    again = desk.store.claims.next("another", lease_seconds=30)
    assert (again is None) == (after is StudyState.PAUSED)  # a study on its way to stopped still needs a worker
    if again is not None:
        assert again.running_seconds == 5.0
        assert desk.store.trials.counts(study_id).running == 2


def test_a_resumed_study_is_claimed_at_once(desk):
    study_id = desk.study_in(StudyState.PAUSED)
    assert desk.store.studies.act(study_id, Action.RESUME).state is StudyState.RUNNING
    assert desk.claim().study_id == study_id


@pytest.mark.parametrize("state", [StudyState.COMPLETED, StudyState.STOPPED, StudyState.FAILED])
def test_settling_ends_the_study_and_stops_what_is_unfinished(desk, results, state):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2", "l2"])
    desk.rung(claim, [results.complete(0, 0.3)])
    desk.store.claims.settle(claim, state, EndReason.ERROR, detail="because", running_seconds=7)
    view = desk.store.studies.get(study_id)
    assert (view.state, view.reason, view.detail, view.running_seconds) == (state, EndReason.ERROR, "because", 10.0)
    assert view.ended_at is not None
    assert (view.trials.complete, view.trials.stopped) == (1, 2)
    assert desk.store.claims.next("another", lease_seconds=30) is None


def test_settling_to_a_state_that_is_no_end_is_refused(desk):
    desk.submit()
    with pytest.raises(ValueError, match="use release"):
        desk.settle(desk.claim(), StudyState.QUEUED)


def test_a_budget_raised_behind_the_workers_back_sends_the_study_back_to_the_queue(desk):
    study_id = desk.submit()
    claim = desk.claim()
    desk.store.studies.extend(study_id, 256)
    desk.store.claims.settle(claim, StudyState.COMPLETED, EndReason.BUDGET, running_seconds=1, max_trials=128)
    assert desk.store.studies.get(study_id).state is StudyState.QUEUED
    desk.store.claims.settle(desk.claim(), StudyState.COMPLETED, EndReason.BUDGET, running_seconds=1, max_trials=256)
    assert desk.store.studies.get(study_id).state is StudyState.COMPLETED


def test_a_rung_is_stored_whole_or_not_at_all(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    before = desk.store.studies.get(study_id), desk.store.trials.of(study_id), desk.store.events.last_id()
    with pytest.raises(NotFound, match="trial 7"):
        desk.rung(claim, [results.complete(0, 0.1), results.complete(7, 0.2)])
    assert before == (desk.store.studies.get(study_id), desk.store.trials.of(study_id), desk.store.events.last_id())


def test_an_error_after_the_trials_were_written_undoes_them(desk, results, monkeypatch):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    before = desk.store.studies.get(study_id), desk.store.trials.of(study_id)

    def fail(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("ridgeline.store.generations.record", fail)  # the last statement of the transaction
    with pytest.raises(RuntimeError, match="disk"):
        desk.rung(claim, [results.complete(0, 0.1), results.complete(1, 0.2)])
    assert before == (desk.store.studies.get(study_id), desk.store.trials.of(study_id))


def test_rungs_follow_each_other_in_the_trial(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2", "l2", "l2"])
    desk.rung(
        claim,
        [results.going_on(0, 0.5), results.going_on(1, 0.4), results.pruned(2, 0.9), results.diverged(3)],
        epochs=17,
    )
    desk.rung(claim, [results.complete(0, 0.3), results.complete(1, 0.2)])
    none, best, worse, failed = desk.store.trials.of(study_id)
    assert [(rung.epochs, rung.score) for rung in none.rungs] == [(17, 0.5), (50, 0.3)]
    assert (none.score, best.score, worse.score, failed.score) == (0.3, 0.2, None, None)
    assert [trial.state for trial in (none, worse, failed)] == [
        TrialState.COMPLETE,
        TrialState.PRUNED,
        TrialState.FAILED,
    ]
    assert failed.failure is not None
    assert worse.failure is None
    assert all(trial.ended_at is not None for trial in (none, best, worse, failed))


def test_what_a_rung_gave_as_strengths_is_stored_with_it(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["l2", "l2"])
    first, second = (trial.strengths for trial in desk.store.trials.of(study_id))
    desk.rung(claim, [results.complete(0, 0.3), replace(results.complete(1, 0.2), read_off={"strength": 7.0})])
    assert [trial.strengths for trial in desk.store.trials.of(study_id)] == [first, {"strength": 7.0}]
    assert second != {"strength": 7.0}


def test_a_rung_tells_the_decision_the_best_and_the_counters_in_one_event(desk, results):
    study_id = desk.submit()
    claim = desk.claim()
    desk.add(claim, ["none", "l2"])
    last = desk.store.events.last_id()
    desk.rung(claim, [results.complete(0, 0.5), results.complete(1, 0.4)])
    (event,) = desk.store.events.after(last, study_id=study_id)
    assert event.type == "rung.decided"
    assert event.data["decided"] == {"0": "complete", "1": "complete"}
    assert event.data["best"]["trial"] == 1
    assert event.data["trials"]["complete"] == 2
