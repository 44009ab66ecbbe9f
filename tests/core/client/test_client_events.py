"""Event streams survive broken connections, without a gap and without a repeat."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import httpx
import pytest

from ridgeline.client import Client, events
from ridgeline.errors import NotFound, ServiceFailed, Unreachable
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import StudyView, TrialCounts

NOW = datetime(2026, 11, 22, tzinfo=UTC)
STREAM = {"Content-Type": "text/event-stream"}


def event(number: int) -> bytes:
    told = {"id": number, "study_id": "1", "at": NOW.isoformat(), "type": "rung.decided", "data": {}}
    return f"id: {number}\nevent: rung.decided\ndata: {json.dumps(told)}\n\n".encode()


def study(state: StudyState) -> httpx.Response:
    view = StudyView(
        id="1",
        name="iris",
        tags={},
        state=state,
        phase="search",
        reason=None,
        detail=None,
        possible=(),
        trials=TrialCounts(),
        max_trials=8,
        running_seconds=0,
        seconds_left=None,
        queue_position=None,
        best=None,
        study=resolve(StudySpec(dataset="iris"), BUILT_IN["iris"]),
        created_at=NOW,
        started_at=None,
        ended_at=None,
    )
    return httpx.Response(200, content=view.model_dump_json())


class Service:
    """Sends so many events a connection, then breaks it; `last` events in all."""

    def __init__(self, last: int, per_connection: int) -> None:
        self.last = last
        self.per_connection = per_connection
        self.asked_after: list[str | None] = []
        self.sent = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/events"):
            return study(StudyState.COMPLETED if self.sent == self.last else StudyState.RUNNING)
        self.asked_after.append(request.headers.get("Last-Event-ID"))
        return httpx.Response(200, headers=STREAM, stream=Stream(self))


class Stream(httpx.SyncByteStream):
    def __init__(self, service: Service) -> None:
        self.service = service

    def __iter__(self) -> Iterator[bytes]:
        yield b": ping\n\n"
        for _ in range(min(self.service.per_connection, self.service.last - self.service.sent)):
            self.service.sent += 1
            yield event(self.service.sent)
        if self.service.sent < self.service.last:
            yield event(self.service.sent + 1)[:20]
            raise httpx.ReadError("connection reset")


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch) -> None:
    monkeypatch.setattr(events, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(events, "LONGEST_PAUSE_SECONDS", 0.02)


def test_a_broken_stream_goes_on_after_the_last_event(wire) -> None:
    service = Service(last=7, per_connection=3)
    wire(service)
    with Client("http://service") as client:
        assert [event.id for event in client.events("1")] == [1, 2, 3, 4, 5, 6, 7]
    assert service.asked_after == [None, "3", "6"]


def test_a_stream_starts_behind_the_event_that_is_known(wire) -> None:
    service = Service(last=2, per_connection=9)
    wire(service)
    with Client("http://service") as client:
        list(client.events("1", after=0))
    assert service.asked_after == ["0"]


def test_patience_ends(wire) -> None:
    service = Service(last=9, per_connection=2)

    def dies(request: httpx.Request) -> httpx.Response:
        if service.asked_after:
            raise httpx.ConnectError("refused", request=request)
        return service(request)

    wire(dies)
    with Client("http://service") as client:
        stream = client.events("1", patience_seconds=0.1)
        assert [event.id for event in islice(stream, 2)] == [1, 2]
        with pytest.raises(Unreachable, match="refused"):
            next(stream)


def test_an_unknown_study_is_refused_at_once(service_url) -> None:
    with Client(service_url) as client, pytest.raises(NotFound):
        next(client.events("0000000000000000"))


def test_an_answer_that_is_no_stream_is_refused(wire) -> None:
    wire(lambda request: httpx.Response(200, text="hello"))
    with Client("http://service") as client, pytest.raises(ServiceFailed, match="must stream events"):
        next(client.events("1"))
