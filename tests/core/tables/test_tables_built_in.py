"""The built-in tables and their description equal scikit-learn's rows."""

import hashlib
import json

import numpy as np
import pytest
from sklearn import datasets

from ridgeline.spec import BUILT_IN_SETS
from ridgeline.spec.datasets import NamedDataset
from ridgeline.tables import count, read, units
from ridgeline.tables.built_in import FOLDER, write


def load(name: str):
    options = {"scaled": False} if name == "diabetes" else {}
    return getattr(datasets, f"load_{name}")(**options)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
class TestEveryBuiltInTable:
    def test_holds_the_rows_of_scikit_learn_bit_for_bit(self, name) -> None:
        bunch, named = load(name), BUILT_IN_SETS[name]
        table = read(FOLDER / f"{name}.parquet", [column.name for column in named.dataset.columns])
        assert table.schema.names[:-1] == [str(each) for each in bunch.feature_names]
        x = np.column_stack([column.to_numpy() for column in table.columns[:-1]])
        assert x.tobytes() == np.ascontiguousarray(bunch.data, np.float64).tobytes()
        target = table.column(-1).to_pylist()
        if name == "diabetes":
            assert target == bunch.target.tolist()
        else:
            assert target == [str(bunch.target_names[label]) for label in bunch.target]

    def test_keeps_the_id_and_the_order_of_the_classes(self, name) -> None:
        bunch, named = load(name), BUILT_IN_SETS[name]
        told = np.ascontiguousarray(bunch.data, np.float64).tobytes() + bunch.target.astype(np.float64).tobytes()
        assert named.dataset.id == hashlib.sha256(told).hexdigest()
        if name != "diabetes":
            assert list(named.counts.class_counts) == [str(each) for each in bunch.target_names]

    def test_counts_as_many_units_as_there_are_different_rows(self, name) -> None:
        bunch, named = load(name), BUILT_IN_SETS[name]
        path = FOLDER / f"{name}.parquet"
        _, first, unit = np.unique(bunch.data, axis=0, return_index=True, return_inverse=True)
        assert named.counts.units == len(first)
        assert count(path, named.dataset, named.roles, named.task) == named.counts
        found = units(path, named.dataset, named.roles)
        pairs = set(zip(found.tolist(), unit.reshape(-1).tolist(), strict=True))
        assert len(pairs) == len(first) == found.max() + 1


def test_the_description_is_what_writing_it_anew_gives(tmp_path) -> None:
    write(tmp_path / "built_in", tmp_path / "built_in.json")
    told = [NamedDataset.model_validate(each) for each in json.loads((tmp_path / "built_in.json").read_text())]
    assert {each.name for each in told} == set(BUILT_IN_SETS)
    for each in told:
        now = BUILT_IN_SETS[each.name]
        assert now.dataset.bytes == (FOLDER / f"{each.name}.parquet").stat().st_size
        same_size = now.dataset.model_copy(update={"bytes": each.dataset.bytes})
        assert now.model_copy(update={"dataset": same_size}) == each
