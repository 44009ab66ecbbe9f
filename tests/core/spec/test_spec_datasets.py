"""What is told of the built-in data sets equals scikit-learn's rows."""

import hashlib

import numpy as np
import pytest
from sklearn import datasets

from ridgeline.spec import BUILT_IN
from ridgeline.spec.datasets import infer_task
from ridgeline.spec.metrics import Task


def load(name: str):
    options = {"scaled": False} if name == "diabetes" else {}
    return getattr(datasets, f"load_{name}")(**options)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "digits", "diabetes"])
class TestEveryDataset:
    def test_its_id_is_the_hash_of_its_features_and_targets(self, name) -> None:
        bunch = load(name)
        told = np.ascontiguousarray(bunch.data, np.float64).tobytes() + bunch.target.astype(np.float64).tobytes()
        assert BUILT_IN[name].id == hashlib.sha256(told).hexdigest()

    def test_has_the_rows_and_columns(self, name) -> None:
        bunch = load(name)
        names = tuple(str(column) for column in bunch.feature_names)
        assert (BUILT_IN[name].rows, BUILT_IN[name].features) == (len(bunch.data), names)

    def test_counts_the_classes_in_the_order_of_the_outputs(self, name) -> None:
        bunch = load(name)
        if name == "diabetes":
            assert BUILT_IN[name].class_counts is None
            return
        counts = {str(label): int((bunch.target == i).sum()) for i, label in enumerate(bunch.target_names)}
        assert list((BUILT_IN[name].class_counts or {}).items()) == list(counts.items())

    def test_its_task_follows_from_the_target(self, name) -> None:
        facts = BUILT_IN[name]
        assert facts.task is infer_task(facts.class_counts and len(facts.class_counts))


def test_there_are_no_others() -> None:
    assert set(BUILT_IN) == {"iris", "wine", "breast_cancer", "digits", "diabetes"}


@pytest.mark.parametrize(("name", "outputs"), [("breast_cancer", 1), ("iris", 3), ("digits", 10), ("diabetes", 1)])
def test_two_classes_have_one_output_and_more_have_one_each(name, outputs) -> None:
    assert BUILT_IN[name].outputs == outputs


@pytest.mark.parametrize(("classes", "task"), [(None, Task.REGRESSION), (2, Task.BINARY), (3, Task.MULTICLASS)])
def test_the_task_is_inferred(classes, task) -> None:
    assert infer_task(classes) is task
