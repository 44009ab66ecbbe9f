"""CSV, TSV and the like: read twice from end to end, once to find the types, once to keep the values."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from ridgeline.spec.datasets import Format, ParseOptions, Remark
from ridgeline.tables.dialect import delimiter_of, names_columns
from ridgeline.tables.guess import Guess, as_type, type_of, words
from ridgeline.tables.keeping import Rows, Types, check_names, refuse_value
from ridgeline.tables.limits import Limits, Unreadable
from ridgeline.tables.text import encoding_of

_BLOCK = 2**20


@dataclass(frozen=True, slots=True)
class _Text:
    path: Path
    encoding: str
    delimiter: str


def csv_rows(path: Path, options: ParseOptions, limits: Limits, types: Types) -> Rows:
    """The rows of a text with a delimiter; columns of given types are read as such.

    Raises:
        Unreadable: no text, no rows, a row with more or fewer values than the first, or a value of another type.
    """
    encoding = encoding_of(path, options.encoding)
    delimiter = options.delimiter or delimiter_of(path, encoding.name)
    if delimiter in '"\r\n' or not delimiter.isascii():
        raise Unreadable("must be one character that may stand between values", delimiter, "use ,", field="delimiter")
    text = _Text(path, encoding.name, delimiter)
    first = next((block.slice(0, 1) for block in _blocks(text) if len(block)), None)
    if first is None:
        raise Unreadable("must have a row of values", "blank lines", "check that it was written whole")
    line = [column[0].as_py() for column in first.columns]
    header = options.header if options.header is not None else names_columns(line)
    names = [(name.strip() or f"c{i}") if header else f"c{i}" for i, name in enumerate(line)]
    check_names(names, limits)
    found, remarks = _found(text, names, types, header=header)
    return Rows(
        schema=pa.schema([pa.field(name, type_of(kind)) for name, kind in zip(names, found, strict=True)]),
        blocks=_values(text, found, names, header=header),
        options=ParseOptions(
            format=Format.CSV, delimiter=delimiter, header=header, encoding=encoding.name.removesuffix("-sig")
        ),
        remarks=(*encoding.remarks, *remarks),
    )


def _found(text: _Text, names: list[str], types: Types, *, header: bool) -> tuple[list[str], tuple[Remark, ...]]:
    guesses = [Guess(comma=text.delimiter != ",", wanted=types.get(name)) for name in names]
    for block in _body(text, header=header):
        for guess, column in zip(guesses, block.columns, strict=True):
            guess.take(words(column))
    for name, guess in zip(names, guesses, strict=True):
        if guess.refused is not None:
            refuse_value(name, types[name], guess.refused)
    unclear = tuple(name for name, guess in zip(names, guesses, strict=True) if guess.is_ambiguous)
    told = "dates in these columns are read month first, and day first would do as well; write 2026-12-31 to be sure"
    remarks = (Remark(kind="date_order_found", columns=unclear, detail=told),) if unclear else ()
    return [guess.name for guess in guesses], remarks


def _values(text: _Text, found: list[str], names: list[str], *, header: bool) -> Iterator[Any]:
    for block in _body(text, header=header):
        columns = [as_type(words(column), kind) for column, kind in zip(block.columns, found, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, names)


def _body(text: _Text, *, header: bool) -> Iterator[Any]:
    """The blocks of words below the header."""
    above = 1 if header else 0
    for block in _blocks(text):
        yield block.slice(above) if above else block
        above = max(0, above - len(block))


def _blocks(text: _Text) -> Iterator[Any]:
    ragged: list[Any] = []

    def note(row: Any) -> str:
        ragged.append(row)
        return "skip"

    with _in_words():
        reader = arrow_csv.open_csv(
            text.path,
            read_options=arrow_csv.ReadOptions(
                use_threads=False,
                block_size=_BLOCK,
                encoding=_arrow_name(text.encoding),
                autogenerate_column_names=True,
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=text.delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False),
        )
    while True:
        try:
            with _in_words():
                block = reader.read_next_batch()
        except StopIteration:
            break
        if ragged:
            break
        yield block
    if ragged:
        _refuse(text, ragged[0], len(ragged))


def _arrow_name(encoding: str) -> str:
    return "utf8" if encoding == "utf-8-sig" else encoding  # Arrow drops the mark itself, and utf8 needs no recoding


def _refuse(text: _Text, row: Any, count: int) -> None:
    line = _line(text, row.number)
    more = "" if count == 1 else f", and {count - 1} more rows near it are no better"
    raise Unreadable(
        f"must have {row.expected_columns} values in every row, as in the first",
        f"{row.actual_columns} in line {line}{more}",
        f"correct the line, close every double quote, put values that hold {text.delimiter!r} in double quotes, "
        "or give the delimiter",
    )


def _line(text: _Text, number: int) -> int:
    """The line on which a row ends; blank lines are no rows, and a quoted value may span lines."""
    with text.path.open(encoding=text.encoding, newline="", errors="replace") as file:
        reader = csv.reader(file, delimiter=text.delimiter)
        left = number
        try:
            for row in reader:
                left -= 1 if row else 0
                if not left:
                    break
        except csv.Error:  # a value beyond the csv module's limit
            return number
        return reader.line_num


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, csv.Error) as error:
        told = str(error)
        if "straddling" in told or "block_size" in told:
            rule = f"must have no row of more than {_BLOCK // 2**20} MB"
            raise Unreadable(rule, "a longer one", "close every double quote, or give the delimiter") from None
        if "Empty CSV" in told:
            raise Unreadable("must have a row of values", "blank lines", "check that it was written whole") from None
        raise Unreadable("must be rows of values", told, "correct the file") from None
