"""JSON lines: an object a line; read twice from end to end, once to find the columns, once to keep the values."""

import json
from collections.abc import Iterator
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any

import pyarrow as pa

from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import Format, ParseOptions
from ridgeline.tables.guess import READERS
from ridgeline.tables.keeping import Rows, Types, check_names
from ridgeline.tables.limits import Limits, TooLarge, Unreadable
from ridgeline.tables.text import encoding_of

_BLOCK_CHARACTERS = 2**21
_BLOCK_ROWS = 2**14
_LONGEST_LINE = 16 * 2**20
_OUTSIDE_64_BITS = "big"  # whole numbers that only doubles hold

Shape = tuple[int, ...]


def jsonl_rows(path: Path, options: ParseOptions, limits: Limits, types: Types) -> Rows:
    """The rows of a file of JSON lines; what an object lacks is missing, and columns of words stay such.

    Raises:
        Unreadable: a line is no object, or a value has no place in a table.
    """
    encoding = encoding_of(path, options.encoding)
    found: dict[str, _Kind] = {}
    for block in _blocks(path, encoding.name):
        for line, row in block:
            for name, value in row.items():
                if name not in found:
                    if len(found) == limits.columns:
                        raise TooLarge(f"must have at most {limits.columns} columns", "more", "leave some out")
                    found[name] = _Kind(name, are_words=types.get(name) is ColumnType.CATEGORICAL)
                found[name].take(value, line)
        for kind in found.values():
            kind.settle()
    if not found:
        raise Unreadable("must have a row of values", "no object with a value", "check that it was written whole")
    check_names(found, limits)
    return Rows(
        schema=pa.schema([pa.field(kind.name, kind.type) for kind in found.values()]),
        blocks=_values(path, encoding.name, tuple(found.values())),
        shapes={kind.name: kind.shape for kind in found.values() if kind.shape},
        options=ParseOptions(format=Format.JSONL, encoding=encoding.name.removesuffix("-sig")),
        remarks=encoding.remarks,
    )


class _Kind:
    """What the values under a name are."""

    def __init__(self, name: str, *, are_words: bool = False) -> None:
        self.name, self._are_words = name, are_words
        self._seen: set[str] = set()
        self.shape: Shape | None = None
        self._held: list[str] = []
        self._dates = ["date", "date with zone"]

    def take(self, value: Any, line: int) -> None:
        """See another value."""
        match value:
            case None:
                return
            case bool():
                self._seen.add("boolean")
            case int():
                self._seen.add("whole" if -(2**63) <= value < 2**63 else _OUTSIDE_64_BITS)
            case float():
                self._seen.add("number")
            case str():
                self._seen.add("words")
                if self._dates:
                    self._held.append(value)
            case list():
                self._take_array(value, line)
            case _:
                rule = f"must hold numbers, booleans, words, dates or arrays of one shape in {self.name!r}"
                raise Unreadable(rule, f"an object in line {line}", "make a column of each of its fields")

    def settle(self) -> None:
        """Look whether the words of a block are dates."""
        if self._held:
            self._dates = [name for name in self._dates if _reads(name, self._held)]
        self._held = []

    @property
    def type(self) -> Any:
        """Arrow's type of all of them."""
        if self.shape is not None:
            return pa.list_(pa.float64(), prod(self.shape))
        if self._are_words:
            return pa.string()
        if "words" in self._seen:
            return pa.timestamp("us") if self._dates and self._seen == {"words"} else pa.string()
        if self._seen == {"boolean"}:
            return pa.bool_()
        return pa.int64() if self._seen <= {"whole", "boolean"} and self._seen else pa.float64()

    def array(self, values: list[Any]) -> Any:
        """Values as an Arrow array of the type."""
        kind = self.type
        if self.shape is not None:
            return _arrays(values, self.shape, kind)
        if pa.types.is_timestamp(kind):
            return READERS[self._dates[0]](pa.array(values, pa.string()))
        if pa.types.is_string(kind):
            values = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
        elif pa.types.is_int64(kind):
            values = [None if value is None else int(value) for value in values]
        elif pa.types.is_float64(kind):
            values = [None if value is None else _double(value) for value in values]
        return pa.array(values, kind)

    def _take_array(self, value: list[Any], line: int) -> None:
        shape = _shape(value)
        if shape is None or (self.shape is not None and shape != self.shape) or self._seen - {"array"}:
            rule = f"must hold arrays of numbers of one shape in {self.name!r}"
            got = f"{'other values' if shape is None else shape} in line {line}"
            raise Unreadable(rule, got, "make them all alike, or leave the column out")
        self.shape = shape
        self._seen.add("array")


def _shape(value: Any) -> Shape | None:
    """The shape of nested lists; None where they are ragged or hold no numbers."""
    if not isinstance(value, list):
        is_number = value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        return () if is_number else None
    shapes = {_shape(each) for each in value}
    if len(shapes) != 1:
        return None
    (inner,) = shapes
    return None if inner is None else (len(value), *inner)


def _arrays(values: list[Any], shape: Shape, kind: Any) -> Any:
    size = prod(shape)
    flat: list[float | None] = []
    for value in values:
        if value is None:
            flat.extend([None] * size)
            continue
        inner = value
        for _ in shape[1:]:
            inner = list(chain.from_iterable(inner))
        flat.extend(None if each is None else _double(each) for each in inner)
    missing = pa.array([value is None for value in values])
    return pa.FixedSizeListArray.from_arrays(pa.array(flat, kind.value_type), size, mask=missing)


def _double(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _reads(name: str, values: list[str]) -> bool:
    try:
        READERS[name](pa.array(values))
    except pa.ArrowInvalid:
        return False
    return True


def _values(path: Path, encoding: str, kinds: tuple[_Kind, ...]) -> Iterator[Any]:
    names = [kind.name for kind in kinds]
    for block in _blocks(path, encoding):
        columns = [kind.array([row.get(kind.name) for _, row in block]) for kind in kinds]
        yield pa.RecordBatch.from_arrays(columns, names)


def _blocks(path: Path, encoding: str) -> Iterator[list[tuple[int, dict[str, Any]]]]:
    """Lines with their numbers, some at a time."""
    block: list[tuple[int, dict[str, Any]]] = []
    held = number = 0
    with path.open(encoding=encoding) as file:
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise TooLarge(f"must have at most {_LONGEST_LINE} characters in line {number}", "more", "shorten it")
            if not line.strip():
                continue
            block.append((number, _object(line, number)))
            held += len(line)
            if held > _BLOCK_CHARACTERS or len(block) == _BLOCK_ROWS:
                yield block
                block, held = [], 0
    if block:
        yield block


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    except _Twice as twice:
        rule = f"must name each column once in line {number}"
        raise Unreadable(rule, str(twice), "rename or remove the second") from None
    except (ValueError, RecursionError) as error:
        rule = f"must be a JSON object in line {number}"
        raise Unreadable(rule, str(error), "correct the line; it may have been cut") from None
    if not isinstance(found, dict):
        rule = f"must be a JSON object in line {number}"
        raise Unreadable(rule, type(found).__name__, "write one object a line, with the names of the columns")
    return found


class _Twice(Exception):
    """A name is twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found
