"""Does the default pruner find settings as good as no pruning does in the same training?"""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from report import Figure

from evidence.carried import Carried, carry
from evidence.regret import best_trial, standard_error
from evidence.requests import FRESH, LINEAR, PERCEPTRON, REGRESSION
from evidence.worlds import REAL, WORLDS
from ridgeline.spec import Setting

DEFAULTS: dict[str, Any] = {"model": {"kind": "mlp", "hidden": [64, 64]}, "budget": {"max_trials": 48}}
REQUESTS: dict[str, dict[str, Any]] = {
    world: {**asked, "evaluation": {"folds": 5, "final_repeats": 0, "test_fraction": 0}}
    for world, asked in {
        "noisy": LINEAR,
        "friedman": REGRESSION,
        "dense": PERCEPTRON,
        "half_breast_cancer": DEFAULTS,
        "half_diabetes": DEFAULTS,
    }.items()
}
STUDIES = 40
REFITS = 5
"""Trainings on all rows of a study, by which a setting is judged."""
MEASURED = (
    "searches without a final, of 48 trials under the default pruner, and of as many without pruning as train the same "
    "epochs; the argmin of each is trained on all rows of the study and scored on fresh ones, or on the half of a real "
    "data set that the study does not see; mean over 5 trainings; the loss of none is 1"
)


def study(template: Path, world: str, seed: int) -> dict[str, Any]:
    """The search with pruning, and the one without that has the same epochs."""
    request, law = REQUESTS[world], WORLDS[world]
    fresh = 0 if world in REAL else FRESH
    with carry(template, law, seed, request, fresh=fresh) as pruned:
        spent, none = _spent(pruned), Setting.of({}, pruned.study.training.learning_rates[0])
        whole = pruned.study.training.epochs * pruned.study.training.steps_per_epoch * pruned.study.evaluation.folds
        fewer = {**request, "pruner": "none", "budget": {"max_trials": round(spent / whole)}}
        with carry(template, law, seed, fewer, fresh=fresh) as unpruned:
            settings = {0: none, 1: best_trial(pruned).setting, 2: best_trial(unpruned).setting}
            unpruned_spent = _spent(unpruned)
        losses = pruned.refitted(settings, REFITS)
    return {
        "none": losses[0],
        "pruned": losses[1],
        "unpruned": losses[2],
        "lane_steps": spent,
        "unpruned_lane_steps": unpruned_spent,
    }


def _spent(carried: Carried) -> int:
    return carried.engine.lane_steps["search"]


def figures(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Mean losses, and their paired difference with its standard error."""
    pruned, unpruned = (np.array([row[name] / row["none"] for row in rows]) for name in ("pruned", "unpruned"))
    difference = pruned - unpruned
    error = standard_error(difference)
    return [
        Figure(f"{world}: loss with pruning", fmean(pruned), "of none's loss"),
        Figure(f"{world}: less that without", fmean(difference), "of none's loss", 2 * error),
        Figure(f"{world}: standard error of that", error, "of none's loss"),
        Figure(
            f"{world}: epochs without pruning, of those with",
            fmean(row["unpruned_lane_steps"] / row["lane_steps"] for row in rows),
            "times",
        ),
    ]
