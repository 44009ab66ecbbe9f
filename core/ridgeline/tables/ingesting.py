"""A file of any format becomes a stored table with all that is known of it."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from ridgeline.spec.datasets import Dataset, Format, ParseOptions, Source
from ridgeline.tables.array_rows import array_rows
from ridgeline.tables.arrow_rows import arrow_rows, parquet_rows, table_rows
from ridgeline.tables.csv_rows import csv_rows
from ridgeline.tables.detect import format_of
from ridgeline.tables.identities import identity
from ridgeline.tables.jsonl_rows import jsonl_rows
from ridgeline.tables.keeping import Rows, Types, store
from ridgeline.tables.limits import Limits, TooLarge, Unreadable
from ridgeline.tables.npz_rows import npz_rows


def ingest(
    path: Path,
    output: Path,
    options: ParseOptions,
    filename: str,
    limits: Limits,
    *,
    dataset_id: str | None = None,
    types: Types | None = None,
) -> Dataset:
    """Read a file block by block, find out what is not given, store it at `output` and describe it.

    Its id is that of `identity`: from the SHA-256 of the bytes, read here unless the caller knows it already.

    Args:
        types: what columns of a text must hold, where that is known; text is read as such then, not guessed.

    Raises:
        Unreadable: the file is no table.
        TooLarge: it is beyond a limit.
    """  # fmt: skip
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise TooLarge(f"must have at most {limits.file_bytes} bytes", size, "add a part of it")
    found = format_of(path, filename)
    form = options.format or found
    if form is not found and Format.CSV not in {form, found} and Format.JSONL not in {form, found}:
        raise Unreadable(f"must be {form.value}", found.value, "name its true format, or none", field="format")
    _refuse_needless(form, options)
    if dataset_id is None:
        with path.open("rb") as file:
            dataset_id = identity(hashlib.file_digest(file, "sha256").hexdigest(), options)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix="arrays-") as scratch:
        return store(
            _rows(path, form, options, limits, Path(scratch), types=types or {}), output, limits, dataset_id=dataset_id
        )


def keep(
    data: Any,
    output: Path,
    limits: Limits,
    *,
    dataset_id: str,
    source: Source,
    parameters: Mapping[str, Any] | None = None,
) -> Dataset:
    """Store a pyarrow Table, or NumPy arrays (x, y), likewise.

    Raises:
        Unreadable: it is neither, or no table of numbers, words, dates and arrays.
        TooLarge: it is beyond a limit.
    """
    if isinstance(data, pa.Table):
        rows = table_rows(data, limits)
    elif isinstance(data, tuple) and len(data) == 2 and all(hasattr(each, "dtype") for each in data):
        rows = array_rows(*data, None, limits)
    else:
        raise Unreadable("must be a pyarrow Table or NumPy arrays (x, y)", type(data).__name__, "return one of them")
    return store(rows, output, limits, dataset_id=dataset_id, source=source, parameters=parameters)


def _rows(path: Path, form: Format, options: ParseOptions, limits: Limits, scratch: Path, *, types: Types) -> Rows:
    match form:
        case Format.CSV:
            return csv_rows(path, options, limits, types)
        case Format.PARQUET:
            return parquet_rows(path, limits)
        case Format.ARROW:
            return arrow_rows(path, limits)
        case Format.NPZ:
            return npz_rows(path, scratch, limits)
        case Format.JSONL:
            return jsonl_rows(path, options, limits, types)


def _refuse_needless(form: Format, options: ParseOptions) -> None:
    """Refuse options that this format has no use for."""
    needed = {Format.CSV: {"delimiter", "header", "encoding"}, Format.JSONL: {"encoding"}}.get(form, set())
    for name in ("delimiter", "header", "encoding"):
        value = getattr(options, name)
        if value is not None and name not in needed:
            raise Unreadable(f"must be left out for {form.value}", value, "leave it out", field=name)
