"""Follow a study: every event as it comes, or only its end."""

import asyncio
from collections.abc import AsyncIterator

from ridgeline.spec.states import ENDED
from ridgeline.spec.views import EventView, StudyView
from ridgeline.store import Store
from ridgeline_service.deps import Poller

ENDINGS = frozenset(f"study.{state}" for state in ENDED)
"""Types of the events that end a study."""
PAGE = 500


async def follow(store: Store, poller: Poller, study_id: str, after: int) -> AsyncIterator[EventView]:
    """The events of a study behind an event: those that are stored, then those to come, up to its end.

    The end of an extended study before its extension ends nothing.
    """
    async with poller.listen(study_id) as listener:
        study = await asyncio.to_thread(store.studies.get, study_id)
        has_ended = study.state in ENDED
        while events := await asyncio.to_thread(store.events.after, after, study_id=study_id, limit=PAGE):
            for event in events:
                yield event
            after = events[-1].id
            has_ended = events[-1].type in ENDINGS or study.state in ENDED
        if has_ended:
            return
        async for event in listener:
            if event.id > after:
                yield event
                after = event.id
                if event.type in ENDINGS:
                    return


async def wait_until_ended(store: Store, poller: Poller, study_id: str, seconds: float) -> StudyView:
    """The study once it has ended, or as it is when the time is up; 0 seconds: as it is now.

    Raises:
        NotFound: no study has this id.
    """
    if seconds == 0:
        return await asyncio.to_thread(store.studies.get, study_id)
    async with poller.listen(study_id) as listener:
        study = await asyncio.to_thread(store.studies.get, study_id)
        if study.state in ENDED:
            return study
        try:
            async with asyncio.timeout(seconds):
                async for event in listener:
                    if event.type in ENDINGS:
                        break
        except TimeoutError:
            pass
    return await asyncio.to_thread(store.studies.get, study_id)
