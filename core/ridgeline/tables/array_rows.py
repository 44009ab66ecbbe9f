"""NumPy arrays as rows: two axes are columns, more are one array a row."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ridgeline.tables.keeping import Rows, check_names
from ridgeline.tables.limits import Limits, Unreadable

_BLOCK_BYTES = 8 * 2**20

Array = npt.NDArray[Any]


def array_rows(x: Array, y: Array | None, names: Sequence[str] | None, limits: Limits) -> Rows:
    """The rows of x and y; without names, columns are x0, x1, ..., and y, or y0, y1, ... where there are several.

    Raises:
        Unreadable: the arrays do not fit together, or hold neither numbers nor words.
    """
    _check(x, y)
    shape = x.shape[1:] if x.ndim > 2 else None
    columns = ["x"] if x.ndim != 2 else [f"x{i}" for i in range(x.shape[1])]
    if names is not None:
        if len(names) != len(columns):
            raise Unreadable(f"must have {len(columns)} names for the columns of x", len(names), "give one a column")
        columns = list(names)
    parts: list[tuple[Array, list[str]]] = [(x, columns)]
    if y is not None:
        parts.append((y, ["y"] if y.ndim == 1 else [f"y{i}" for i in range(y.shape[1])]))
    every = [name for _, part in parts for name in part]
    check_names(every, limits)
    fields = [pa.field(name, _type(array, shape if array is x else None)) for array, part in parts for name in part]
    return Rows(
        schema=pa.schema(fields),
        blocks=_blocks(parts, pa.schema(fields), shape),
        shapes={} if shape is None else {columns[0]: shape},
    )


def _check(x: Array, y: Array | None) -> None:
    for name, array in (("x", x), ("y", y)):
        if array is None:
            continue
        if array.dtype.kind not in "biufUS":
            rule = f"must hold numbers, booleans or words in {name}"
            raise Unreadable(rule, str(array.dtype), "turn it into one of them; objects are never unpickled")
        if array.ndim == 0 or 0 in array.shape:
            raise Unreadable(f"must have rows and columns in {name}", array.shape, "save at least one of each")
    if x.ndim > 2 and x.dtype.kind in "US":
        raise Unreadable("must hold numbers in x where it has more than two axes", str(x.dtype), "use numbers")
    if y is not None and y.ndim > 2:
        raise Unreadable("must have one or two axes in y", y.shape, "make a column of each number")
    if y is not None and len(y) != len(x):
        raise Unreadable(f"must have as many rows in y as in x, {len(x)},", len(y), "save them together")


def _type(array: Array, shape: tuple[int, ...] | None) -> Any:
    if array.dtype.kind in "US":
        return pa.string()
    kind = np.dtype(np.float64) if array.dtype.itemsize > 8 else array.dtype.newbyteorder("=")
    if shape is None:
        return pa.from_numpy_dtype(kind)
    return pa.list_(pa.uint8() if kind.kind == "b" else pa.from_numpy_dtype(kind), prod(shape))


def _blocks(parts: list[tuple[Array, list[str]]], schema: Any, shape: tuple[int, ...] | None) -> Iterator[Any]:
    a_row = sum(array.dtype.itemsize * prod(array.shape[1:]) for array, _ in parts)
    step = max(1, min(2**16, _BLOCK_BYTES // max(a_row, 1)))
    for start in range(0, len(parts[0][0]), step):
        columns: list[Any] = []
        for array, names in parts:
            block = np.ascontiguousarray(array[start : start + step])
            is_arrays = shape is not None and array is parts[0][0]
            if is_arrays or block.ndim == 1:
                columns.append(_column(block, schema.field(names[0]).type))
            else:
                columns += [_column(block[:, i], schema.field(name).type) for i, name in enumerate(names)]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(block: Array, kind: Any) -> Any:
    if pa.types.is_fixed_size_list(kind):
        flat = block.reshape(-1).astype(kind.value_type.to_pandas_dtype(), copy=False)
        return pa.FixedSizeListArray.from_arrays(pa.array(flat, kind.value_type), kind.list_size)
    if pa.types.is_string(kind):
        told = block.tolist()
        return pa.array([each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in told], kind)
    return pa.array(block.astype(kind.to_pandas_dtype(), copy=False), kind)
