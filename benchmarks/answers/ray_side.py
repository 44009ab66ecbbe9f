"""Ray Tune with OptunaSearch and ASHA around plain PyTorch: two trials at a time, of one processor each.

A trial trains the networks of all folds an epoch at a time and reports their mean score after each, as Tune's guides
do; ASHA's first rung is a third of the epochs and it keeps a third.

    python -m answers.ray_side FOLDER
"""

import logging
import math
import os
import sys
import time
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

import ray
import torch
from plain import PlainTraining
from ray import tune
from ray.tune.schedulers import ASHAScheduler
from ray.tune.search.optuna import OptunaSearch

from answers.folds import Fold, load, one_thread, recipe, setting_of, suggest
from answers.plan import Plan, tell

PROCESSES = 2


def train(config: dict[str, Any], plan: Plan, folds: list[Fold]) -> None:
    """A trial."""
    began = time.time()
    one_thread()
    setting, common = setting_of(config), recipe(plan)
    trainings = [PlainTraining.made(common, setting["regularizer"], setting["strengths"]) for _ in folds]
    for _ in range(plan.epochs):
        for fold, training in zip(folds, trainings, strict=True):
            training.train(fold.x, fold.y, 1)
        score = fmean(fold.score(training) for fold, training in zip(folds, trainings, strict=True))
        tune.report({"score": score, "began": began, "at": time.time()})


class Limit(tune.Stopper):
    """Ends all trials so many seconds after the first has begun."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._began = seconds, math.inf

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:  # noqa: ARG002 - as Tune calls it
        """Whether a trial ends with this result."""
        self._began = min(self._began, result["began"])
        return self.stop_all()

    def stop_all(self) -> bool:
        """Whether all end."""
        return time.time() - self._began > self._seconds


class Told(tune.Callback):
    """Writes down each trial when it has ended; only those that trained to the end have a score."""

    def __init__(self, folder: Path, epochs: int) -> None:
        self._folder, self._epochs = folder, epochs

    def on_trial_complete(self, *, trial: Any, **_: object) -> None:
        """A trial has come to its end, or was stopped."""
        last = trial.last_result
        if "score" not in last:
            return
        is_whole = last["training_iteration"] == self._epochs
        score = last["score"] if is_whole and math.isfinite(last["score"]) else None
        told = {"ended": last["at"], "setting": setting_of(trial.config), "score": score}
        tell(self._folder, {"began": last["began"], **told})


def main(folder: Path) -> None:
    """Search until the trials or the seconds are spent."""
    plan = Plan.load(folder)
    torch.manual_seed(plan.seed)
    ray.init(num_cpus=PROCESSES, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False)
    trainable = tune.with_parameters(train, plan=plan, folds=load(folder, plan))
    tuner = tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        tune_config=tune.TuneConfig(
            metric="score",
            mode="min",
            search_alg=OptunaSearch(partial(suggest, plan=plan), metric="score", mode="min", seed=plan.seed),
            scheduler=ASHAScheduler(max_t=plan.epochs, grace_period=-(-plan.epochs // 3), reduction_factor=3),
            num_samples=plan.trials,
            max_concurrent_trials=PROCESSES,
            reuse_actors=True,
        ),
        run_config=tune.RunConfig(
            name="peer",
            storage_path=str(folder / "ray"),
            verbose=0,
            stop=Limit(plan.seconds),
            callbacks=[Told(folder, plan.epochs)],
        ),
    )
    tuner.fit()
    ray.shutdown()


if __name__ == "__main__":
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    main(Path(sys.argv[1]))
