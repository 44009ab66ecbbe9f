"""Events of a study as they happen, over connections that may break."""

import time
from collections.abc import Iterator

import httpx
import httpx_sse

from ridgeline.client.problems import raise_for_problem
from ridgeline.client.transport import Transport, parse
from ridgeline.errors import ServiceFailed, Unreachable
from ridgeline.spec.states import ENDED
from ridgeline.spec.views import EventView, StudyView

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0
QUIET_SECONDS = 60.0
"""A stream that is silent for so long is taken for dead; the service sends a comment more often."""


def follow(transport: Transport, study_id: str, after: int | None, patience_seconds: float) -> Iterator[EventView]:
    """Every event of a study after one of them, until the study has ended.

    A broken connection is opened anew, from the last event that came; after `patience_seconds` without a
    connection the last error is raised.
    """
    last = after
    pause = FIRST_PAUSE_SECONDS
    broken_since: float | None = None
    while True:
        try:
            for event in _connect(transport, study_id, last):
                last, pause, broken_since = event.id, FIRST_PAUSE_SECONDS, None
                yield event
            study = transport.read(StudyView, "GET", f"/v1/studies/{study_id}")
            broken_since = None
            if study.state in ENDED:
                return
        except Unreachable:
            broken_since = broken_since or time.monotonic()
            if time.monotonic() - broken_since + pause > patience_seconds:
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _connect(transport: Transport, study_id: str, last: int | None) -> Iterator[EventView]:
    """The events of one connection."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    path = f"/v1/studies/{study_id}/events"
    timeout = httpx.Timeout(transport.timeout_seconds, read=QUIET_SECONDS)
    with (
        transport.clear_errors(),
        httpx_sse.connect_sse(transport.http, "GET", path, headers=headers, timeout=timeout) as source,
    ):
        if not source.response.is_success:
            source.response.read()
            raise_for_problem(source.response)
        try:
            for event in source.iter_sse():
                if event.data:
                    yield parse(EventView, event.data, transport.url)
        except httpx_sse.SSEError as error:
            raise ServiceFailed(f"{transport.url}{path} must stream events but: {error}; check the URL") from error
