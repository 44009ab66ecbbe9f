"""The stored form: a Parquet file of bounded row groups, and in it the hash of each row.

Numbers keep their type, words are strings, times are microseconds UTC, arrays are lists of one length; what is missing
is null, never NaN.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from ridgeline.spec.columns import Column
from ridgeline.spec.datasets import Remark
from ridgeline.tables.duplicates import count_different
from ridgeline.tables.hashing import hashes, term
from ridgeline.tables.limits import Limits, TooLarge, Unreadable
from ridgeline.tables.preview import PREVIEW_ROWS, preview
from ridgeline.tables.profile import ColumnProfile
from ridgeline.tables.remarks import remarks

ROW_HASH = "__row_hash__"
"""The hidden column: the sum of the terms of all others (`ridgeline.tables.hashing`)."""

_COLUMNS = b"ridgeline.columns"
"""In the file's metadata: what is known of its columns, as JSON."""

_GROUP_BYTES = 16 * 2**20
_GROUP_ROWS = 2**17


_TOLD = TypeAdapter(tuple[Column, ...])


@dataclass(frozen=True, slots=True)
class Written:
    """A table that was written, and what is known of it."""

    rows: int
    bytes: int
    columns: tuple[Column, ...]
    remarks: tuple[Remark, ...]
    preview: tuple[dict[str, Any], ...]


class Writer:
    """Writes a table block by block, and finds out on the way what is to be known of it."""

    def __init__(
        self,
        output: Path,
        schema: Any,
        *,
        shapes: Mapping[str, tuple[int, ...]],
        orders: Mapping[str, tuple[str, ...]],
        limits: Limits,
    ) -> None:
        self._output, self._limits = output, limits
        self._profiles = [
            ColumnProfile(field.name, field.type, shapes.get(field.name), orders.get(field.name, ()))
            for field in schema
        ]
        self._rows = self._bytes = self._held = 0
        self._blocks: list[Any] = []
        self._preview: tuple[dict[str, Any], ...] = ()
        self._shapes = shapes
        self._schema = schema.remove_metadata().append(pa.field(ROW_HASH, pa.uint64()))
        repeating = [field.name for field in schema if pa.types.is_string(field.type)]
        self._file = pq.ParquetWriter(
            output,
            self._schema,
            compression="zstd",
            use_dictionary=repeating,
            write_statistics=False,
            dictionary_pagesize_limit=2**20,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def write(self, block: Any) -> None:
        """Add a block of rows.

        Raises:
            TooLarge: the table is beyond a limit.
        """
        self._bytes += block.nbytes
        if self._rows + len(block) > self._limits.rows:
            raise TooLarge(f"must have at most {self._limits.rows} rows", "more", "add a part of it")
        if self._bytes > self._limits.table_bytes:
            rule = f"must hold at most {self._limits.table_bytes} bytes of values"
            raise TooLarge(rule, "more", "add fewer rows or columns")
        total = np.zeros(len(block), dtype=np.uint64)
        for profile, values in zip(self._profiles, block.columns, strict=True):
            hashed = hashes(values)
            profile.take(values, hashed, self._rows)
            total += term(profile.name, hashed)
        if len(self._preview) < PREVIEW_ROWS:
            self._preview += preview(block.slice(0, PREVIEW_ROWS - len(self._preview)), self._shapes)
        self._rows += len(block)
        self._blocks.append(block.append_column(ROW_HASH, pa.array(total)))
        self._held += block.nbytes
        if self._held >= _GROUP_BYTES or sum(map(len, self._blocks)) >= _GROUP_ROWS:
            self._flush()

    def finish(self) -> Written:
        """Close the file and tell what is known of it.

        Raises:
            Unreadable: there was no row, or none with a value.
        """
        if not self._rows:
            raise Unreadable("must have a row of values", "0 rows", "check that it was written whole")
        self._flush()
        columns = tuple(profile.column() for profile in self._profiles)
        if all(column.missing == self._rows for column in columns):
            told = f"{self._rows} rows without any"
            raise Unreadable("must have a value in some row", told, "check that it was written whole")
        self._file.add_key_value_metadata({_COLUMNS: _TOLD.dump_json(columns, exclude_defaults=True)})
        self._file.close()
        different = count_different(self._output, ROW_HASH, self._rows)
        return Written(
            rows=self._rows,
            bytes=self._output.stat().st_size,
            columns=columns,
            remarks=remarks(self._profiles, columns, self._rows, self._rows - different),
            preview=self._preview,
        )

    def _flush(self) -> None:
        if self._blocks:
            self._file.write_table(pa.Table.from_batches(self._blocks, self._schema), row_group_size=_GROUP_ROWS)
        self._blocks, self._held = [], 0


def columns(path: Path) -> tuple[Column, ...]:
    """What is known of the columns of a stored table, in their order: as in its data set."""
    return _TOLD.validate_json(pq.read_metadata(os.fspath(path)).metadata[_COLUMNS])


def read(path: Path, columns: Sequence[str]) -> Any:
    """Columns of a stored table as a pyarrow Table, in the order asked for; words come dictionary-encoded."""
    with _opened(path, columns) as file:
        return file.read(columns=list(columns), use_threads=False).select(list(columns)).unify_dictionaries()


def blocks(path: Path, columns: Sequence[str], rows: int = 2**16) -> Iterator[Any]:
    """The same as record batches of at most so many rows, one after another; each has its own dictionaries."""
    with _opened(path, columns) as file:
        for block in file.iter_batches(rows, columns=list(columns), use_threads=False):
            yield block.select(list(columns))


def _opened(path: Path, columns: Sequence[str]) -> Any:
    schema = pq.read_schema(path)
    words = [name for name in columns if pa.types.is_string(schema.field(name).type)]
    return pq.ParquetFile(os.fspath(path), read_dictionary=words, pre_buffer=False, buffer_size=2**16)
