"""How a peer in plain PyTorch reads its folds and suggests settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from plain import PlainTraining, Recipe
from torch import Tensor

from answers.plan import Plan

if TYPE_CHECKING:
    import optuna


@dataclass(frozen=True)
class Fold:
    """Prepared rows: inputs, and numbers as targets, are standardized by the training rows."""

    x: Tensor
    y: Tensor
    validation_x: Tensor
    validation_y: Tensor
    scale: float
    """Of targets that are numbers: their deviation, by which errors come into their units."""

    def score(self, training: PlainTraining) -> float:
        """Log loss of classes, root mean square error of numbers in their units; of the validation rows."""
        loss = training.loss(self.validation_x, self.validation_y)
        return float(self.scale * loss**0.5) if training.task == "regression" else loss


def as_fold(task: str, arrays: tuple[np.ndarray, ...], scale: float) -> Fold:
    """Arrays (x, y, validation x, validation y) as tensors."""
    kind = torch.int64 if task == "multiclass" else torch.float32
    x, y, validation_x, validation_y = (torch.from_numpy(array) for array in arrays)
    return Fold(x.float(), y.to(kind), validation_x.float(), validation_y.to(kind), scale)


def load(folder: Path, plan: Plan) -> list[Fold]:
    """The folds of a search."""
    with np.load(folder / "folds.npz") as kept:
        return [
            as_fold(
                plan.task,
                tuple(kept[f"{name}{fold}"] for name in ("x", "y", "validation_x", "validation_y")),
                float(kept[f"scale{fold}"]),
            )
            for fold in range(plan.folds)
        ]


def recipe(plan: Plan) -> Recipe:
    """What all trainings have in common."""
    return Recipe(plan.task, plan.widths, plan.learning_rate, plan.batch_size, plan.steps_per_epoch)


def one_thread() -> None:
    """For a process beside others: one thread, and numbers too small to matter are zero, as in Ridgeline's engine."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)


def suggest(trial: "optuna.Trial", plan: Plan) -> None:
    """A kind, then its strengths, as Optuna's tutorial writes a conditional space."""
    kind = trial.suggest_categorical("kind", list(plan.kinds))
    for name, search in plan.kinds[kind].items():
        trial.suggest_float(f"{kind}.{name}", search["low"], search["high"], log=bool(search["log"]))


def setting_of(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The setting that such parameters mean."""
    kind = parameters["kind"]
    strengths = {name.partition(".")[2]: value for name, value in parameters.items() if name.startswith(f"{kind}.")}
    return {"regularizer": kind, "strengths": strengths}
