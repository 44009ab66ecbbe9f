"""How much faster is a cohort of lanes than one network after another?  Lane-steps per second on one thread.

Both sides train the same number of networks on the same rows for the same steps, in turn; set-up stands apart.

    python benchmarks/lanes.py [--quick]
"""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import median

from report import Figure, Report, run
from sides import LEARNING_RATE, Lanes, Work, plain_steps_per_second

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.engine.cluster import ClusterEngine

BATCH = 64


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


def work_of(case: Case) -> Work:
    """30 columns; the plan of an ordinary study says how many lanes a cohort has."""
    model = {"kind": "mlp", "hidden": list(case.hidden)} if case.hidden else {"kind": "linear"}
    training = {"batch_size": BATCH, "learning_rate": LEARNING_RATE}
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "model": model, "training": training})
    return Work.of(resolve(spec, BUILT_IN["breast_cancer"]), FOLDER / "breast_cancer.parquet", case.kinds)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Each case with both sides in turn, after a warm-up of both."""
    repeats = 2 if quick else 7
    figures: list[Figure] = []
    cohort_lanes: dict[str, int] = {}
    engine = ClusterEngine(processes=1, niceness=0)
    with ProcessPoolExecutor(1, get_context("forkserver")) as peer:
        for case in QUICK if quick else CASES:
            work = work_of(case)
            lanes = Lanes(engine, work)
            cohort_lanes[case.name] = len(work.settings)
            pairs = [
                (lanes.steps_per_second(case.epochs), peer.submit(plain_steps_per_second, work, case.epochs).result())
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
