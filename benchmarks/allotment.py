"""How should a generation's trials be dealt to the kinds?  Policies side by side at equal budget.

Each policy runs the real search (TPE, generations, rungs) on the same problems and seeds, so that true regret is known.
What the search sees adds trial noise; at the first rung twice as much, and regularizers look worse than they will be.

    python benchmarks/allotment.py [--seeds 20] [--processes 2]
"""

import argparse
import json
import math
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import fmean, median

import numpy as np
from allotment_policies import POLICIES
from allotment_surfaces import REAL, SCENARIOS, TRIALS, Surface, surface
from begun import begun
from machine import machine, versions

from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import RungView, TrialView
from ridgeline.store import NewTrial
from ridgeline_worker.search import decide, goal, next_generation

RESULT = Path(__file__).with_suffix(".json")
BEST_OF_ALL = "successive_halving, best of all whatever their kind"
PRUNERS = ("none", "successive_halving", BEST_OF_ALL)


@dataclass(frozen=True)
class Run:
    """What one search came to."""

    regret: float
    kind_regret: float
    unresolved: float


def run(scenario: str, policy: str, pruner: str, seed: int) -> Run:
    """Search one surface with one policy."""
    problem = surface(scenario, seed, pruner.split(",", maxsplit=1)[0])
    trials: list[TrialView] = []
    while new := next_generation(problem.study, trials, TRIALS, allot=POLICIES[policy]):
        trials += train(problem, new, trials, seed, best_of_all=pruner == BEST_OF_ALL)
    return outcome(problem, trials)


def train(
    problem: Surface, new: Sequence[NewTrial], history: Sequence[TrialView], seed: int, *, best_of_all: bool
) -> list[TrialView]:
    """Score a generation at each rung and let the search decide."""
    study = problem.study
    live = [begun(one) for one in new]
    seen = {one.number: problem.seen(one.setting) for one in new}
    for rung in study.plan.rungs:
        for place, trial in enumerate(live):
            if trial.state is TrialState.RUNNING:
                at = goal(study, trial, rung)
                last = at == study.plan.last_rung
                draw = np.random.default_rng([seed, trial.number, at.epochs]).normal()
                strength = 0.0 if trial.regularizer == "none" else 0.02
                score = seen[trial.number] + problem.noise * draw * (1 if last else 2) + (0 if last else strength)
                scored = RungView(epochs=at.epochs, score=score, folds=(score,) * at.folds)
                live[place] = trial.model_copy(update={"rungs": (*trial.rungs, scored)})
        states = decide(study, live, rung, history)
        if best_of_all and rung != study.plan.last_rung:
            states = _best_of_all(states, {trial.number: trial for trial in live})
        for place, trial in enumerate(live):
            if (state := states.get(trial.number)) is not None:
                score_at_end = trial.rungs[-1].score if state is TrialState.COMPLETE else None
                live[place] = trial.model_copy(update={"state": state, "score": score_at_end})
    return live


def _best_of_all(states: dict[int, TrialState], trials: dict[int, TrialView]) -> dict[int, TrialState]:
    """The same number of survivors, chosen by score alone: the pruner that the search does not have."""
    rivals = [trials[number] for number in states if trials[number].origin is Origin.SAMPLED]
    kept = sum(states[trial.number] is TrialState.RUNNING for trial in rivals)
    ranked = sorted(rivals, key=lambda trial: (trial.rungs[-1].score, trial.number))
    survivors = dict.fromkeys((trial.number for trial in ranked[:kept]), TrialState.RUNNING)
    return states | dict.fromkeys((trial.number for trial in rivals), TrialState.PRUNED) | survivors


def outcome(problem: Surface, trials: Sequence[TrialView]) -> Run:
    """Regret of the best seen, mean regret of each kind's best, and the share of kinds without a complete trial."""
    kinds = [regularizer.kind for regularizer in problem.study.regularizers]
    best = {kind: problem.best(kind) for kind in kinds}
    complete = [trial for trial in trials if trial.score is not None]
    winner = min(complete, key=lambda trial: trial.score or 0.0)
    regrets, missing = [], 0
    none = next(trial for trial in complete if trial.regularizer == "none")
    for kind in kinds[1:]:
        own = [trial for trial in complete if trial.regularizer == kind]
        missing += not own
        chosen = min(own, key=lambda trial: trial.score or 0.0, default=none)
        regrets.append(max(0.0, _true(problem, chosen) - best[kind]))
    return Run(_true(problem, winner) - min(best.values()), fmean(regrets), missing / len(regrets))


def _true(problem: Surface, trial: TrialView) -> float:
    return problem.true(trial.setting)


def _job(job: tuple[str, str, str, int]) -> tuple[tuple[str, str, str], Run]:
    return job[:3], run(*job)


def main() -> None:
    """Run everything, print the table and store the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=RESULT)
    asked = parser.parse_args()

    cells = [*product(SCENARIOS, POLICIES, PRUNERS)]
    cells += [(REAL, policy, "none") for policy in POLICIES]
    jobs = [(*cell, seed) for cell in cells for seed in range(asked.seeds)]
    runs: dict[tuple[str, str, str], list[Run]] = {cell: [] for cell in cells}
    with ProcessPoolExecutor(asked.processes) as pool:
        for cell, one in pool.map(_job, jobs, chunksize=8):
            runs[cell].append(one)

    rows = [
        {
            "scenario": scenario,
            "pruner": pruner,
            "policy": policy,
            "regret_median": round(median(one.regret for one in cell), 4),
            "regret_mean": round(fmean(one.regret for one in cell), 4),
            "kind_regret_mean": round(fmean(one.kind_regret for one in cell), 4),
            "kinds_without_score": round(fmean(one.unresolved for one in cell), 3),
        }
        for (scenario, policy, pruner), cell in runs.items()
    ]
    summary = _summary(runs)
    asked.output.write_text(json.dumps(_report(asked.seeds, rows, summary), indent=1) + "\n")
    for line in (*rows, *summary):
        print(*line.values(), sep=" | ")


def _summary(runs: dict[tuple[str, str, str], list[Run]]) -> list[dict[str, object]]:
    """Over all scenarios: means, and the paired difference of regret to equal with its standard error."""
    summary: list[dict[str, object]] = []
    for policy, pruner in product(POLICIES, PRUNERS):
        cells = [cell for cell in runs if cell[1:] == (policy, pruner)]
        ours = [one for cell in cells for one in runs[cell]]
        theirs = [one for cell in cells for one in runs[cell[0], "equal", pruner]]
        difference = [one.regret - other.regret for one, other in zip(ours, theirs, strict=True)]
        summary.append(
            {
                "policy": policy,
                "pruner": pruner,
                "regret_median": round(median(one.regret for one in ours), 4),
                "regret_mean": round(fmean(one.regret for one in ours), 4),
                "difference_to_equal": round(fmean(difference), 4),
                "standard_error": round(float(np.std(difference) / math.sqrt(len(difference))), 4),
                "kind_regret_mean": round(fmean(one.kind_regret for one in ours), 4),
                "kinds_without_score": round(fmean(one.unresolved for one in ours), 3),
            }
        )
    return summary


def _report(seeds: int, rows: Sequence[dict[str, object]], summary: Sequence[dict[str, object]]) -> dict[str, object]:
    return {
        "measured": "true regret after 128 trials in units of the loss of none; diabetes in standard deviations of y",
        "seeds": seeds,
        "trials": TRIALS,
        "machine": machine(),
        "versions": versions(),
        "summary": summary,
        "rows": rows,
    }


if __name__ == "__main__":
    main()
