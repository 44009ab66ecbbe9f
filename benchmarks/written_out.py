"""How much sooner is a step whose gradient is written out than one by autograd?  Both of the same lanes, in turn.

Takes about a minute; what it has shown stands in docs/decisions/0014.

    python benchmarks/written_out.py [--quick]
"""

import time
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from statistics import median

import torch
from report import Figure, Report, run
from sides import Work

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.training import Cohort, Problem, one_fast_thread

TABLE = FOLDER / "breast_cancer.parquet"
SIX = tuple(kind for kind, declared in CATALOGUE.items() if declared.in_default_set)
CASES = (*(((width, width), ("l2",)) for width in (32, 64, 128, 256, 512)), ((64, 64), SIX))
QUICK: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (((8, 8), ("l2",)),)


class Sides:
    """The lanes of a cohort, trained either way."""

    def __init__(self, hidden: Sequence[int], kinds: Sequence[str]) -> None:
        model = {"kind": "mlp", "hidden": list(hidden)}
        study = resolve(
            StudySpec.model_validate({"dataset": "breast_cancer", "model": model}), BUILT_IN["breast_cancer"]
        )
        work = Work.of(study, TABLE, kinds)
        problem = Problem.of(study, TABLE, torch.device("cpu"))
        unchained = copy(problem.model)
        unchained.chain = None
        self._steps = 3 * study.training.steps_per_epoch
        self.count = len(work.lanes)
        self._cohorts = [
            (Cohort(one, work.lanes), Cohort.begin(one, work.lanes))
            for one in (replace(problem, model=unchained), problem)
        ]

    def microseconds(self) -> tuple[float, float]:
        """Processor time of a lane-step by autograd, and written out."""
        by_autograd, written = (self._one(place) for place in range(2))
        return by_autograd, written

    def _one(self, place: int) -> float:
        cohort, begun = self._cohorts[place]
        started = time.process_time()
        cohort.train(begun, self._steps)
        return (time.process_time() - started) / (self._steps * self.count) * 1e6


@one_fast_thread()
def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Each shape with both sides in turn, after a warm-up."""
    repeats = 2 if quick else 15
    figures: list[Figure] = []
    for hidden, kinds in QUICK if quick else CASES:
        sides = Sides(hidden, kinds)
        name = f"{'-'.join(map(str, hidden))}, {kinds[0] if len(kinds) == 1 else 'six kinds'}"
        by_autograd, written = zip(*[sides.microseconds() for _ in range(repeats + 1)][1:], strict=True)
        ratios = tuple(a / b for a, b in zip(by_autograd, written, strict=True))
        figures += [
            Figure(f"{name}: ratio", median(ratios), "times", samples=ratios),
            Figure.median(f"{name}: autograd", by_autograd, "us/lane-step"),
            Figure.median(f"{name}: written out", written, "us/lane-step"),
        ]
    return Report(
        "written_out",
        "processor time of a lane-step on breast_cancer, batch 64, one thread; medians, the ratio of pairs",
        {"repeats": repeats},
        tuple(figures),
    )


if __name__ == "__main__":
    run(measure, __doc__)
