"""Where each column stands in a prepared row, and what it looks like before anything is fitted.

The order of a prepared row is that of `ridgeline.spec.columns.Inputs`: numbers first, each column's followed by its
indicator of missing values; then a block of zeros and ones for each categorical column, or one code each.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float, Int

from ridgeline.spec.columns import Column, ColumnType
from ridgeline_worker.data.numbers import ColumnsOfNumbers
from ridgeline_worker.data.table import MICROSECONDS_A_DAY, Table

NUMBERS_AT_ONCE = 2**20
"""Numbers of a table in memory at once, in double precision, while it is prepared; of a large one more."""
SHARE_AT_ONCE = 16
"""One part of so many of a large table: writing few columns into a matrix is slow."""
DAYS_A_WEEK = 7


def columns_of_numbers(table: Table) -> Iterator[ColumnsOfNumbers]:
    """All columns that are numbers or dates, some at a time."""
    rows, width = table.dataset.rows, sum(column.numbers for column in table.features)
    at_once = max(1, NUMBERS_AT_ONCE // rows, width // SHARE_AT_ONCE)
    start, chosen, held = 0, list[tuple[Column, int]](), 0
    for column in table.features:
        if not column.numbers or column.type is ColumnType.ARRAY:
            continue
        chosen.append((column, start))
        start, held = start + column.numbers, held + column.numbers
        if held >= at_once:
            yield _block(table, chosen)
            chosen, held = [], 0
    if chosen:
        yield _block(table, chosen)


def _block(table: Table, chosen: Sequence[tuple[Column, int]]) -> ColumnsOfNumbers:
    width = sum(_plain_numbers(column) for column, _ in chosen)
    values = np.empty((table.dataset.rows, width))
    at, ranked = np.empty(width, dtype=np.int64), np.ones(width, dtype=bool)
    incomplete, indicators = np.zeros(width, dtype=bool), np.full(width, -1)
    place = 0
    for column, start in chosen:
        count = _plain_numbers(column)
        here = slice(place, place + count)
        read = table.numbers(column.name)
        if column.type is ColumnType.DATETIME:
            values[:, here] = _dates(read)
            ranked[place + 1 : place + count] = False
        else:
            values[:, place] = read
            ranked[place] = column.type is not ColumnType.BOOLEAN
        at[here] = np.arange(start, start + count)
        if count < column.numbers:
            incomplete[here] = True
            indicators[place] = start + count
        place += count
    return ColumnsOfNumbers(values, at, incomplete, ranked, indicators)


def _plain_numbers(column: Column) -> int:
    """Numbers of a column without its indicator."""
    return column.numbers - (1 if column.missing + column.infinite else 0)


def _dates(microseconds: Float[np.ndarray, "rows"]) -> Float[np.ndarray, "rows 5"]:
    """Days since 1970; sine and cosine of the place in the week, which begins on Monday; the same of the year."""
    days = microseconds / MICROSECONDS_A_DAY
    known = ~np.isnan(microseconds)
    times = np.where(known, microseconds, 0).astype(np.int64).view("M8[us]")
    years = times.astype("M8[Y]")
    first, following = years.astype("M8[us]"), (years + 1).astype("M8[us]")
    of_year = (times - first) / (following - first)
    monday = 3  # 1970 began on a Thursday
    of_week = ((days + monday) / DAYS_A_WEEK) % 1.0
    angles = 2 * np.pi * np.stack([of_week, np.where(known, of_year, np.nan)], axis=1)
    week, year = angles.T
    return np.stack([days, np.sin(week), np.cos(week), np.sin(year), np.cos(year)], axis=1)


class Categories:
    """A categorical column as zeros and ones, or as codes.

    A category that the training rows lack is unknown, all zeros or the code -1: nothing was learned of its place.
    """

    def __init__(self, places: Int[np.ndarray, "rows"], count: int, train: Int[np.ndarray, "train"]) -> None:
        self._places = places
        self._known = np.bincount(places[train], minlength=count) > 0

    def write_one_hot(
        self, rows: Int[np.ndarray, "rows"], prepared: Float[np.ndarray, "rows held"], start: int
    ) -> None:
        """Put a one at the place of each row's category, from this column on."""
        places = self._places[rows]
        known = np.flatnonzero(self._known[places])
        prepared[known, start + places[known]] = 1.0

    def write_codes(self, rows: Int[np.ndarray, "rows"], prepared: Float[np.ndarray, "rows held"], at: int) -> None:
        """Put the code of each row's category into this column."""
        places = self._places[rows]
        prepared[:, at] = np.where(self._known[places], places, -1)
