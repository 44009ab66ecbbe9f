"""A process of Optuna around plain PyTorch; two of them share a study in SQLite.

python -m answers.optuna_side FOLDER NUMBER
"""

import sys
from pathlib import Path
from statistics import fmean

import optuna
import torch
from optuna.study import MaxTrialsCallback
from optuna.trial import TrialState
from plain import PlainTraining

from answers.folds import load, one_thread, recipe, setting_of, suggest
from answers.plan import Plan

PRUNERS = {"none": optuna.pruners.NopPruner, "median": optuna.pruners.MedianPruner}
COUNTED = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)


def storage(folder: Path) -> str:
    """Where the study lies."""
    return f"sqlite:///{folder / 'optuna.db'}"


def main(folder: Path, number: int) -> None:
    """Search until the trials or the seconds are spent."""
    one_thread()
    plan = Plan.load(folder)
    seed = 1000 * plan.seed + number
    torch.manual_seed(seed)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folds, common = load(folder, plan), recipe(plan)

    def objective(trial: optuna.Trial) -> float:
        suggest(trial, plan)
        setting, scores = setting_of(trial.params), list[float]()
        for place, fold in enumerate(folds):
            training = PlainTraining.made(common, setting["regularizer"], setting["strengths"])
            training.train(fold.x, fold.y, plan.epochs)
            scores.append(fold.score(training))
            trial.report(fmean(scores), place)
            if trial.should_prune():
                raise optuna.TrialPruned
        return fmean(scores)

    study = optuna.load_study(
        study_name="peer",
        storage=storage(folder),
        sampler=optuna.samplers.TPESampler(seed=seed, constant_liar=True),
        pruner=PRUNERS[plan.pruner](),
    )
    study.optimize(objective, timeout=plan.seconds, callbacks=[MaxTrialsCallback(plan.trials, states=COUNTED)])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
