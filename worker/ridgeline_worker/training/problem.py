"""What a cohort trains on: the model, the optimizer and the rows of every fold, as tensors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.columns import Column
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import PLAIN, Conv1d, Conv2d, Encoding
from ridgeline.spec.study import Precision
from ridgeline_worker.data import Fold, Table, Training, Validation, Wishes, folds, parts, prepare
from ridgeline_worker.models import LaneModel, build
from ridgeline_worker.models.model import ALIGNMENT, aligned
from ridgeline_worker.regularizer import RowShape
from ridgeline_worker.training.draws import Draws, Evaluation
from ridgeline_worker.training.lanes import Layout
from ridgeline_worker.training.optimizer import Optimizer, build_optimizer

DTYPES = {Precision.FLOAT32: torch.float32, Precision.FLOAT64: torch.float64}


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows of every evaluation, padded to the longest, their features to the alignment."""

    x: Float[Tensor, "evaluations rows features"]
    y: Float[Tensor, "evaluations rows *targets"] | Int[Tensor, "evaluations rows"]
    weight: Float[Tensor, "evaluations rows"] | None
    """How much each row counts in the loss, on the CPU; None: all alike."""
    counts: tuple[int, ...]
    """Rows of each evaluation that are no padding."""
    counting: tuple[Float[np.ndarray, "_"] | None, ...]
    """How much each row of an evaluation counts in a score; None: all alike."""

    @classmethod
    def of(cls, trainings: Sequence[Training], task: Task, dtype: torch.dtype, device: torch.device) -> "Rows":
        """The training rows of these folds; those of a single one are not copied where they need not be."""
        counts = tuple(len(training.y) for training in trainings)
        label_type = torch.int64 if task is Task.MULTICLASS else dtype
        x = _stacked([training.x for training in trainings], aligned(trainings[0].x.shape[1]))
        y = _stacked([training.y for training in trainings])
        weights = [training.weight for training in trainings if training.weight is not None]
        return cls(
            torch.from_numpy(x).to(device, dtype),
            torch.from_numpy(y).to(device, label_type),
            torch.from_numpy(_stacked(weights)).to(dtype) if weights else None,
            counts,
            tuple(training.counting for training in trainings),
        )


def _stacked(
    arrays: Sequence[Float[np.ndarray, "_ *numbers"]], width: int | None = None
) -> Float[np.ndarray, "arrays longest *held"]:
    """Arrays one after another, filled up with zeros."""
    first = arrays[0]
    shape = first.shape[1:] if width is None else (width,)
    if len(arrays) == 1 and first.shape[1:] == shape:
        return first[np.newaxis]
    held = np.zeros((len(arrays), max(map(len, arrays)), *shape), dtype=first.dtype)
    for place, array in zip(held, arrays, strict=True):
        place[tuple(slice(size) for size in array.shape)] = array
    return held


