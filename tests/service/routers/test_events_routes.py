"""The event stream: from the first event or from where one was, up to the end."""

import threading

import httpx_sse
import pytest

from ridgeline.spec.views import EventView


@pytest.fixture
def events(client):
    """Every event of one connection to a stream."""

    def read(study_id, headers=None, params=None):
        path = f"/v1/studies/{study_id}/events"
        with httpx_sse.connect_sse(client, "GET", path, headers=headers or {}, params=params) as source:
            return [(event, EventView.model_validate_json(event.data)) for event in source.iter_sse() if event.data]

    return read


@pytest.fixture
def ended(client, trained):
    client.post(f"/v1/studies/{trained['id']}/cancel")
    return trained["id"]


TYPES = ["study.queued", "study.running", "generation.started", "rung.decided", "study.stopped"]


def test_an_ended_study_is_told_from_beginning_to_end(events, ended):
    told = events(ended)
    assert [event.type for _, event in told] == TYPES
    assert [raw.event for raw, _ in told] == TYPES
    assert [int(raw.id) for raw, _ in told] == [event.id for _, event in told]


def test_it_is_a_stream_that_nobody_buffers(client, ended):
    answer = client.get(f"/v1/studies/{ended}/events")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("way", ["header", "query"])
def test_it_resumes_behind_the_last_event(events, ended, way):
    last = str(events(ended)[1][1].id)
    told = (
        events(ended, headers={"Last-Event-ID": last})
        if way == "header"
        else events(ended, params={"last_event_id": last})
    )
    assert [event.type for _, event in told] == TYPES[2:]


def test_the_header_comes_before_the_query(events, ended):
    ids = [event.id for _, event in events(ended)]
    told = events(ended, headers={"Last-Event-ID": str(ids[3])}, params={"last_event_id": str(ids[0])})
    assert [event.type for _, event in told] == TYPES[4:]


def test_resumed_behind_the_end_it_ends_at_once(events, ended):
    last = str(events(ended)[-1][1].id)
    assert events(ended, headers={"Last-Event-ID": last}) == []


def test_what_happens_while_one_listens_is_told_in_order_and_once(events, client, study, worker):
    def work() -> None:
        claim = worker.claim()
        for _ in range(5):
            worker.train(claim, [("none", {}, 0.5)])
        worker.complete(claim)

    worker_thread = threading.Timer(0.3, work)
    worker_thread.start()
    told = [event for _, event in events(study["id"])]
    worker_thread.join()
    assert [event.type for event in told] == [
        "study.queued",
        "study.running",
        *(["generation.started", "rung.decided"] * 5),
        "study.completed",
    ]
    assert sorted({event.id for event in told}) == [event.id for event in told]


def test_the_end_before_an_extension_does_not_end_it(events, client, study, worker):
    path = f"/v1/studies/{study['id']}"
    worker.complete(worker.claim())
    client.post(f"{path}/extend", json={"max_trials": 32})
    timer = threading.Timer(0.3, client.post, args=(f"{path}/cancel",))
    timer.start()
    told = [event.type for _, event in events(study["id"])]
    timer.join()
    assert told == ["study.queued", "study.running", "study.completed", "study.queued", "study.stopped"]


def test_more_stored_events_than_a_page_are_all_told(events, store, study, worker, monkeypatch):
    monkeypatch.setattr("ridgeline_service.operations.watching.PAGE", 10)
    claim = worker.claim()
    for _ in range(12):
        worker.train(claim, [("none", {}, 0.5)])
    worker.complete(claim)
    assert len(events(study["id"])) == 2 + 2 * 12 + 1


def test_only_events_of_the_study_are_told(events, client, ended):
    other = client.post("/v1/studies", json={"dataset": "wine"}).json()["id"]
    client.post(f"/v1/studies/{other}/cancel")
    assert {event.study_id for _, event in events(ended)} == {ended}
