"""Generators by name and parameters."""

from typing import get_args

import numpy as np
import pytest
from sklearn import datasets

from ridgeline.errors import Invalid
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import GeneratedData
from ridgeline.tables import generate, generated_identity, read
from ridgeline.tables.mnist1d import mnist1d

NAMES = get_args(GeneratedData.model_fields["generator"].annotation)


@pytest.mark.parametrize("name", NAMES)
class TestEveryGenerator:
    def test_makes_equal_rows_of_equal_parameters(self, name, tmp_path) -> None:
        rows = {"mnist1d": "num_samples"}.get(name, "n_samples")
        asked = GeneratedData(generator=name, parameters={rows: 60}, seed=3)
        dataset, roles, task = generate(asked, tmp_path / "a")
        again, *_ = generate(asked, tmp_path / "b")
        columns = [column.name for column in dataset.columns]
        assert read(tmp_path / "a", columns) == read(tmp_path / "b", columns)
        assert dataset == again
        assert dataset.id == generated_identity(asked)
        assert (dataset.rows, dataset.source) == (60, "generated")
        assert task.is_classification or task is Task.REGRESSION
        assert set(roles.target) < set(columns)

    def test_refuses_a_parameter_that_it_does_not_have(self, name, tmp_path) -> None:
        asked = GeneratedData(generator=name, parameters={"random_state": 1})
        with pytest.raises(Invalid, match=f"random_state must be a parameter of {name} but got 1; use "):
            generate(asked, tmp_path / "a")


def test_rows_are_those_of_scikit_learn(tmp_path) -> None:
    asked = GeneratedData(generator="make_regression", parameters={"n_samples": 20, "n_targets": 2}, seed=5)
    dataset, roles, task = generate(asked, tmp_path / "a")
    x, y = datasets.make_regression(n_samples=20, n_targets=2, random_state=5)
    table = read(tmp_path / "a", [column.name for column in dataset.columns])
    assert np.array_equal(np.column_stack([column.to_numpy() for column in table.columns]), np.hstack([x, y]))
    assert (roles.target, task) == (("y0", "y1"), Task.MULTI_TARGET)


def test_the_series_of_mnist1d_are_those_of_its_package() -> None:
    x, y = mnist1d(num_samples=200, random_state=7)
    assert x.shape == (200, 1, 40)
    first = [0.20112677067683646, 0.4392820479710449, 0.28354499685389395, 0.07068469291951689, 0.5795902717715329]
    assert x[0, 0, :5] == pytest.approx(first, abs=1e-9)
    assert y[:10].tolist() == [3, 4, 2, 7, 0, 5, 8, 3, 5, 1]
    shuffled, _ = mnist1d(num_samples=200, random_state=7, shuffle_seq=True)
    assert shuffled[0, 0, :2] == pytest.approx([0.06230641886849033, 0.609332176112744], abs=1e-9)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("make_moons", {"n_samples": 10**9}, "must make at most 50000000 numbers"),
        ("make_regression", {"n_samples": 10**4, "n_features": 10**4}, "must make at most 50000000 numbers"),
        ("make_moons", {"n_samples": "many"}, "n_samples must be a whole number of at least 1 but got 'many'"),
        ("make_moons", {"noise": -1}, "must be what make_moons takes"),
        ("make_classification", {"n_classes": 50}, "must be smaller or equal 2"),
        ("mnist1d", {"padding": "wide"}, "must be what mnist1d takes"),
    ],
)
def test_impossible_parameters_are_refused(tmp_path, name, parameters, message) -> None:
    with pytest.raises(Invalid) as refused:
        generate(GeneratedData(generator=name, parameters=parameters), tmp_path / "a")
    assert message in str(refused.value)
    assert not (tmp_path / "a").exists()
