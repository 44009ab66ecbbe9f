"""One judge for all sides: a setting is trained on all outer training rows and scored on the outer test rows.

Plain PyTorch, the same for all; seed by seed, networks of all settings begin with the same weights and batches.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from multiprocessing import get_context
from typing import Any

import numpy as np
import torch
from plain import PlainTraining, Recipe
from sklearn.preprocessing import StandardScaler

from answers.cells import Kept
from answers.folds import Fold, as_fold
from answers.sets import SETS
from ridgeline_worker.training import one_fast_thread

PROCESSES = 2
HIDDEN = (64, 64)
LEARNING_RATE = 0.001
BATCH_SIZE = 64
DIVERGED = 1e9
LIBRARIES = ["optuna", "sklearn.preprocessing", "ridgeline_worker.training"]
"""What takes long to import in a process that judges; it does not look for modules beside the script."""
NONE: dict[str, Any] = {"regularizer": "none", "strengths": {}}


def key_of(setting: Mapping[str, Any]) -> str:
    """Equal for equal settings."""
    return hashlib.sha256(json.dumps(setting, sort_keys=True).encode()).hexdigest()[:16]


def judge(kept: Kept, data: str, split: int, settings: Iterable[dict[str, Any]], *, seeds: int, epochs: int) -> None:
    """Judge the settings of a split that were not judged yet, and keep their scores."""
    missing = {key: setting for setting in settings if kept.judged(data, split, key := key_of(setting)) is None}
    if not missing:
        return
    jobs = [(setting, seeds, epochs) for setting in missing.values()]
    context = get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)  # imports once for all that judge
    with context.Pool(min(PROCESSES, len(jobs)), _prepare, (data, split)) as pool:
        for (key, setting), scores in zip(missing.items(), pool.imap(_scores, jobs), strict=True):
            kept.put(f"judged/{data}-{split}-{key}", {"key": key, "setting": setting, "scores": scores})


_HERE: dict[str, Any] = {}
"""The rows and the recipe of this process."""


def _prepare(data: str, split: int) -> None:
    _HERE["fold"], _HERE["recipe"] = rows_and_recipe(data, split)


def rows_and_recipe(data: str, split: int) -> tuple[Fold, Recipe]:
    """The outer rows, standardized by those that are trained on, and how a network is trained on them."""
    asked = SETS[data]
    (x, y), (test_x, test_y) = asked.outer(split)
    inputs = StandardScaler().fit(x)
    mean, scale, outputs = 0.0, 1.0, 1
    if asked.task == "regression":
        mean, scale = float(y.mean()), float(y.std())
    elif asked.task == "multiclass":
        outputs = len(np.unique(y))
    arrays = (inputs.transform(x), (y - mean) / scale, inputs.transform(test_x), (test_y - mean) / scale)
    batch = min(BATCH_SIZE, len(y))
    recipe = Recipe(asked.task, (x.shape[1], *HIDDEN, outputs), LEARNING_RATE, batch, -(-len(y) // batch))
    return as_fold(asked.task, arrays, scale), recipe


@one_fast_thread()
def _scores(job: tuple[Mapping[str, Any], int, int]) -> list[float]:
    """The score on the outer test rows with each seed; a very bad one where training diverged."""
    setting, seeds, epochs = job
    fold: Fold = _HERE["fold"]
    scores = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        training = PlainTraining.made(_HERE["recipe"], setting["regularizer"], setting["strengths"])
        training.train(fold.x, fold.y, epochs)
        score = fold.score(training)
        scores.append(score if math.isfinite(score) else DIVERGED)
    return scores
