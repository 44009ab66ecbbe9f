"""Pages of a list by key: no row comes twice or is missed, whatever is added meanwhile.

A cursor is the list, its order, its filters and the key of the last row, as base64 of JSON.
"""

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, literal, tuple_

from ridgeline.errors import Invalid, Violation

Key = Sequence[str | int | float]

LARGEST = 2**63 - 1
"""Databases hold whole numbers of 64 bits."""


@dataclass(frozen=True)
class Order:
    """A list in a full order: no two rows have equal keys."""

    listing: str  #: which list it is, such as `studies`
    sort: str  #: name of the order
    columns: tuple[ColumnElement[Any], ...]  #: the key; part of what is selected
    descending: bool = False
    filters: tuple[str | None, ...] = ()  #: what the list was narrowed to

    @property
    def _name(self) -> list[Any]:
        return [self.listing, self.sort, *self.filters]

    def cursor(self, row: Row[Any]) -> str:
        """A cursor behind a row."""
        told = [self._name, [row._mapping[column] for column in self.columns]]  # noqa: SLF001  # public in SQLAlchemy
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")

    def key(self, cursor: str) -> Key:
        """The key in a cursor.

        Raises:
            Invalid: the cursor is damaged or of another list, order or filter.
        """
        try:
            name, key = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        except (ValueError, TypeError, RecursionError):
            raise _foreign(cursor) from None
        if name != self._name or not self._is_key(key):
            raise _foreign(cursor)
        return key  # type: ignore[no-any-return]

    def _is_key(self, key: object) -> bool:
        return (
            isinstance(key, list)
            and len(key) == len(self.columns)
            and all(_fits(part, column.type.python_type) for part, column in zip(key, self.columns, strict=True))
        )


def paged(
    connection: Connection, query: Select[Any], order: Order, cursor: str | None, limit: int
) -> tuple[Sequence[Row[Any]], str | None]:
    """Rows behind a cursor, and the cursor behind the last of them unless it ends the list.

    Raises:
        Invalid: the cursor is from elsewhere.
    """
    if cursor is not None:
        here = tuple_(*order.columns)
        last = tuple_(
            *(literal(part, column.type) for part, column in zip(order.key(cursor), order.columns, strict=True))
        )
        query = query.where(here < last if order.descending else here > last)
    query = query.order_by(*(column.desc() if order.descending else column for column in order.columns))
    rows = connection.execute(query.limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], order.cursor(rows[limit - 1])


def _fits(part: object, wanted: type) -> bool:
    """Whether a part of a key can be compared with its column: of its type, and such that a database takes it."""
    match part:
        case bool():
            return False
        case int():
            return wanted in {int, float} and abs(part) <= LARGEST
        case float():
            return wanted is float and not math.isnan(part)
        case str():
            return wanted is str and not any("\ud800" <= letter <= "\udfff" for letter in part)
        case _:
            return False


def _foreign(cursor: str) -> Invalid:
    rule = "must come from the same list with the same order and filters"
    return Invalid([Violation("cursor", rule, cursor, "start again without a cursor")])
