"""One look at the new events of all studies feeds every stream and every long poll of the process."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ridgeline.spec.views import EventView
from ridgeline.store import Store

PAGE = 500
QUEUE = 2000
"""Events that a slow listener may be behind; then its stream ends, and it resumes where it was."""

log = logging.getLogger(__name__)


class Listener:
    """The new events of one study, as one stream or long poll receives them."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[EventView | None] = asyncio.Queue(QUEUE)
        self._is_closed = False

    def offer(self, event: EventView) -> None:
        """Hand over an event; a listener that is too far behind is closed."""
        if self._is_closed:
            return
        if self._events.qsize() >= QUEUE - 1:
            self.close()
        else:
            self._events.put_nowait(event)

    def close(self) -> None:
        """Let the listener end once it has received what it was given."""
        if not self._is_closed:
            self._is_closed = True
            self._events.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[EventView]:
        while (event := await self._events.get()) is not None:
            yield event


class Poller:
    """Reads events while somebody listens, at most once in `seconds`, whatever the number of listeners."""

    def __init__(self, store: Store, seconds: float) -> None:
        self._store = store
        self._seconds = seconds
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._cursor = 0
        self._is_wanted = asyncio.Event()
        self._waking = asyncio.Lock()
        self._is_closed = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return sum(map(len, self._listeners.values()))

    @asynccontextmanager
    async def listen(self, study_id: str) -> AsyncIterator[Listener]:
        """Receive the events of a study that are written from now on."""
        listener = Listener()
        async with self._waking:
            if not self._listeners:
                self._cursor = await asyncio.to_thread(self._store.events.last_id)
            self._listeners[study_id].add(listener)
        if self._is_closed:
            listener.close()
        self._is_wanted.set()
        try:
            yield listener
        finally:
            self._listeners[study_id].discard(listener)
            if not self._listeners[study_id]:
                del self._listeners[study_id]
            if not self._listeners:
                self._is_wanted.clear()

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            await self._is_wanted.wait()
            try:
                events = await asyncio.to_thread(self._store.events.after, self._cursor, limit=PAGE)
            except Exception:
                log.exception("reading new events failed; trying again")
                events = ()
            for event in events:
                self._hand_out(event)
            if len(events) < PAGE:
                await asyncio.sleep(self._seconds)

    def close(self) -> None:
        """End every stream and long poll, now and from now on: the service shuts down."""
        self._is_closed = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.close()

    def _hand_out(self, event: EventView) -> None:
        self._cursor = max(self._cursor, event.id)
        for listener in self._listeners.get(event.study_id, ()):
            listener.offer(event)
