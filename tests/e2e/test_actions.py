"""What a user asks of a running study happens, through the service and the worker."""

import time

import pytest

from ridgeline.errors import ImpossibleAction
from ridgeline.spec.states import StudyState

UNFINISHED = {"waiting", "running"}


@pytest.fixture
def running(client, longer, waiting):
    """A study that has decided its first rung, with far more to do."""

    def start(**asked):
        study = client.submit(longer | {"budget": {"max_trials": 2000}} | asked)
        waiting(lambda: any(trial.rungs for trial in client.trials(study.id)))
        return study.id

    return start


@pytest.fixture
def in_state(client, waiting):
    def wait(study_id, state):
        return waiting(lambda: (view := client.study(study_id)).state == state and view)

    return wait


def told(client, study_id, *, but=frozenset()):
    skipped = {"started_at", "ended_at"} | but
    return [trial.model_dump(exclude=skipped) for trial in client.trials(study_id)]


def kinds(client, study_id):
    """Events of an ended study."""
    return [event.type for event in client.events(study_id)]


def test_pause_keeps_what_is_done_until_resume_and_stop_answers_from_it(client, running, in_state, waiting):
    study_id = running()
    assert client.pause(study_id).state == "paused"
    waiting(lambda: client.study(study_id).trials.running == 0)

    def stands_still():
        before = told(client, study_id), client.study(study_id).running_seconds
        time.sleep(1.0)
        return before == (told(client, study_id), client.study(study_id).running_seconds)

    waiting(stands_still)  # the worker may still be giving it up
    before = told(client, study_id)
    assert stands_still()
    assert client.pause(study_id).state == "paused"

    done = [trial for trial in before if trial["state"] not in UNFINISHED]
    assert client.resume(study_id).state == "running"
    waiting(lambda: client.study(study_id).trials.ended > len(done))
    client.stop(study_id)
    stopped = in_state(study_id, "stopped")
    assert stopped.reason == "stop"
    assert stopped.trials.started == stopped.trials.ended
    after = told(client, study_id)
    assert [after[trial["number"]] for trial in done] == done
    best = client.best(study_id)
    assert not best.provisional
    assert best.score == min(trial["score"] for trial in after if trial["state"] == "complete")
    assert kinds(client, study_id).count("study.paused") == 1


def test_cancel_ends_it_at_once_and_its_worker_takes_the_next(client, running, small):
    study_id = running()
    cancelled = client.cancel(study_id)
    assert (cancelled.state, cancelled.reason) == ("stopped", "cancelled")
    before = told(client, study_id)
    assert not {trial["state"] for trial in before} & UNFINISHED
    following = client.submit(small)
    assert client.wait(following.id, timeout_seconds=60).state == "completed"
    assert told(client, study_id) == before


def test_extend_goes_on_where_it_ended(client, small):
    study = client.submit(small | {"budget": {"max_trials": 16}})
    assert client.wait(study.id, timeout_seconds=60).reason == "budget"
    before = told(client, study.id)
    assert client.extend(study.id, 24).state == "queued"
    ended = client.wait(study.id, timeout_seconds=60)
    assert (ended.state, ended.reason, ended.trials.ended) == ("completed", "budget", 24)
    assert told(client, study.id)[:16] == before


def test_extend_of_a_running_study_is_obeyed(client, longer, waiting):
    study = client.submit(longer | {"budget": {"max_trials": 16}})
    waiting(lambda: client.study(study.id).state == "running")
    client.extend(study.id, 24)
    assert client.wait(study.id, timeout_seconds=60).trials.complete + client.study(study.id).trials.pruned == 24


def test_it_ends_when_its_seconds_are_spent(client, longer):
    study = client.submit(longer | {"budget": {"max_trials": 2000, "max_seconds": 1.0}})
    ended = client.wait(study.id, timeout_seconds=60)
    assert (ended.state, ended.reason) == ("completed", "seconds")
    assert ended.running_seconds >= 1.0
    assert 0 < ended.trials.started == ended.trials.ended < 2000


def test_it_ends_after_the_generation_that_meets_its_target(client, small):
    study = client.submit(small | {"budget": {"max_trials": 200, "target": 5.0}})
    ended = client.wait(study.id, timeout_seconds=60)
    assert (ended.state, ended.reason) == ("completed", "target")
    assert ended.trials.started == ended.study.plan.generation_trials
    assert client.best(study.id).score <= 5.0


def test_a_small_grid_is_exhausted(client, small):
    asked = {
        "sampler": {"kind": "grid", "points": 4},
        "regularizers": ["none", "l2", {"kind": "dropout", "rate": [0.1, 0.3]}],
    }
    ended = client.wait(client.submit(small | asked).id, timeout_seconds=60)
    assert (ended.state, ended.reason) == ("completed", "exhausted")
    assert ended.trials.ended == 1 + 4 + 2


def test_an_action_that_is_impossible_changes_nothing(client, small):
    study = client.submit(small | {"budget": {"max_trials": 8}})
    ended = client.wait(study.id, timeout_seconds=60)
    with pytest.raises(ImpossibleAction, match="pause"):
        client.pause(study.id)
    assert client.study(study.id) == ended


def test_studies_take_turns(client, longer):
    studies = [client.submit(longer | {"seed": seed}).id for seed in (1, 2, 3)]
    for study_id in studies:
        assert client.wait(study_id, timeout_seconds=120).state == StudyState.COMPLETED
    events = {study_id: list(client.events(study_id)) for study_id in studies}
    first_end = min(told[-1].id for told in events.values())
    for told_of_one in events.values():
        decided = [event.id for event in told_of_one if event.type == "rung.decided"]
        assert decided[1] < first_end  # one after another, none would be decided
