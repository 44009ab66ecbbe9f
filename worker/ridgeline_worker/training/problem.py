"""What a cohort trains on: the model, the optimizer and the rows of every fold, as tensors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.study import Precision
from ridgeline_worker.data import Prepared, prepared_folds
from ridgeline_worker.models import LaneModel, build
from ridgeline_worker.models.model import aligned
from ridgeline_worker.regularizer import RowShape
from ridgeline_worker.training.draws import Draws, Evaluation
from ridgeline_worker.training.lanes import Layout
from ridgeline_worker.training.optimizer import Optimizer, build_optimizer

DTYPES = {Precision.FLOAT32: torch.float32, Precision.FLOAT64: torch.float64}


@dataclass(frozen=True, slots=True)
class Rows:
    """Training rows of every evaluation, padded to the longest, their features to the alignment."""

    x: Float[Tensor, "evaluations rows features"]
    y: Float[Tensor, "evaluations rows"] | Int[Tensor, "evaluations rows"]
    counts: tuple[int, ...]
    """Rows of each evaluation that are no padding."""

    @classmethod
    def of(cls, folds: Sequence[Prepared], task: Task, dtype: torch.dtype, device: torch.device) -> "Rows":
        """The training rows of these folds."""
        counts = tuple(len(fold.train_y) for fold in folds)
        x = np.zeros((len(folds), max(counts), aligned(folds[0].train_x.shape[1])))
        y = np.zeros((len(folds), max(counts)))
        for i, fold in enumerate(folds):
            x[i, : counts[i], : fold.train_x.shape[1]], y[i, : counts[i]] = fold.train_x, fold.train_y
        label_type = torch.int64 if task is Task.MULTICLASS else dtype
        return cls(torch.from_numpy(x).to(device, dtype), torch.from_numpy(y).to(device, label_type), counts)


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
    folds: tuple[Prepared, ...]
    """The fold of each evaluation."""
    rows: Rows
    shape: RowShape
    """What the numbers of a row are."""
    epochs: int
    """Of the whole training."""
    steps_per_epoch: int
    dtype: torch.dtype
    device: torch.device

    @classmethod
    def of(cls, study: ResolvedStudy, device: torch.device) -> "Problem":
        """The problem of a study."""
        asked = study.evaluation
        folds = prepared_folds(study.dataset, asked.test_fraction, asked.folds, asked.repeats, study.seed)
        model = build(study.model, study.dataset.inputs, study.dataset.outputs)
        dtype = DTYPES[study.training.precision]
        return cls(
            task=study.task,
            metric=study.objective.metric,
            model=model,
            layout=Layout(model),
            optimizer=build_optimizer(study.training.optimizer),
            draws=Draws(study.seed),
            evaluations=tuple(
                Evaluation(repeat, fold) for repeat in range(asked.repeats) for fold in range(asked.folds)
            ),
            folds=folds,
            rows=Rows.of(folds, study.task, dtype, device),
            shape=RowShape.of(study.task, study.dataset.inputs, study.dataset.outputs),
            epochs=study.training.epochs,
            steps_per_epoch=study.training.steps_per_epoch,
            dtype=dtype,
            device=device,
        )
