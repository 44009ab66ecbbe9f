"""What happened to studies, in order: one event a transition or a rung."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from ridgeline.spec.states import ENDED
from ridgeline.spec.views import EventView
from ridgeline.store.database import Database
from ridgeline.store.rows import moment
from ridgeline.store.tables import events, studies


class Events:
    """The log of all studies."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def after(self, event_id: int, *, study_id: str | None = None, limit: int = 500) -> tuple[EventView, ...]:
        """What came after an event, the oldest first; 0 stands for the beginning."""
        query = select(events).where(events.c.id > event_id).order_by(events.c.id).limit(limit)
        if study_id is not None:
            query = query.where(events.c.study_id == study_id)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(EventView.model_validate({**row, "at": moment(row["at"])}) for row in rows)

    def last_id(self) -> int:
        """The newest event; 0: there is none."""
        with self._database.read() as connection:
            newest = connection.execute(select(func.max(events.c.id))).scalar()
        return newest or 0

    def prune(self, older_than_seconds: float) -> int:
        """Delete the events of studies that ended so long ago; returns how many."""
        cutoff = self._clock() - older_than_seconds
        ended = select(studies.c.id).where(studies.c.state.in_(ENDED), studies.c.ended_at < cutoff)
        with self._database.write() as connection:
            return connection.execute(delete(events).where(events.c.study_id.in_(ended))).rowcount


def record(connection: Connection, study_id: str, at: float, type_: str, data: dict[str, Any]) -> None:
    """Add an event to the transaction that makes it true."""
    connection.execute(insert(events).values(study_id=study_id, at=at, type=type_, data=data))
