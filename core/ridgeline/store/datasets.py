"""Data sets that a study may ask for."""

import time
from collections.abc import Iterable

from sqlalchemy import Connection, insert, or_, select, update

from ridgeline.errors import NotFound
from ridgeline.spec import DatasetFacts
from ridgeline.spec.views import Page
from ridgeline.store.cursors import Order, paged
from ridgeline.store.database import Database
from ridgeline.store.tables import datasets


class Datasets:
    """What is known of each data set."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, name_or_id: str) -> DatasetFacts | None:
        """The data set of this name or id, if there is one."""
        query = select(datasets.c.facts).where(or_(datasets.c.id == name_or_id, datasets.c.name == name_or_id))
        with self._database.read() as connection:
            facts = connection.execute(query).scalar()
        return None if facts is None else DatasetFacts.model_validate_json(facts)

    def get(self, name_or_id: str) -> DatasetFacts:
        """The data set of this name or id.

        Raises:
            NotFound: there is none.
        """
        found = self.find(name_or_id)
        if found is None:
            raise NotFound("data set", name_or_id)
        return found

    def names(self) -> tuple[str, ...]:
        """Every name, in alphabetical order."""
        with self._database.read() as connection:
            return tuple(connection.execute(select(datasets.c.name).order_by(datasets.c.name)).scalars())

    def page(self, cursor: str | None = None, limit: int = 50) -> Page[DatasetFacts]:
        """Data sets by name.

        Raises:
            Invalid: the cursor is from elsewhere.
        """
        order = Order("datasets", "name", (datasets.c.name,))
        with self._database.read() as connection:
            rows, following = paged(connection, select(datasets), order, cursor, limit)
        items = tuple(DatasetFacts.model_validate_json(row.facts) for row in rows)
        return Page[DatasetFacts](items=items, next_cursor=following)


def upsert(connection: Connection, all_facts: Iterable[DatasetFacts]) -> None:
    """Enter data sets, or what is newly known of them."""
    known = set(connection.execute(select(datasets.c.id)).scalars())
    for facts in all_facts:
        values = {"name": facts.name, "facts": facts.model_dump_json()}
        if facts.id in known:
            connection.execute(update(datasets).where(datasets.c.id == facts.id).values(**values))
        else:
            connection.execute(insert(datasets).values(id=facts.id, created_at=time.time(), **values))
