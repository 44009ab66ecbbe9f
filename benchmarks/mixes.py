"""How should mixes be searched?  Samplers side by side on the same problems and seeds, so that true loss is known.

Sixteen kinds: each helps with probability 0.4, then by 5 to 25 % at its best strengths; the others harm, more so the
stronger they are; gains multiply, none has loss 1.  The search sees trial noise, at the first rung more.

    python benchmarks/mixes.py [--seeds 24] [--processes 2] [--output mixes.json]
"""

import argparse
import json
import math
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean, stdev
from typing import Any
from unittest.mock import patch

import numpy as np
from begun import begun
from machine import machine, versions
from optuna.samplers import TPESampler

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import RungView, TrialView
from ridgeline.store import NewTrial
from ridgeline_worker.search import decide, goal, next_generation

TRIALS = 128
KINDS = (
    *("l1", "l2", "weight_decay", "dropout", "input_dropout", "max_norm", "label_smoothing", "mixup", "cutmix"),
    *("cutout", "fgsm", "ema", "swa", "snapshot_ensemble", "sam", "lookahead"),
)
NOISE, EARLY_NOISE = 0.02, 0.05
TPE: dict[str, dict[str, bool]] = {
    "tpe, each parameter by itself": {"multivariate": False},
    "tpe, group": {"multivariate": True, "group": True},
    "tpe, group, without constant liar": {"multivariate": True, "group": True, "constant_liar": False},
    "tpe, each parameter by itself, without constant liar": {"multivariate": False, "constant_liar": False},
}
SEARCHES = (*TPE, "random", "qmc")

Surface = dict[str, tuple[float, dict[str, float]]]
"""Gain of each kind, and where on the scale of its range, 0 to 1, each strength is best."""


def surface(seed: int) -> Surface:
    """A problem."""
    rng = np.random.default_rng(seed)
    found = {}
    for kind in KINDS:
        helps = rng.random() < 0.4
        gain = rng.uniform(0.05, 0.25) if helps else -rng.uniform(0.0, 0.15)
        found[kind] = (gain, {name: rng.uniform(0.15, 0.85) for name in CATALOGUE[kind].bounds})
    return found


def true_loss(problem: Surface, setting: Setting) -> float:
    """What a setting is worth without noise."""
    loss = 1.0
    for kind, strengths in setting.kinds.items():
        gain, best = problem[kind]
        places = {name: _place(kind, name, value) for name, value in strengths.items()}
        if gain > 0:
            near = math.prod(math.exp(-(((place - best[name]) / 0.25) ** 2)) for name, place in places.items())
            loss *= 1 - gain * near + 0.1 * (1 - near)
        else:
            loss *= 1 - gain * (0.5 + [*places.values()][-1])
    return loss


def _place(kind: str, name: str, value: float) -> float:
    search = CATALOGUE[kind].bounds[name].range(50)
    if search.log:
        return math.log(value / search.low) / math.log(search.high / search.low)
    return (value - search.low) / (search.high - search.low)


def run(search: str, seed: int) -> float:
    """The true loss of the best trial of one search."""
    asked = {"mode": "cocktail", "regularizers": KINDS, "budget": {"max_trials": TRIALS}, "seed": seed}
    asked["pruner"] = {"kind": "successive_halving", "resource": "epochs"}  # where an early score is of all folds
    sampler = "tpe" if search in TPE else search
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "sampler": sampler, **asked})
    study, problem, rng = resolve(spec, BUILT_IN["breast_cancer"]), surface(seed), np.random.default_rng(seed + 1000)
    trials: list[TrialView] = []
    with patch("ridgeline_worker.search.cocktail.GenerationTPE", _built(search)), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while new := next_generation(study, trials, TRIALS):
            trials += _train(study, problem, new, trials, rng)
    best = min((trial for trial in trials if trial.score is not None), key=lambda trial: trial.score or 0.0)
    return true_loss(problem, best.setting)


def _built(search: str) -> Callable[..., TPESampler]:
    def build(*, seed: int, n_startup_trials: int, **_: Any) -> TPESampler:
        return partial(TPESampler, **TPE[search])(seed=seed, n_startup_trials=n_startup_trials)

    return build


def _train(
    study: ResolvedStudy,
    problem: Surface,
    new: Sequence[NewTrial],
    history: Sequence[TrialView],
    rng: np.random.Generator,
) -> list[TrialView]:
    """Score a generation at each rung and let the search decide."""
    live = [begun(one) for one in new]
    for rung in study.plan.rungs:
        for place, trial in enumerate(live):
            if trial.state is TrialState.RUNNING:
                at = goal(study, trial, rung)
                noise = rng.normal(0, NOISE if at == study.plan.last_rung else EARLY_NOISE)
                score = true_loss(problem, trial.setting) + noise
                scored = RungView(epochs=at.epochs, score=score, folds=(score,) * at.folds)
                live[place] = trial.model_copy(update={"rungs": (*trial.rungs, scored)})
        for number, state in decide(study, live, rung, history).items():
            place = number - live[0].number
            score_at_end = live[place].rungs[-1].score if state is TrialState.COMPLETE else None
            live[place] = live[place].model_copy(update={"state": state, "score": score_at_end})
    return live


def _job(job: tuple[str, int]) -> float:
    return run(*job)


def main() -> None:
    """Run everything, print the table and store the figures if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=24)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    jobs = [*product(SEARCHES, range(asked.seeds))]
    with ProcessPoolExecutor(asked.processes) as pool:
        losses = dict(zip(jobs, pool.map(_job, jobs), strict=True))
    rows = []
    for search in SEARCHES:
        own = [losses[search, seed] for seed in range(asked.seeds)]
        differences = [loss - losses[SEARCHES[0], seed] for seed, loss in enumerate(own)]
        error, of_difference = (stdev(values) / math.sqrt(len(values)) for values in (own, differences))
        rows.append(
            {
                "search": search,
                "true_loss_mean": round(fmean(own), 4),
                "standard_error": round(error, 4),
                "difference_to_the_first": round(fmean(differences), 4),
                "standard_error_of_difference": round(of_difference, 4),
            }
        )
    for row in rows:
        print(*row.values(), sep=" | ")
    if asked.output is not None:
        told = {"trials": TRIALS, "seeds": asked.seeds, "machine": machine(), "versions": versions(), "rows": rows}
        asked.output.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
