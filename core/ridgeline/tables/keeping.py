"""Arrow tables into the stored form: each type of Arrow as one of ours, or refused with what to do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import Dataset, ParseOptions, Remark, Source
from ridgeline.tables.limits import Limits, TooLarge, Unreadable
from ridgeline.tables.stored import ROW_HASH, Writer

HELD = {
    ColumnType.NUMERIC: "numbers",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.CATEGORICAL: "words",
    ColumnType.DATETIME: "dates of one form",
    ColumnType.TEXT: "words",
    ColumnType.ARRAY: "arrays of numbers",
}
"""What a column holds, in words."""

Types = Mapping[str, ColumnType]
"""By name: what a column must hold; of all others that is found out."""


@dataclass(frozen=True)
class Rows:
    """The rows of a source, block by block; all blocks have the types of the schema."""

    schema: Any
    blocks: Iterable[Any]
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Of columns whose arrays have more axes than the lists of Arrow tell."""
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of categories that are not to be in the order of the words."""
    options: ParseOptions = field(default_factory=ParseOptions)
    """How the file was read, with all that was found out."""
    remarks: tuple[Remark, ...] = ()
    """What is to be said of the reading."""


def store(
    rows: Rows,
    output: Path,
    limits: Limits,
    *,
    dataset_id: str,
    source: Source = Source.UPLOAD,
    parameters: Mapping[str, Any] | None = None,
) -> Dataset:
    """Write rows in the stored form, and tell all that is known of them.

    Raises:
        Unreadable: a column has a type that is not kept, two have one name, or there is no row, or none with a value.
        TooLarge: there are more rows, columns or bytes than the limits allow.
    """
    check_names(rows.schema.names, limits)
    plain = [_Plain(column, rows.shapes.get(column.name)) for column in rows.schema]
    schema = pa.schema([pa.field(each.name, each.type) for each in plain])
    shapes = {each.name: each.shape for each in plain if each.shape is not None}
    try:
        with Writer(output, schema, shapes=shapes, orders=rows.orders, limits=limits) as writer:
            for block in rows.blocks:
                columns = [each.plain(values) for each, values in zip(plain, block.columns, strict=True)]
                if len(block):
                    writer.write(pa.RecordBatch.from_arrays(columns, schema=schema))
            written = writer.finish()
    except BaseException:
        output.unlink(missing_ok=True)
        raise
    return Dataset(
        id=dataset_id,
        source=source,
        parameters=dict(parameters or {}),
        options=rows.options,
        rows=written.rows,
        bytes=written.bytes,
        columns=written.columns,
        remarks=(*rows.remarks, *written.remarks),
        preview=written.preview,
    )


def refuse_value(name: str, wanted: ColumnType, got: object) -> NoReturn:
    """Refuse a column that does not hold what it must.

    Raises:
        Unreadable: always.
    """
    raise Unreadable(f"must hold {HELD[wanted]} in {name!r}", got, "correct the value, or leave it empty")


def check_names(names: Iterable[str], limits: Limits) -> None:
    """Refuse names that are no names of columns.

    Raises:
        Unreadable: a name is empty, twice there, too long or our own.
        TooLarge: there are too many.
    """
    names = list(names)
    if not names:
        raise Unreadable("must have a column", "0 columns", "check that the file is whole")
    if len(names) > limits.columns:
        raise TooLarge(f"must have at most {limits.columns} columns", len(names), "leave some out")
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise Unreadable("must name each column once", twice[:20], "rename or remove the second of each")
    bad = [name for name in names if not 0 < len(name) <= 1000 or name == ROW_HASH]
    if bad:
        rule = f"must name each column by 1 to 1000 characters, and none {ROW_HASH!r},"
        raise Unreadable(rule, [name[:50] for name in bad[:20]], "rename it")


class _Plain:
    """What a column becomes: its stored type, the shape of its arrays, and its values in that type."""

    def __init__(self, column: Any, shape: tuple[int, ...] | None) -> None:
        self.name: str = column.name
        self.shape: tuple[int, ...] | None = None
        kind = column.type
        if isinstance(kind, pa.FixedShapeTensorType):
            shape, kind = tuple(kind.shape), kind.storage_type
        elif isinstance(kind, pa.BaseExtensionType):
            kind = kind.storage_type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        if pa.types.is_fixed_size_list(kind):
            element, lengths = _element(kind)
            self.shape = shape if shape is not None and prod(shape) == prod(lengths) else lengths
            self._check_array(element)
            self.type = pa.list_(_number(element), prod(lengths))
        else:
            self.type = self._scalar(kind)

    def plain(self, values: Any) -> Any:
        """The values in the stored type."""
        if isinstance(values, pa.ExtensionArray):
            values = values.storage
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        if self.shape is not None:
            return self._arrays(values)
        if pa.types.is_duration(values.type) or pa.types.is_time(values.type):
            return _seconds(values)
        if pa.types.is_timestamp(values.type) or pa.types.is_date(values.type):
            return self._times(values)
        if values.type != self.type:
            values = pc.cast(values, self.type)
        if pa.types.is_floating(self.type):
            nan = pc.is_nan(values)
            if pc.any(nan).as_py():
                values = pc.if_else(nan, pa.scalar(None, self.type), values)
        return values

    def _times(self, values: Any) -> Any:
        if pa.types.is_timestamp(values.type) and values.type.tz is not None:
            values = values.cast(pa.timestamp(values.type.unit, "UTC"))
        try:
            return pc.cast(values, pa.timestamp("us"), safe=not _is_nanosecond(values.type))
        except pa.ArrowInvalid as error:
            rule = f"must hold dates of the years -290000 to 290000 in {self.name!r}"
            raise Unreadable(rule, str(error), "correct them") from None

    def _arrays(self, values: Any) -> Any:
        size = self.type.list_size
        missing = values.is_null()
        flat = values
        while pa.types.is_fixed_size_list(flat.type):
            flat = _opened(flat)
        if flat.type != self.type.value_type:
            flat = pc.cast(flat, self.type.value_type)
        if flat.null_count:
            if not pa.types.is_floating(flat.type):
                rule = f"must have a number in every place of the arrays of {self.name!r} that are there"
                whole = flat.is_null().to_numpy(zero_copy_only=False).reshape(len(values), size).any(axis=1)
                if np.any(whole & ~missing.to_numpy(zero_copy_only=False)):
                    raise Unreadable(rule, "null", "fill it, or make the numbers floating")
                flat = flat.fill_null(0)
            else:
                flat = flat.fill_null(float("nan"))
        return pa.FixedSizeListArray.from_arrays(flat, size, mask=missing)

    def _check_array(self, element: Any) -> None:
        if self.shape is None or prod(self.shape) == 0:
            raise Unreadable(f"must have a number in every array of {self.name!r}", self.shape, "leave it out")
        if not (_is_number(element) or pa.types.is_boolean(element)):
            raise Unreadable(f"must hold numbers in the arrays of {self.name!r}", str(element), "leave it out")

    def _scalar(self, kind: Any) -> Any:
        if _is_number(kind):
            return _number(kind)
        if pa.types.is_boolean(kind):
            return pa.bool_()
        if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
            return pa.string()
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
            return pa.timestamp("us")
        if pa.types.is_null(kind) or pa.types.is_duration(kind) or pa.types.is_time(kind) or pa.types.is_decimal(kind):
            return pa.float64()
        if pa.types.is_nested(kind):
            remedy = "make lists of one length, and a column of each field of an object"
        else:
            remedy = "turn it into numbers or words, or leave it out"
        rule = f"must hold numbers, booleans, words, dates or arrays of one shape in {self.name!r}"
        raise Unreadable(rule, str(kind), remedy)


def _opened(lists: Any) -> Any:
    """What lists of one length hold, one after another; nulls where a list is null."""
    length = lists.type.list_size
    inner = lists.values.slice(lists.offset * length, len(lists) * length)
    if not lists.null_count:
        return inner
    absent = lists.is_null().to_numpy(zero_copy_only=False).repeat(length)
    return inner.take(pa.array(np.arange(len(inner)), mask=absent))


def _element(kind: Any) -> tuple[Any, tuple[int, ...]]:
    """What nested lists hold, and their lengths."""
    lengths: list[int] = []
    while pa.types.is_fixed_size_list(kind):
        lengths.append(kind.list_size)
        kind = kind.value_type
    return kind, tuple(lengths)


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _number(kind: Any) -> Any:
    if pa.types.is_boolean(kind):
        return pa.uint8()
    return pa.float32() if pa.types.is_float16(kind) else kind


def _is_nanosecond(kind: Any) -> bool:
    return bool(pa.types.is_timestamp(kind) and kind.unit == "ns")


def _seconds(values: Any) -> Any:
    """Durations and times of day as seconds."""
    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[values.type.unit]
    whole = values.cast(pa.int32() if pa.types.is_time32(values.type) else pa.int64())
    return pc.divide(whole.cast(pa.float64(), safe=False), per_second)
