"""What any format holds is what is stored: values, missing ones, types and counts."""

import csv
import io
import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ridgeline.spec.columns import ColumnType
from ridgeline.spec.datasets import Dataset, ParseOptions
from ridgeline.tables import Limits, ingest, read

ROWS = st.integers(1, 30)
WORDS = st.sampled_from(["red", "green", "Größe", 'a "quoted", one', "two\nlines", "漢字", "x;y\tz"])
VALUES = {
    "whole": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(allow_nan=False, width=64),
    "boolean": st.booleans(),
    "word": WORDS,
    "time": st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001 - UTC without a zone
}
TYPES = {
    "whole": (pa.int64(), ColumnType.NUMERIC),
    "number": (pa.float64(), ColumnType.NUMERIC),
    "boolean": (pa.bool_(), ColumnType.BOOLEAN),
    "word": (pa.string(), ColumnType.CATEGORICAL),
    "time": (pa.timestamp("us"), ColumnType.DATETIME),
}


@st.composite
def tables(draw) -> pa.Table:
    """Columns of every type, with values missing here and there, one value of each at least."""
    rows = draw(ROWS)
    columns = {}
    for index, kind in enumerate(draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))):
        first = draw(VALUES[kind])
        rest = draw(st.lists(VALUES[kind] | st.none(), min_size=rows - 1, max_size=rows - 1))
        columns[f"{kind} {index}"] = pa.array([first, *rest], TYPES[kind][0])
    return pa.table(columns)


def stored(data: bytes, name: str) -> tuple[Dataset, dict[str, list[Any]]]:
    with TemporaryDirectory() as folder:
        path, output = Path(folder) / "upload", Path(folder) / "table.parquet"
        path.write_bytes(data)
        dataset = ingest(path, output, ParseOptions(), name, Limits())
        table = read(output, [column.name for column in dataset.columns])
        return dataset, {column: table[column].to_pylist() for column in table.schema.names}


def written(table: pa.Table, name: str) -> bytes:
    buffer = io.BytesIO()
    match name:
        case "table.parquet":
            pq.write_table(table, buffer)
        case "table.arrow":
            with pa.ipc.new_file(buffer, table.schema) as file:
                file.write_table(table)
        case "stream.arrow":
            with pa.ipc.new_stream(buffer, table.schema) as file:
                file.write_table(table)
        case "table.feather":
            pyarrow.feather.write_feather(table, buffer)
        case "table.jsonl":
            lines = [json.dumps(row, default=lambda value: value.isoformat()) + "\n" for row in table.to_pylist()]
            return "".join(lines).encode()
        case _:
            text = io.StringIO()
            file = csv.writer(text, delimiter="\t" if name.endswith("tsv") else ",", quoting=csv.QUOTE_ALL)
            file.writerow(table.schema.names)
            for row in table.to_pylist():
                file.writerow("" if value is None else value for value in row.values())
            return text.getvalue().encode()
    return buffer.getvalue()


def expected_counts(values: list[Any]) -> dict[str, int]:
    return {str(value): count for value, count in sorted(Counter(values).items())}


def is_same(value: Any, other: Any) -> bool:
    return value == other and (type(value) is type(other) or isinstance(value, float) or isinstance(other, float))


FORMATS = ["table.parquet", "table.arrow", "stream.arrow", "table.feather", "table.jsonl", "table.csv", "table.tsv"]


