"""What y is taken for."""

import numpy as np
import pytest

from ridgeline.spec.metrics import Task
from ridgeline_worker.estimator.target import Target, Wanted

BY_VALUES, CLASSES, NUMBERS = Wanted


@pytest.mark.parametrize(
    ("y", "wanted", "task"),
    [
        (["no", "yes"], BY_VALUES, Task.BINARY),
        ([0.0, 1.0], BY_VALUES, Task.BINARY),
        ([0, 1, 2], BY_VALUES, Task.MULTICLASS),
        (range(21), BY_VALUES, Task.REGRESSION),
        ([0.5, 1.0], BY_VALUES, Task.REGRESSION),
        ([[0, 1], [1, 0]], BY_VALUES, Task.MULTILABEL),
        ([[0, 1], [1, 2]], BY_VALUES, Task.MULTI_TARGET),
        ([[0.5, 1], [1, 2]], BY_VALUES, Task.MULTI_TARGET),
        (np.arange(42) // 2, CLASSES, Task.MULTICLASS),
        ([0, 1, 2], NUMBERS, Task.REGRESSION),
        ([[0, 1], [1, 0]], NUMBERS, Task.MULTI_TARGET),
    ],
)
def test_the_task_follows_from_the_values_unless_it_is_wanted(y, wanted, task):
    assert Target.of(np.array(y), wanted).task is task


def test_classes_come_back_as_they_were():
    y = np.array(["c", "a", "b", "a"])
    target = Target.of(y, CLASSES)
    assert target.decided(np.eye(3)[target.encoded(y).astype(int)]).tolist() == y.tolist()


@pytest.mark.parametrize(
    ("y", "told"),
    [
        (["a", "a"], "two classes or more but got one class, a"),
        ([0.5, 1.5], "continuous"),
        ([[0, 1], [1, 2]], "several of more classes"),
        ([[0, 1], [1, 1]], "label 1 is always the same"),
    ],
)
def test_what_is_no_classes_is_refused(y, told):
    with pytest.raises(ValueError, match=told):
        Target.of(np.array(y), CLASSES)


def test_a_class_that_was_not_there_is_refused():
    with pytest.raises(ValueError, match="was fitted on but got c"):
        Target.of(np.array(["a", "b"]), CLASSES).encoded(np.array(["a", "c"]))
