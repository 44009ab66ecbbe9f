"""What does each kind cost?  Time of a lane-step relative to none, beside the figure that the catalogue states.

Every lane of a cohort uses the kind at its default; processor time of one process, the best of several runs in turn.
Then cohorts of all kinds in equal shares, in the order of a study, against as many plain l2 lanes: one lane of each
kind, and as many as a study plans at most. Kinds with passes of their own, and kinds that change the model or need
others that do, stand apart.

    python benchmarks/kinds.py [--quick]
"""

import time
from collections.abc import Sequence

import torch
from report import Figure, Report, run

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec import BUILT_IN, ResolvedStudy, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.regularizer import Passes
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import Cohort, Lane, Problem, one_fast_thread
from ridgeline_worker.training.neighbours import place

LEARNING_RATE = 1e-3
LEAST_SHARE = 0.5
"""Lane-steps per second of a cohort of all kinds, as a share of those of plain l2 lanes."""
LANES = 40
OWN_PASSES = {kind for kind, regularizer in REGULARIZERS.items() if isinstance(regularizer, Passes)}


class Trained:
    """A cohort, to be trained over the same steps again and again."""

    def __init__(self, problem: Problem, kinds: Sequence[str], lanes: int, steps: int) -> None:
        self._steps, self._lanes = steps, lanes
        settings = [_default(kinds[place * len(kinds) // lanes], problem.epochs) for place in range(lanes)]
        folds = problem.evaluations
        asked = [Lane(i, folds[i % len(folds)], LEARNING_RATE, setting) for i, setting in enumerate(settings)]
        self._cohort = Cohort(problem, asked)
        self._begun = self._cohort.train(Cohort.begin(problem, asked), 2)

    def seconds(self) -> float:
        """Processor time of a lane-step."""
        started = time.process_time()
        self._cohort.train(self._begun, 2 + self._steps)
        return (time.process_time() - started) / (self._steps * self._lanes)


def _default(kind: str, epochs: int) -> dict[str, dict[str, float]]:
    if kind == "none":
        return {}
    needed = {each: {"on": 1.0} for each in CATALOGUE[kind].requires}
    return needed | {kind: {name: bounds.default_value(epochs) for name, bounds in CATALOGUE[kind].bounds.items()}}


def _study(hidden: Sequence[int]) -> ResolvedStudy:
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "model": {"kind": "mlp", "hidden": list(hidden)}})
    return resolve(spec, BUILT_IN["breast_cancer"])


@one_fast_thread()
def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Each kind alone, then all together."""
    hidden, steps, repeats = ((8, 8), 3, 2) if quick else ((64, 64), 30, 7)
    study = _study(hidden)
    problem = Problem.of(study, FOLDER / "breast_cancer.parquet", torch.device("cpu"))
    settings = {kind: _default(kind, problem.epochs) for kind in CATALOGUE}
    cohorts = {
        kind: Trained(problem.structured(study, structure_of(settings[kind])), [kind], LANES, steps)
        for kind in CATALOGUE
    }
    shared = sorted(set(CATALOGUE) - OWN_PASSES, key=lambda kind: place(settings[kind]))
    shared = [kind for kind in shared if not structure_of(settings[kind])]
    mixed = (len(shared), study.plan.cohort_lanes)
    for lanes in mixed:
        cohorts[f"all kinds, {lanes} lanes"] = Trained(problem, shared, lanes, steps)
        cohorts[f"l2, {lanes} lanes"] = Trained(problem, ["l2"], lanes, steps)
    best = dict.fromkeys(cohorts, float("inf"))
    for _ in range(repeats):
        for name, cohort in cohorts.items():
            best[name] = min(best[name], cohort.seconds())
    figures = [Figure("none: a lane-step", best["none"] * 1e6, "us")]
    for kind, declared in CATALOGUE.items():
        if kind != "none":
            cost, stated = best[kind] / best["none"], declared.relative_cost
            figures.append(Figure(f"{kind}: relative to none, stated {stated:g}", cost, "times"))
    for lanes in mixed:
        share = best[f"l2, {lanes} lanes"] / best[f"all kinds, {lanes} lanes"]
        name = f"all kinds, {lanes} lanes: share of l2's lane-steps/s"
        figures.append(Figure(name, share, "", LEAST_SHARE, more_is_better=True))
    return Report(
        "kinds",
        "processor time of a lane-step on breast_cancer, every lane of a cohort at the default of one kind, relative "
        "to none; the best of several runs in turn",
        {"hidden": list(hidden), "lanes": LANES, "lanes_of_all_kinds": list(mixed), "steps": steps, "repeats": repeats},
        tuple(figures),
    )


if __name__ == "__main__":
    run(measure, __doc__)
