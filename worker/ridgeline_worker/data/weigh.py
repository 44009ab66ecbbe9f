"""How much each training row counts in the loss."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from jaxtyping import Float, Int
from sklearn.utils.class_weight import compute_class_weight

from ridgeline.spec.metrics import Task
from ridgeline.tables.counting import class_names
from ridgeline_worker.data.table import Table
from ridgeline_worker.data.unusable import Unusable

ClassWeight = Literal["balanced"] | Mapping[str, float] | None


def training_weights(
    table: Table, train: Int[np.ndarray, "train"], class_weight: ClassWeight
) -> Float[np.ndarray, "train"] | None:
    """The weight of each row times that of its class, with a mean of 1; None: all count alike.

    With a mean of 1, a strength means the same with weights and without.

    Raises:
        Unusable: all rows weigh nothing.
    """
    if table.weights is None and class_weight is None:
        return None
    weights: Float[np.ndarray, train] = np.ones(len(train)) if table.weights is None else table.weights[train]
    if class_weight is not None and table.task in {Task.BINARY, Task.MULTICLASS}:
        weights = weights * _of_classes(table, train, class_weight)
    mean = float(weights.mean())
    if mean <= 0:
        rule = "must be above 0 in some training row of every fold"
        raise Unusable(f"dataset.weight {rule} but got 0 in {len(train)}; use fewer folds, or correct the weights")
    return weights / mean


def _of_classes(
    table: Table, train: Int[np.ndarray, "train"], class_weight: Literal["balanced"] | Mapping[str, float]
) -> Float[np.ndarray, "train"]:
    """The weight of each row's class; balanced: rows/(classes x rows of the class), counted in these rows."""
    (names,) = class_names(table.path, table.dataset, table.roles, table.task)
    classes = table.targets[train].astype(np.int64)
    by_place = np.zeros(len(names))
    if class_weight == "balanced":
        there = np.unique(classes)
        by_place[there] = compute_class_weight("balanced", classes=there, y=classes)
    else:
        by_place[:] = [class_weight[name] for name in names]
    of_rows: Float[np.ndarray, train] = by_place[classes]
    return of_rows