@dataclass(frozen=True)
class Problem:
    """Everything that the lanes of a study have in common."""

    task: Task
    metric: Metric
    model: LaneModel
    layout: Layout
    optimizer: Optimizer
    draws: Draws
    evaluations: tuple[Evaluation, ...]
    validations: tuple[Validation, ...]
    """The validation rows of each evaluation."""
    rows: Rows
    shape: RowShape
    """What the numbers of a row are."""
    epochs: int
    """Of the whole training."""
    steps_per_epoch: int
    dtype: torch.dtype
    device: torch.device
    structure: frozenset[str] = PLAIN
    """Static kinds that have changed the model."""

    def structured(self, study: ResolvedStudy, structure: frozenset[str]) -> "Problem":
        """The same rows for the study's model as these static kinds change it."""
        if structure == self.structure:
            return self
        model = build(study.model, study.dataset.inputs, study.dataset.outputs, structure)
        return replace(self, model=model, layout=Layout(model), structure=structure)

    @classmethod
    def of(
        cls, study: ResolvedStudy, table: Path, device: torch.device, only: Sequence[Evaluation] | None = None
    ) -> "Problem":
        """The problem of a study.

        Args:
            study: what is trained.
            table: the stored table of its data set.
            device: where it trains.
            only: evaluations that are prepared; None: all.

        Raises:
            Unusable: the study cannot run on these rows.
        """
        asked = evaluations(study) if only is None else tuple(only)
        opened = Table.open(table, study.dataset)
        prepared = prepare(opened, dealt(study, opened, asked), wishes(study))
        model = build(study.model, study.dataset.inputs, study.dataset.outputs)
        dtype = DTYPES[study.training.precision]
        return cls(
            task=study.task,
            metric=study.objective.metric,
            model=model,
            layout=Layout(model),
            optimizer=build_optimizer(study.training.optimizer),
            draws=Draws(study.seed),
            evaluations=asked,
            validations=tuple(fold.validation for fold in prepared),
            rows=Rows.of([fold.train for fold in prepared], study.task, dtype, device),
            shape=row_shape(study, opened.features),
            epochs=study.training.epochs,
            steps_per_epoch=study.training.steps_per_epoch,
            dtype=dtype,
            device=device,
        )


def evaluations(study: ResolvedStudy) -> tuple[Evaluation, ...]:
    """All evaluations of a trial, repeat by repeat."""
    asked = study.evaluation
    return tuple(Evaluation(repeat, fold) for repeat in range(asked.repeats) for fold in range(asked.folds))


def dealt(study: ResolvedStudy, table: Table, asked: Sequence[Evaluation]) -> tuple[Fold, ...]:
    """The rows of these evaluations, which come repeat by repeat.

    The refit trains on the search part and is validated on the test part, which no other evaluation has a row of;
    where there is none, on what it has trained on, which says nothing.
    """
    whole = parts(table, study.evaluation)

    def chosen() -> Iterator[Fold]:
        for repeat, of_repeat in groupby(asked, key=lambda evaluation: evaluation.repeat):
            if repeat == REFIT_REPEAT:
                yield Fold(whole.search, whole.test if len(whole.test) else whole.search)
                continue
            wanted = {evaluation.fold for evaluation in of_repeat}
            made = folds(table, whole.search, study.evaluation, study.seed, repeat)
            for index, fold in enumerate(islice(made, max(wanted) + 1)):
                if index in wanted:
                    yield fold

    return tuple(chosen())


def row_shape(study: ResolvedStudy, features: Sequence[Column]) -> RowShape:
    """What the numbers of a prepared row are; all of a column are one raw feature, those of an array each its own."""
    model, inputs, codes = study.model, study.dataset.inputs, wishes(study).codes
    owners = [
        (column.name, place if column.shape is not None else 0)
        for column in features
        for place in range(column.numbers)
    ]
    for column in features:
        owners += [(column.name, 0)] * (min(1, column.categories) if codes else column.categories)
    image = inputs.shape
    if image is not None and isinstance(model, Conv1d | Conv2d):
        image = model.grid(inputs)
    return RowShape.of(
        owners,
        classes=(study.dataset.outputs if study.task is Task.MULTICLASS else 2) if study.task.is_classification else 0,
        numbers=inputs.numbers if codes else None,
        image=image,
    )


def wishes(study: ResolvedStudy) -> Wishes:
    """How a study's rows are prepared."""
    model, inputs = study.model, study.dataset.inputs
    grid = model.grid(inputs) if isinstance(model, Conv1d | Conv2d) and inputs.shape is not None else None
    return Wishes(
        preparation=study.preparation,
        class_weight=study.training.class_weight,
        codes=getattr(model, "categories", Encoding.ONE_HOT) is Encoding.EMBEDDING,
        channels=None if grid is None else grid[0],
        dtype=np.float32 if study.training.precision is Precision.FLOAT32 else np.float64,
        multiple=ALIGNMENT,
    )
