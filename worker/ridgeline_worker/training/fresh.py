"""Folds that the search has not seen: what they hold, and what predicting the same for every row scores there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.metrics import Task
from ridgeline_worker.data import Fold, Table, unit_numbers
from ridgeline_worker.training.draws import Evaluation
from ridgeline_worker.training.metrics import score, undefined
from ridgeline_worker.training.problem import dealt


@dataclass(frozen=True, slots=True)
class FreshFold:
    """One evaluation beyond those of the search."""

    evaluation: Evaluation
    train_rows: int
    validation_rows: int
    constant: Float[np.ndarray, "*outputs"]
    """Prediction for every row: shares of classes or labels, or means, of the training rows by their weights."""
    constant_score: float | None
    """Of that prediction on the validation rows; None: some metric that is asked for is not defined on them."""


@dataclass(frozen=True)
class HeldRows:
    """Rows that models were not trained on."""

    positions: Mapping[Evaluation, Int[np.ndarray, "validation"]]
    """Validation rows of each evaluation, as places among `rows`."""
    rows: Int[np.ndarray, "rows"]
    """All of them, as places in the table."""
    targets: Float[np.ndarray, "rows *targets"]
    weights: Float[np.ndarray, "rows"] | None
    units: Int[np.ndarray, "rows"]
    """Number of each row's unit that no split may part."""


def fresh_folds(study: ResolvedStudy, path: Path, asked: Sequence[Evaluation]) -> tuple[FreshFold, ...]:
    """What these evaluations hold, which come repeat by repeat."""
    table = Table.open(path, study.dataset)
    made = zip(asked, dealt(study, table, asked), strict=True)
    return tuple(_fresh(study, table, evaluation, fold) for evaluation, fold in made)


def held_rows(study: ResolvedStudy, path: Path, asked: Sequence[Evaluation]) -> HeldRows:
    """The validation rows of these evaluations, which come repeat by repeat."""
    table = Table.open(path, study.dataset)
    validated = [fold.validation for fold in dealt(study, table, asked)]
    rows = np.unique(np.concatenate(validated))
    return HeldRows(
        positions={one: np.searchsorted(rows, own) for one, own in zip(asked, validated, strict=True)},
        rows=rows,
        targets=table.targets[rows],
        weights=None if table.weights is None else table.weights[rows],
        units=unit_numbers(table, rows, study.evaluation.split),
    )


def _fresh(study: ResolvedStudy, table: Table, evaluation: Evaluation, fold: Fold) -> FreshFold:
    weights = None if table.weights is None else table.weights[fold.validation]
    y, metric = table.targets[fold.validation], study.objective.metric
    trains = table.weights is None or table.weights[fold.train].sum() > 0
    constant = _constant(study, table, fold.train) if trains else np.zeros(())
    value = None
    metrics = study.objective.metrics
    if trains and not any(undefined(each, study.task, y, weights, study.dataset.outputs) for each in metrics):
        value = score(metric, study.task, y, np.broadcast_to(constant, (len(y), *constant.shape)), weights)
    return FreshFold(evaluation, len(fold.train), len(fold.validation), constant, value)


def _constant(study: ResolvedStudy, table: Table, train: Int[np.ndarray, "train"]) -> Float[np.ndarray, "*outputs"]:
    """Shares or means of the targets of some rows."""
    y, weights = table.targets[train], None if table.weights is None else table.weights[train]
    if not study.task.has_classes:
        return np.asarray(np.average(y, axis=0, weights=weights))
    classes = 2 if study.task is Task.BINARY else study.dataset.outputs
    counted = np.bincount(y.astype(np.int64), weights, minlength=classes).astype(np.float64)
    shares: Float[np.ndarray, classes] = counted / counted.sum()
    return shares
