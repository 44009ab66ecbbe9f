"""What a study sees of a stored table: targets, weights, groups, times, and units of equal inputs."""

# ruff: noqa: DTZ001 - the times of a table have no zone

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn import datasets

from ridgeline import tables
from ridgeline.spec import BUILT_IN
from ridgeline.spec.datasets import Source
from ridgeline_worker.data import Table, Unusable


@pytest.mark.parametrize("facts", BUILT_IN.values(), ids=lambda facts: facts.name)
class TestEveryBuiltInSet:
    def test_it_has_the_rows_that_scikit_learn_ships(self, facts, stored):
        table = Table.open(stored(facts.name), facts)
        bunch = getattr(datasets, f"load_{facts.name}")(**({"scaled": False} if facts.name == "diabetes" else {}))
        x = np.stack([table.numbers(column.name) for column in table.features], axis=1)
        assert np.array_equal(x, bunch.data)
        assert np.array_equal(table.targets, bunch.target)

    def test_its_class_counts_are_those_of_its_targets_in_the_order_of_the_outputs(self, facts, stored):
        table = Table.open(stored(facts.name), facts)
        if facts.class_counts is not None:
            assert np.bincount(table.targets.astype(int)).tolist() == list(facts.class_counts.values())

    def test_its_units_are_numbered_in_the_order_of_its_rows_of_inputs(self, facts, stored):
        table = Table.open(stored(facts.name), facts)
        x = np.stack([table.numbers(column.name) for column in table.features], axis=1)
        assert np.array_equal(table.units, np.unique(x, axis=0, return_inverse=True)[1].reshape(-1))


VALUES = {
    "number": st.none() | st.sampled_from([0.0, -1.5, 2.0, float("inf")]),
    "truth": st.none() | st.booleans(),
    "word": st.none() | st.sampled_from(["b", "a", ""]),
    "date": st.none() | st.sampled_from([dt.datetime(1969, 5, 1), dt.datetime(2024, 2, 29, 12)]),
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*VALUES.values()), min_size=2, max_size=12))
def test_rows_are_one_unit_where_and_only_where_all_inputs_are_equal(kept, rows):
    types = dict(zip(VALUES, [pa.float64(), pa.bool_(), pa.string(), pa.timestamp("us")], strict=True))
    columns = {name: pa.array([row[i] for row in rows], kind) for i, (name, kind) in enumerate(types.items())}
    table, facts = kept(columns | {"y": np.arange(len(rows)) * 1.5}, task="regression")
    units = table.units
    for i, row in enumerate(rows):
        for j, other in enumerate(rows):
            assert (units[i] == units[j]) == (row == other)
    assert sorted(set(units)) == list(range(facts.counts.units))


def test_units_do_not_depend_on_the_order_of_the_rows(made_up):
    table, _ = made_up(rows=90, distinct=30)
    order = np.random.default_rng(1).permutation(90)
    columns = {c.name: table.numbers(c.name)[order] for c in table.dataset.columns}
    again = type(table)(table.path.with_name("again.parquet"), table.dataset, table.roles, table.task)
    tables.keep(pa.table(columns), again.path, tables.Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
    assert np.array_equal(again.units, table.units[order])


def test_classes_are_numbered_in_the_order_of_the_counts(kept):
    table, facts = kept({"x": [1.0, 2, 3, 4, 5, 6], "y": ["no", "yes", "no", "maybe", "yes", "maybe"]})
    assert list(facts.class_counts) == ["maybe", "no", "yes"]
    assert table.targets.tolist() == [1, 2, 1, 0, 2, 0]


def test_labels_are_zeros_and_ones_and_numbers_stay_numbers(kept):
    columns = {"x": [1.0, 2, 3, 4], "a": ["n", "y", "y", "n"], "b": [7, 7, 9, 7], "c": [0.5, 1.5, 2.5, 3.5]}
    table, _ = kept(columns, target=("a", "b"), exclude=("c",), task="multilabel")
    assert table.targets.tolist() == [[0, 0], [1, 0], [1, 1], [0, 0]]
    table, _ = kept(columns, target=("c", "b"), exclude=("a",), task="multi_target")
    assert table.targets.tolist() == [[0.5, 7], [1.5, 7], [2.5, 9], [3.5, 7]]


def test_a_group_may_be_words_numbers_or_dates(kept):
    words = ["u1", "u2", "u1", "u3", "u2"]
    for values in (words, [5, 7, 5, 1, 7], [dt.date(2020, 1, int(w[1])) for w in words]):
        table, facts = kept({"x": [1.0, 2, 3, 4, 5], "y": [0.5, 1, 2, 3, 4.5], "g": values}, group="g")
        assert table.groups.tolist() == [0, 1, 0, 2, 1]
        assert facts.counts.groups == 3


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(Unusable, match=r"'iris' must lie in .*lost.parquet"):
        Table.open(tmp_path / "lost.parquet", BUILT_IN["iris"])


def test_short_columns_are_read_together(kept, monkeypatch):
    opened = []
    read = tables.read
    monkeypatch.setattr(tables, "read", lambda path, columns: opened.append(columns) or read(path, columns))
    columns = {f"x{i}": np.arange(12.0) + i for i in range(60)}
    table, _ = kept(columns | {"y": np.arange(12) * 1.5}, task="regression")
    x = np.stack([table.numbers(column.name) for column in table.features], axis=1)
    assert np.array_equal(x, np.stack(list(columns.values()), axis=1))
    assert opened == [list(columns)]
