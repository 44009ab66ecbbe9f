"""New rows for a model: a file of the columns that it sees, read and checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from jaxtyping import Int

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Dataset, ParseOptions, Roles
from ridgeline.tables.ingesting import ingest
from ridgeline.tables.keeping import HELD
from ridgeline.tables.limits import Limits
from ridgeline_worker.data import Table
from ridgeline_worker.portable.manifest import InputColumn, Manifest

ACCEPTED = {
    ColumnType.NUMERIC: {ColumnType.NUMERIC, ColumnType.BOOLEAN},
    ColumnType.BOOLEAN: {ColumnType.BOOLEAN},
    ColumnType.CATEGORICAL: {ColumnType.CATEGORICAL, ColumnType.TEXT},
    ColumnType.DATETIME: {ColumnType.DATETIME},
    ColumnType.ARRAY: {ColumnType.ARRAY},
}
"""By type of a column that the model sees: what new rows may hold in its place."""
MOST_NAMED = 20
"""Columns that a message names at most."""
FROM_TEXT = (ColumnType.NUMERIC, ColumnType.BOOLEAN, ColumnType.CATEGORICAL, ColumnType.DATETIME)


@dataclass(frozen=True)
class NewRows(Table):
    """A table in which words, and missing ones, may be new."""

    def places(self, column: Column) -> Int[np.ndarray, "rows"]:
        """As of any table; -1 where nothing was learned of the word, or of its absence."""
        words = list(column.counts or ())
        place = {word: index for index, word in enumerate(words)}
        absent = len(words) if column.missing else -1
        coded = self._column(column.name).combine_chunks()
        if not isinstance(coded, pa.DictionaryArray):  # not a word in it
            return np.full(self.dataset.rows, absent)
        known = np.array([*(place.get(word, -1) for word in coded.dictionary.to_pylist()), absent], dtype=np.int64)
        found: Int[np.ndarray, rows] = known[pc.fill_null(coded.indices, len(known) - 1).to_numpy(zero_copy_only=False)]
        return found


def new_rows(path: Path, manifest: Manifest, scratch: Path, *, ignores_extra: bool = False) -> NewRows:
    """Read a file as the model's data set was read.

    Args:
        scratch: a folder for the table that is made of it.
        ignores_extra: whether columns that the data set did not have are left out instead of refused.

    Raises:
        Invalid: it is no table, has no row, lacks a column, has others, or a column holds something else.
    """  # fmt: skip
    types = {column.name: column.type for column in manifest.columns if column.type in FROM_TEXT}
    stored = scratch / "rows.parquet"
    found = ingest(path, stored, ParseOptions(), path.name, Limits(), types=types)
    broken = [*_missing(manifest, found), *(() if ignores_extra else _extra(manifest, found))]
    broken += [each for column in manifest.columns for each in _of_another_type(column, found)]
    if broken:
        raise Invalid(broken)
    columns = tuple(column.column for column in manifest.columns)
    return NewRows(stored, found.model_copy(update={"columns": columns}), Roles(target=()), manifest.task)


def told_of(rows: NewRows, manifest: Manifest) -> Iterator[str]:
    """What is unlike the data set in these rows, in a sentence a column."""
    for column in manifest.columns:
        match column.type:
            case ColumnType.CATEGORICAL:
                unknown = int(np.sum(rows.places(column.column) < 0))
                if unknown:
                    told = "rows have a word, or none, that the training rows lack; it counts as none"
                    yield f"{column.name}: {unknown} {told}"
            case ColumnType.NUMERIC | ColumnType.BOOLEAN | ColumnType.DATETIME if not column.lacks:
                missing = int(np.isnan(rows.numbers(column.name)).sum())
                if missing:
                    strategy = manifest.preparation.imputation
                    told = f"rows lack a value, as no row of the data set does; its {strategy} stands in"
                    yield f"{column.name}: {missing} {told}"


def _missing(manifest: Manifest, found: Dataset) -> Iterator[Violation]:
    names = [column.name for column in found.columns]
    lacking = [column.name for column in manifest.columns if column.name not in names]
    if lacking:
        rule = f"must have every column that the model sees, and {', '.join(map(repr, lacking[:MOST_NAMED]))} too,"
        yield Violation("file", rule, names[:MOST_NAMED], "add what is missing, or rename the column that holds it")


def _extra(manifest: Manifest, found: Dataset) -> Iterator[Violation]:
    known = [column.name for column in manifest.columns]
    for column in found.columns:
        if column.name not in {*known, *manifest.others}:
            rule = "must have no column that the data set of the model lacks,"
            near = get_close_matches(column.name, known, n=1)
            told = f"rename it if it is {near[0]!r}, else remove it" if near else "remove it"
            remedy = f"{told}, or leave out what is extra with --ignore-extra"
            yield Violation("file", rule, column.name, remedy)


def _of_another_type(wanted: InputColumn, found: Dataset) -> Iterator[Violation]:
    column = found.column(wanted.name)
    if column is None or column.missing == found.rows:
        return
    if column.type not in ACCEPTED[wanted.type]:
        yield Violation("file", f"must hold {HELD[wanted.type]} in {wanted.name!r}", HELD[column.type], "correct them")
    elif column.shape != wanted.shape:
        rule = f"must hold arrays of shape {list(wanted.shape or ())} in {wanted.name!r}"
        yield Violation("file", rule, list(column.shape or ()), "make them so")