@pytest.mark.parametrize("name", FORMATS)
@given(table=tables())
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
def test_a_table_is_stored_as_it_is(name, table) -> None:
    dataset, values = stored(written(table, name), name)
    assert dataset.rows == len(table)
    assert [column.name for column in dataset.columns] == table.schema.names
    for column in dataset.columns:
        wanted = table[column.name].to_pylist()
        assert column.type is TYPES[column.name.split()[0]][1]
        assert column.missing == wanted.count(None)
        assert all(is_same(*pair) for pair in zip(values[column.name], wanted, strict=True))
        present = [value for value in wanted if value is not None]
        assert column.distinct == len(set(present))
        if column.type in {ColumnType.CATEGORICAL, ColumnType.BOOLEAN}:
            assert column.counts == expected_counts(present)
        if column.type is ColumnType.NUMERIC:
            finite = [float(value) for value in present if math.isfinite(value)]
            assert column.infinite == len(present) - len(finite)
            assert (column.minimum, column.maximum) == ((min(finite), max(finite)) if finite else (None, None))
        if column.type is ColumnType.DATETIME:
            earliest = (min(present).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
            assert column.minimum == pytest.approx(earliest, abs=1e-5)


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "i4", "i8", "u1", "u8", "?", ">f4", "f2"])
@pytest.mark.parametrize("shape", [(5,), (5, 3), (5, 2, 3), (5, 1, 4, 4)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_stored_as_they_are(dtype, shape, order) -> None:
    x = (np.arange(math.prod(shape)) % 7).astype(dtype).reshape(shape, order=order)
    y = np.array(["a", "b", "a", "b", "c"])
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x=x, y=y)
    dataset, values = stored(buffer.getvalue(), "arrays.npz")
    assert values.pop("y") == y.tolist()
    found = np.column_stack([values[name] for name in values]) if len(shape) <= 2 else np.array(values["x"])
    assert np.array_equal(found.reshape(shape), x)
    assert dataset.columns[0].shape == (shape[1:] if len(shape) > 2 else None)


def test_numbers_near_the_largest_have_no_mean_that_doubles_hold() -> None:
    (column,) = stored(b"a\n1.7e308\n1.7e308\n-1.7e308\n", "a.csv")[0].columns
    assert (column.mean, column.standard_deviation, column.infinite) == (None, None, 0)
    assert (column.minimum, column.maximum) == (-1.7e308, 1.7e308)


def test_names_of_an_npz_name_the_columns() -> None:
    buffer = io.BytesIO()
    np.savez(buffer, x=np.eye(2, dtype=np.float32), y=np.array([[1, 2], [3, 4]]), names=np.array(["p", "q"]))
    _, values = stored(buffer.getvalue(), "a.npz")
    assert values == {"p": [1.0, 0.0], "q": [0.0, 1.0], "y0": [1, 3], "y1": [2, 4]}


def test_missing_numbers_in_arrays_are_counted_by_rows() -> None:
    x = np.zeros((4, 2, 2))
    x[0, 0, 0], x[1], x[2, 1, 1] = np.nan, np.nan, np.inf
    buffer = io.BytesIO()
    np.savez(buffer, x=x)
    (column,) = stored(buffer.getvalue(), "a.npz")[0].columns
    assert (column.missing, column.infinite, column.shape) == (2, 1, (2, 2))


def test_other_types_of_arrow_become_ours() -> None:
    columns = {
        "small": pa.array([1, None], pa.int16()),
        "nan": pa.array([1.5, float("nan")]),
        "large": pa.array(["a", "b"], pa.large_string()),
        "coded": pa.array(["a", "b"]).dictionary_encode(),
        "zoned": pa.array([datetime(2020, 1, 1, 12, tzinfo=UTC)] * 2, pa.timestamp("ns", "Europe/Berlin")),
        "pause": pa.array([timedelta(seconds=1.5), None]),
        "none": pa.nulls(2),
        "lists": pa.array([[1, 2], None]),
        "nested": pa.array([[[1.0], [2.0]], [[3.0], None]]),
    }
    dataset, values = stored(written(pa.table(columns), "table.parquet"), "table.parquet")
    noon = datetime(2020, 1, 1, 12)  # noqa: DTZ001 - UTC without a zone
    nested = values.pop("nested")
    assert values == {
        "small": [1, None],
        "nan": [1.5, None],
        "large": ["a", "b"],
        "coded": ["a", "b"],
        "zoned": [noon, noon],
        "pause": [1.5, None],
        "none": [None, None],
        "lists": [[1, 2], None],
    }
    assert nested[0] == [1.0, 2.0]
    assert nested[1][0] == 3.0
    assert math.isnan(nested[1][1])
    assert {column.name: column.shape for column in dataset.columns if column.shape} == {
        "lists": (2,),
        "nested": (2, 1),
    }


def test_json_lines_may_lack_names_and_mix_numbers() -> None:
    lines = b'{"a": 1, "b": true}\n\n{"a": 2.5, "c": "x"}\n{"b": false, "a": NaN, "c": 3}\n{"d": [[1, 2]]}\n'
    dataset, values = stored(lines, "rows.jsonl")
    assert values == {
        "a": [1.0, 2.5, None, None],
        "b": [True, None, False, None],
        "c": [None, "x", "3", None],
        "d": [None, None, None, [1.0, 2.0]],
    }
    assert dataset.columns[3].shape == (1, 2)
