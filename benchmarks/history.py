"""Does a search do worse when its sampler is told of a part of the trials rather than of all?

The real search (TPE, generations, rungs) on the problems of allotment_surfaces.py, whose truth is known, once for each
number of trials of a kind that the sampler may be told of; seeds are shared, so that differences are paired.

    python benchmarks/history.py [--trials 2500] [--seeds 8] [--most 60 125 250] [--processes 2]

On one core, 2,500 trials take about 5 s.
"""

import argparse
import json
import math
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

import numpy as np
from allotment import Run, outcome, train
from allotment_surfaces import SCENARIOS, surface
from machine import machine, versions

from ridgeline.spec.views import TrialView
from ridgeline_worker.search import history, next_generation

RESULT = Path(__file__).parent / "results" / "history.json"
ALL = 10**9
PRUNER = "successive_halving"

Job = tuple[str, int, int, int]
"""Scenario, trials told of, trials of the study, seed."""


def run(job: Job) -> tuple[Run, float]:
    """One search, and its processor seconds a trial."""
    scenario, most, length, seed = job
    problem = surface(scenario, seed, PRUNER)
    trials: list[TrialView] = []
    began = time.process_time()
    with patch.object(history, "MOST_TOLD", most):
        while new := next_generation(problem.study, trials, length):
            trials += train(problem, new, trials, seed, best_of_all=False)
    return outcome(problem, trials), (time.process_time() - began) / length


def main() -> None:
    """Search with every number and seed; keep and print what each came to beside what all trials gave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=2500)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--most", type=int, nargs="+", default=[60, 125, 250])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULT)
    asked = parser.parse_args()

    jobs = [
        (scenario, most, asked.trials, seed)
        for scenario, seed, most in product(SCENARIOS, range(asked.seeds), [ALL, *asked.most])
    ]
    with ProcessPoolExecutor(asked.processes) as pool:
        found = dict(zip(jobs, pool.map(run, jobs), strict=True))
    rows = [_row(most, found) for most in (ALL, *asked.most)]
    kept = {
        "measured": "true regret of the best trial in units of the loss of none; differences to all are paired",
        "trials": asked.trials,
        "seeds": asked.seeds,
        "scenarios": list(SCENARIOS),
        "machine": machine(),
        "versions": versions(),
        "rows": rows,
    }
    asked.output.parent.mkdir(parents=True, exist_ok=True)
    asked.output.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        print(*(f"{name}: {value}" for name, value in row.items()), sep="  ")


def _row(most: int, found: dict[Job, tuple[Run, float]]) -> dict[str, object]:
    """Means over scenarios and seeds; differences to the searches that were told of all."""
    ours = {job: told for job, told in found.items() if job[1] == most}
    pairs = [(told[0], found[job[0], ALL, job[2], job[3]][0]) for job, told in ours.items()]
    row: dict[str, object] = {"told_of_a_kind": "all" if most == ALL else most}
    for name in ("regret", "kind_regret"):
        differences = [getattr(one, name) - getattr(other, name) for one, other in pairs]
        row[name] = round(fmean(getattr(one, name) for one, _ in pairs), 5)
        row[f"{name}_difference"] = round(fmean(differences), 5)
        row[f"{name}_standard_error"] = round(float(np.std(differences)) / math.sqrt(len(differences)), 5)
    return row | {"milliseconds_a_trial": round(1000 * fmean(seconds for _, seconds in ours.values()), 2)}


if __name__ == "__main__":
    main()
