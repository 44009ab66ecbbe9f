"""Classes, groups and units of rows with equal inputs."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from ridgeline.spec.datasets import Roles, Source
from ridgeline.spec.metrics import Task
from ridgeline.tables import Limits, blocks, count, duplicates, keep, units
from ridgeline.tables.hashing import hashes


@pytest.fixture
def table(tmp_path):
    """Rows of small numbers and words, so that many are equal."""
    draw = np.random.default_rng(0)
    columns = {
        "a": pa.array(draw.integers(0, 4, 500)),
        "b": pa.array([["x", "y", None][i] for i in draw.integers(0, 3, 500)]),
        "c": pa.array(np.where(draw.random(500) < 0.2, np.nan, draw.integers(0, 3, 500))),
        "group": pa.array(draw.integers(0, 7, 500)),
        "label": pa.array([["no", "yes"][i] for i in draw.integers(0, 2, 500)]),
        "number": pa.array(draw.normal(size=500)),
        "left": pa.array(draw.integers(0, 2, 500).astype(bool)),
        "right": pa.array(draw.integers(3, 5, 500)),
    }
    path = tmp_path / "table.parquet"
    dataset = keep(pa.table(columns), path, Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
    rows = pa.table(columns).to_pylist()
    for row in rows:
        row["c"] = None if np.isnan(row["c"]) else row["c"]
    return path, dataset, rows


OTHERS = ("number", "left", "right")


def test_units_are_the_rows_with_equal_inputs(table) -> None:
    path, dataset, rows = table
    found = units(path, dataset, Roles(target=("label",), group="group", exclude=OTHERS))
    order: dict[tuple, int] = {}
    wanted = [order.setdefault((row["a"], row["b"], row["c"]), len(order)) for row in rows]
    assert found.tolist() == wanted


def test_classes_are_counted_by_rows_and_by_units(table) -> None:
    path, dataset, rows = table
    roles = Roles(target=("label",), group="group", exclude=OTHERS)
    counts = count(path, dataset, roles, Task.BINARY)
    first: dict[tuple, str] = {}
    for row in rows:
        first.setdefault((row["a"], row["b"], row["c"]), row["label"])
    assert counts.class_counts == dict(sorted(Counter(row["label"] for row in rows).items()))
    assert counts.class_units == dict(sorted(Counter(first.values()).items()))
    assert (counts.units, counts.groups) == (len(first), 7)


def test_labels_are_counted_where_the_row_has_them(table) -> None:
    path, dataset, rows = table
    counts = count(path, dataset, Roles(target=("left", "right")), Task.MULTILABEL)
    assert counts.class_counts == {
        "left": sum(row["left"] for row in rows),
        "right": sum(r["right"] == 4 for r in rows),
    }
    assert (counts.class_units, counts.groups) == (None, None)


@pytest.mark.parametrize(("target", "task"), [(("number",), Task.REGRESSION), (("number", "a"), Task.MULTI_TARGET)])
def test_numbers_have_no_classes(table, target, task) -> None:
    path, dataset, _ = table
    counts = count(path, dataset, Roles(target=target), task)
    assert (counts.class_counts, counts.class_units) == (None, None)


def test_many_whole_numbers_asked_for_as_classes_are_counted_in_ascending_order(tmp_path) -> None:
    values = [100, 99, *range(-20, 20)]
    path = tmp_path / "table.parquet"
    columns = pa.table({"x": pa.array(range(42)), "y": pa.array([float(v) for v in values])})
    dataset = keep(columns, path, Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
    counts = count(path, dataset, Roles(target=("y",)), Task.MULTICLASS)
    assert list(counts.class_counts) == [str(value) for value in sorted(values)]


def test_counting_share_by_share_counts_the_same(table, monkeypatch) -> None:
    path, dataset, _ = table
    roles = Roles(target=("label",), group="group", exclude=OTHERS)
    whole = count(path, dataset, roles, Task.BINARY)
    monkeypatch.setattr(duplicates, "_AT_ONCE", 37)
    assert duplicates.shares_of(500) == 14
    assert count(path, dataset, roles, Task.BINARY) == whole


class TestHashes:
    def test_of_equal_numbers_are_equal_whatever_their_type(self) -> None:
        kinds = [pa.int8(), pa.int64(), pa.uint64(), pa.float32(), pa.float64()]
        told = {tuple(hashes(pa.array([0, 1, 100, None], kind)).tolist()) for kind in kinds}
        assert len(told) == 1
        assert hashes(pa.array([-0.0])) == hashes(pa.array([0.0]))

    def test_of_different_values_differ(self) -> None:
        numbers = hashes(pa.array([*range(2**53 - 2, 2**53 + 10), None, *range(1000)]))
        assert len(set(numbers.tolist())) == len(numbers)
        words = hashes(pa.array(["", "a", "b", "ab", "ba", None]))
        assert len(set(words.tolist())) == len(words)

    def test_of_arrays_know_the_places(self) -> None:
        kind = pa.list_(pa.uint8(), 2)
        found = hashes(pa.array([[1, 2], [2, 1], [1, 2], [3, 0]], kind))
        assert found[0] == found[2]
        assert len(set(found.tolist())) == 3
        assert hashes(pa.array([[9, 9], [2, 1]], kind).slice(1))[0] == found[1]


def test_blocks_give_the_columns_in_the_order_asked_for(table) -> None:
    path, _, rows = table
    found = list(blocks(path, ["label", "a"], rows=64))
    assert [len(block) for block in found[:-1]] == [64] * (len(found) - 1)
    assert [row for block in found for row in block.to_pylist()] == [{"label": r["label"], "a": r["a"]} for r in rows]
