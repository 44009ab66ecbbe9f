"""What happens to a study, as a stream of server-sent events."""

import asyncio
from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ridgeline_service.deps import PollerDep, StoreDep, StudyId
from ridgeline_service.operations.watching import follow
from ridgeline_service.problems import problems

router = APIRouter(prefix="/v1/studies/{study_id}/events", tags=["studies"])

EventId = Annotated[int | None, Query(ge=0, lt=2**63, description="Only events after the one with this id.")]
EventIdHeader = Annotated[
    int | None,
    Header(alias="Last-Event-ID", ge=0, lt=2**63, description="The same, as browsers send it; it comes first."),
]


async def _existing(study_id: StudyId, store: StoreDep) -> str:
    """The id of a study that exists: a stream that has started cannot be refused any more."""
    return (await asyncio.to_thread(store.studies.get, study_id)).id


@router.get("", response_class=EventSourceResponse, responses=problems(404, 422))
async def stream_events(
    existing: Annotated[str, Depends(_existing)],
    store: StoreDep,
    poller: PollerDep,
    last_event_id: EventId = None,
    last_event_id_header: EventIdHeader = None,
) -> AsyncIterable[ServerSentEvent]:
    """Follow a study from its first event, or from where you were, up to the event that ends it."""
    after = last_event_id_header if last_event_id_header is not None else last_event_id
    async for event in follow(store, poller, existing, after or 0):
        yield ServerSentEvent(raw_data=event.model_dump_json(), event=event.type, id=str(event.id))
