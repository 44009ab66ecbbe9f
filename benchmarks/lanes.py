"""How much faster is a cohort of lanes than one network after another?  Lane-steps per second on one thread.

Both sides train the same number of networks on the same rows for the same steps, in turn; set-up stands apart.

    python benchmarks/lanes.py [--quick]
"""

import math
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from statistics import median

import torch
from plain import PlainTraining
from report import Figure, Report, run
from torch import Tensor

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.engine import task
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.training import Evaluation, Lane, Problem

TABLE = FOLDER / "breast_cancer.parquet"
BATCH = 64
LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Case:
    """Lanes of some kinds on one shape, and how many times as fast they should be at least."""

    hidden: tuple[int, ...]
    target: float
    kinds: tuple[str, ...] = ("l2",)
    epochs: int = 4
    """Of six steps; fewer where a step is long."""

    @property
    def name(self) -> str:
        """Such as `l2, 64-64`."""
        kinds = "six kinds" if len(self.kinds) > 1 else self.kinds[0]
        return f"{kinds}, {'-'.join(map(str, self.hidden)) or 'linear'}"


SIX = tuple(kind for kind, declared in CATALOGUE.items() if declared.in_default_set)
CASES = (
    Case((64, 64), 6.0),
    Case((64, 64), 4.5, SIX),
    Case((128, 128), 2.0),
    Case((256, 256), 1.4, epochs=3),
    Case((), 1.0, epochs=8),
    Case((32, 32), 1.0, epochs=8),
    Case((512, 512), 1.0, epochs=2),
    Case((1024, 1024), 1.0, epochs=2),
)
QUICK = (Case((8, 8), 1.0, epochs=1), Case((8, 8), 1.0, SIX, epochs=1))


class Lanes:
    """A cohort in an engine process, which is where cohorts train."""

    def __init__(self, engine: ClusterEngine, case: Case, epochs: int) -> None:
        study = _study(case.hidden)
        self._engine, self._json = engine, study.model_dump_json()
        self._steps = epochs * study.training.steps_per_epoch
        self.count = study.plan.cohort_lanes
        self._begun = engine.submit(task.train, self._segment(0), _cohort(case, study))

    def steps_per_second(self) -> float:
        """Train one segment from the beginning."""
        trained = self._engine.submit(task.train, self._segment(self._steps), self._begun)
        report: task.Report = self._engine.submit(task.report, trained).result()
        return report.lane_steps / report.seconds

    def _segment(self, until_step: int) -> task.Segment:
        everyone = frozenset(range(self.count))
        return task.Segment(self._json, str(TABLE), everyone, until_step, score=False)


def plain_steps_per_second(case: Case, epochs: int) -> float:
    """The networks of all lanes, one after another."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    study = _study(case.hidden)
    rows = _rows(study.model_dump_json())
    trainings = [PlainTraining.of(study, setting) for setting in _settings(case.kinds, study.plan.cohort_lanes)]
    started = time.perf_counter()
    for place, training in enumerate(trainings):
        training.train(*rows[place % len(rows)], epochs)
    return len(trainings) * epochs * study.training.steps_per_epoch / (time.perf_counter() - started)


@lru_cache
def _rows(study: str) -> list[tuple[Tensor, Tensor]]:
    """Training rows of each fold, standardized as the lanes'."""
    resolved = ResolvedStudy.model_validate_json(study)
    rows = Problem.of(resolved, TABLE, torch.device("cpu")).rows
    columns = resolved.dataset.inputs.width
    return [(x[:count, :columns], y[:count]) for x, y, count in zip(rows.x, rows.y, rows.counts, strict=True)]


def _cohort(case: Case, study: ResolvedStudy) -> tuple[Lane, ...]:
    folds = study.evaluation.folds
    return tuple(
        Lane(
            trial=place,
            evaluation=Evaluation(0, place % folds),
            learning_rate=LEARNING_RATE,
            regularizers={} if setting.regularizer == "none" else {setting.regularizer: setting.strengths},
        )
        for place, setting in enumerate(_settings(case.kinds, study.plan.cohort_lanes))
    )


def _study(hidden: Sequence[int]) -> ResolvedStudy:
    """30 columns; the plan of an ordinary study says how many lanes a cohort has."""
    model = {"kind": "mlp", "hidden": list(hidden)} if hidden else {"kind": "linear"}
    training = {"batch_size": BATCH, "learning_rate": LEARNING_RATE}
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "model": model, "training": training})
    return resolve(spec, BUILT_IN["breast_cancer"])


def _settings(kinds: Sequence[str], lanes: int) -> list[Setting]:
    """Equal shares of the kinds, side by side."""
    return [_setting(kinds[place * len(kinds) // lanes], (place + 0.5) / lanes) for place in range(lanes)]


def _setting(kind: str, share: float) -> Setting:
    """With strengths from this far into their default ranges."""
    strengths = {}
    for name, bounds in CATALOGUE[kind].bounds.items():
        search = bounds.range(epochs=50)
        low, high = (math.log(search.low), math.log(search.high)) if search.log else (search.low, search.high)
        value = low + share * (high - low)
        strengths[name] = math.exp(value) if search.log else value
    return Setting(regularizer=kind, strengths=strengths, learning_rate=LEARNING_RATE)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Each case with both sides in turn, after a warm-up of both."""
    repeats = 2 if quick else 7
    figures: list[Figure] = []
    cohort_lanes: dict[str, int] = {}
    engine = ClusterEngine(processes=1, niceness=0)
    with ProcessPoolExecutor(1, get_context("spawn")) as peer:
        for case in QUICK if quick else CASES:
            lanes = Lanes(engine, case, case.epochs)
            cohort_lanes[case.name] = lanes.count
            pairs = [
                (lanes.steps_per_second(), peer.submit(plain_steps_per_second, case, case.epochs).result())
                for _ in range(repeats + 1)
            ]
            figures += _figures(case, pairs[1:])
    engine.close()
    return Report(
        "lanes",
        "lane-steps per second on breast_cancer: a cohort in an engine process against nn.Sequential and torch.optim, "
        "one network after another, in a process of one thread; ratios of medians",
        {"batch_size": BATCH, "columns": 30, "repeats": repeats, "cohort_lanes": cohort_lanes},
        tuple(figures),
    )


def _figures(case: Case, pairs: Sequence[tuple[float, float]]) -> list[Figure]:
    ours, theirs = zip(*pairs, strict=True)
    ratio, ratios = median(ours) / median(theirs), tuple(a / b for a, b in pairs)
    return [
        Figure(f"{case.name}: ratio", ratio, "times", case.target, more_is_better=True, samples=ratios),
        Figure.median(f"{case.name}: ridgeline", ours, "lane-steps/s"),
        Figure.median(f"{case.name}: plain PyTorch", theirs, "lane-steps/s"),
    ]


if __name__ == "__main__":
    run(measure, __doc__)
