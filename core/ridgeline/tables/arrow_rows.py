"""Parquet and Arrow files, some rows at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from ridgeline.spec.datasets import Format, ParseOptions
from ridgeline.tables.keeping import Rows, check_names
from ridgeline.tables.limits import Limits, TooLarge, Unreadable

_BLOCK_BYTES = 8 * 2**20


def parquet_rows(path: Path, limits: Limits) -> Rows:
    """The rows of a Parquet file.

    Raises:
        Unreadable: it is cut or broken.
        TooLarge: by its own account it is beyond a limit.
    """
    with _in_words("parquet"):
        file = pq.ParquetFile(path, pre_buffer=False, buffer_size=2**16)
        meta = file.metadata
        size = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
    if meta.num_rows > limits.rows:
        raise TooLarge(f"must have at most {limits.rows} rows", meta.num_rows, "add a part of it")
    if size > limits.table_bytes:
        raise TooLarge(f"must hold at most {limits.table_bytes} bytes of values", size, "add a part of it")
    check_names(file.schema_arrow.names, limits)
    at_once = max(1, min(2**16, _BLOCK_BYTES * max(meta.num_rows, 1) // max(size, 1)))
    return _fixed(file.schema_arrow, lambda: file.iter_batches(at_once, use_threads=False), Format.PARQUET)


def arrow_rows(path: Path, limits: Limits) -> Rows:
    """The rows of an Arrow file or stream, Feather 2 among them.

    Raises:
        Unreadable: it is cut or broken.
    """
    with _in_words("arrow"):
        schema = _opened(path).schema
    check_names(schema.names, limits)
    return _fixed(schema, lambda: _small(_batches(path)), Format.ARROW)


def _opened(path: Path) -> Any:
    """A reader of the file, or of the stream that it holds."""
    mapped = pa.memory_map(str(path))
    try:
        return pa.ipc.open_file(mapped)
    except pa.ArrowInvalid:
        mapped.seek(0)
        return pa.ipc.open_stream(mapped)


def _batches(path: Path) -> Iterator[Any]:
    reader = _opened(path)
    if hasattr(reader, "get_batch"):
        yield from (reader.get_batch(i) for i in range(reader.num_record_batches))
    else:
        yield from reader


def table_rows(table: Any, limits: Limits) -> Rows:
    """The rows of a table in memory."""
    check_names(table.schema.names, limits)
    return _fixed(table.schema, lambda: _small(table.to_batches()), Format.ARROW)


def _small(blocks: Any) -> Iterator[Any]:
    for block in blocks:
        step = max(1, min(2**16, _BLOCK_BYTES * len(block) // max(block.nbytes, 1)))
        for start in range(0, len(block), step):
            yield block.slice(start, step)


def _fixed(schema: Any, blocks: Any, form: Format) -> Rows:
    """Lists of any length become lists of one length, that of the first; a row of another length is refused."""
    lists = {field.name for field in schema if _is_list(field.type)}
    found = {name: _lengths(blocks, name, form) for name in lists}
    fields = [pa.field(each.name, found[each.name][1]) if each.name in lists else each for each in schema]
    target = pa.schema(fields)

    def values() -> Iterator[Any]:
        with _in_words(form.value):
            for block in blocks():
                block.validate(full=True)  # offsets beyond the data, and words that are not UTF-8
                columns = [
                    _to_fixed(column, field.type, field.name) if field.name in lists else column
                    for field, column in zip(target, block.columns, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=target)

    shapes = {name: shape for name, (shape, _) in found.items()}
    return Rows(schema=target, blocks=values(), shapes=shapes, options=ParseOptions(format=form))


def _is_list(kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _lengths(blocks: Any, name: str, form: Format) -> tuple[tuple[int, ...], Any]:
    """Shape of the first array in a column of lists, and the type of them all."""
    with _in_words(form.value):
        for block in blocks():
            column = block.column(name).drop_null()
            if len(column):
                lengths: list[int] = []
                first = column.slice(0, 1)
                while _is_list(first.type) or pa.types.is_fixed_size_list(first.type):
                    lengths.append(len(first[0]) if len(first) and first[0].is_valid else 0)
                    first = first.flatten()
                if not all(lengths):
                    break
                kind = first.type
                for length in reversed(lengths):
                    kind = pa.list_(kind, length)
                return tuple(lengths), kind
    raise Unreadable(f"must have a number in every array of {name!r}", "empty lists", "leave it out")


def _to_fixed(column: Any, kind: Any, name: str) -> Any:
    try:
        return _refit(column, kind)
    except (pa.ArrowInvalid, ValueError) as error:
        rule = f"must hold arrays of numbers of one shape in {name!r}"
        raise Unreadable(rule, str(error)[:200], "make them all alike, or leave the column out") from None


def _refit(column: Any, kind: Any) -> Any:
    """Nested lists as nested lists of fixed lengths."""
    if not pa.types.is_fixed_size_list(kind):
        return column
    length = kind.list_size
    missing = column.is_null()
    present = column.drop_null()
    if len(present) and set(pc.list_value_length(present).unique().to_pylist()) != {length}:
        raise ValueError(f"lists that are not {length} long")
    inner = _refit(present.flatten(), kind.value_type)
    if column.null_count:  # rows without an array need places, of null
        absent = missing.to_numpy(zero_copy_only=False)
        rows = pa.array(((~absent).cumsum() - 1).repeat(length) * length, mask=absent.repeat(length))
        places = pc.add(rows, pa.array(list(range(length)) * len(column)))
        inner = inner.take(places) if len(inner) else pa.nulls(len(column) * length, inner.type)
    return pa.FixedSizeListArray.from_arrays(inner, length, mask=missing)


@contextmanager
def _in_words(form: str) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, OSError, EOFError) as error:
        told = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        raise Unreadable(f"must be a whole {form} file", told, "write it again; it may have been cut") from None
