"""Actions over REST follow the table of `ridgeline.spec.states`."""

import pytest

from ridgeline.spec.states import HOLDS, TRANSITIONS, Action, StudyState


@pytest.fixture
def study_in(client, study, worker):
    """Bring the study into a state, by the ways that lead there."""

    def bring(state: StudyState) -> str:
        path = f"/v1/studies/{study['id']}"
        if state is StudyState.STOPPED:
            client.post(f"{path}/stop")
        elif state is not StudyState.QUEUED:
            claim = worker.claim()
            if state is StudyState.PAUSED:
                client.post(f"{path}/pause")
            if state is StudyState.STOPPING:
                client.post(f"{path}/stop")
            if state is StudyState.COMPLETED:
                worker.complete(claim)
            if state is StudyState.FAILED:
                worker.store.claims.settle(claim, state, "error", detail="broken", running_seconds=1.0)
        assert client.get(path).json()["state"] == state
        return path

    return bring


@pytest.mark.parametrize("state", StudyState)
@pytest.mark.parametrize("action", Action)
def test_an_action_leads_where_the_table_says(client, study_in, action, state):
    path = study_in(state)
    answer = client.post(f"{path}/{action}")
    target = TRANSITIONS[action].get(state)
    if target is not None:
        assert answer.status_code == 200
        assert answer.json()["state"] == target
    elif state in HOLDS[action]:
        assert answer.status_code == 200
        assert answer.json()["state"] == state
    else:
        problem = answer.json()
        assert answer.status_code == 409
        assert problem["type"] == "urn:ridgeline:problem:impossible_action"
        assert f"{action} is impossible for a study that is {state}" in problem["detail"]
        for possible in client.get(path).json()["possible"]:
            assert possible in problem["detail"]


def test_an_action_that_holds_writes_no_event(client, study, store):
    path = f"/v1/studies/{study['id']}"
    client.post(f"{path}/cancel")
    before = store.events.last_id()
    client.post(f"{path}/cancel")
    assert store.events.last_id() == before


class TestExtending:
    def test_raises_the_budget_of_a_study_on_its_way(self, client, study):
        answer = client.post(f"/v1/studies/{study['id']}/extend", json={"max_trials": 32})
        assert answer.status_code == 200
        assert answer.json()["max_trials"] == 32
        assert answer.json()["state"] == "queued"

    def test_queues_a_completed_study_again(self, client, study_in):
        answer = client.post(f"{study_in(StudyState.COMPLETED)}/extend", json={"max_trials": 32})
        assert answer.json()["state"] == "queued"
        assert answer.json()["reason"] is None

    def test_refuses_a_cancelled_study(self, client, study):
        path = f"/v1/studies/{study['id']}"
        client.post(f"{path}/cancel")
        assert client.post(f"{path}/extend", json={"max_trials": 32}).status_code == 409

    def test_to_the_present_total_changes_nothing(self, client, study):
        answer = client.post(f"/v1/studies/{study['id']}/extend", json={"max_trials": study["max_trials"]})
        assert (answer.status_code, answer.json()) == (200, study)

    @pytest.mark.parametrize("max_trials", [15, 1])
    def test_refuses_a_total_that_is_lower(self, client, study, max_trials):
        answer = client.post(f"/v1/studies/{study['id']}/extend", json={"max_trials": max_trials})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "max_trials"
