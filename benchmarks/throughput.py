"""How fast do cohorts train, over many shapes?  Lane-steps per second, against one network after another.

Beside them stands the share of the machine's matrix-multiply peak that the products of the forward and the backward
pass amount to.  Widths by depths, and 64-64 with batch, columns, lanes and processes varied alone; a case and the peak
are measured in turn.  A full run takes about five minutes on two cores.

    python benchmarks/throughput.py [--quick]
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import peak
from report import Figure, Report, run
from shapes import ROWS, Shape, shapes
from sides import Lanes, Work, pace, plain_steps_per_second

from ridgeline_worker.engine.cluster import ClusterEngine

SECONDS = 0.25
"""That one measurement of one side takes about, in whole epochs."""
MOST_EPOCHS = 50
PLAIN_EPOCHS = 4
"""Of one plain network before the next takes its turn, where there is time for so many."""
LANES = (1, 2, 8, 16, 64, 256, 1024)
CORNERS = (
    Shape(processes=2),
    Shape((256, 256), processes=2),
    Shape((32,), lanes=1024),
    Shape((1024, 1024), lanes=1),
    Shape((1024, 1024), batch=32),
    Shape((256, 256), batch=512, columns=784),
)
QUICK = (Shape((8,), processes=2),)


@dataclass(frozen=True)
class Turn:
    """One measurement of everything, over all processes at once."""

    ridgeline: float
    """Lane-steps per second."""
    plain: float
    """The same."""
    peak: float
    """Floating-point operations per second."""


class Bench:
    """As many engine processes and as many peers as run at once, each engine of one process."""

    def __init__(self, stack: ExitStack, processes: int) -> None:
        self._engines = [stack.enter_context(closing(ClusterEngine(1, niceness=0))) for _ in range(processes)]
        context = get_context("forkserver")
        self._peers = [stack.enter_context(ProcessPoolExecutor(1, context)) for _ in range(processes)]

    def turns(self, shape: Shape, work: Work, repeats: int) -> list[Turn]:
        """Measure the sides and the peak in turn, after a warm-up that also tells how much fills a measurement."""
        engines, peers = self._engines[: shape.processes], self._peers[: shape.processes]
        cohorts = [Lanes(engine, work) for engine in engines]

        def ours(epochs: int) -> float:
            return _sum([cohort.trained(epochs) for cohort in cohorts], pace)

        def theirs(epochs: int, networks: int) -> float:
            return _sum([peer.submit(plain_steps_per_second, work, epochs, networks) for peer in peers])

        cohort_epochs = _epochs(ours(1) / shape.processes, len(work.settings) * work.steps_per_epoch)
        theirs(1, 1)
        all_epochs = _epochs(theirs(1, 1) / shape.processes, work.steps_per_epoch)
        epochs = min(PLAIN_EPOCHS, all_epochs)
        networks = min(all_epochs // epochs, len(work.settings))
        return [
            Turn(
                ours(cohort_epochs),
                theirs(epochs, networks),
                _sum([engine.submit(peak.operations_per_second) for engine in engines]),
            )
            for _ in range(repeats)
        ]


def _sum(futures: Sequence[Any], rate: Callable[[Any], float] = float) -> float:
    """The rates of processes that work at once, together."""
    return sum(rate(future.result()) for future in futures)


def _epochs(rate: float, lane_steps: int) -> int:
    """Epochs of so many lane-steps that fill a measurement at this rate."""
    return max(1, min(MOST_EPOCHS, round(SECONDS * rate / lane_steps)))


def figures_of(shape: Shape, turns: Sequence[Turn], share_target: float | None) -> list[Figure]:
    """Ratio, share of the peak, and the rates that they are made of."""
    ours, plain = [turn.ridgeline for turn in turns], [turn.plain for turn in turns]
    shares = tuple(turn.ridgeline * shape.operations / turn.peak for turn in turns)
    ratios = tuple(turn.ridgeline / turn.plain for turn in turns)
    named = partial("{}: {}".format, shape.name)
    return [
        Figure(named("ratio"), median(ratios), "times", 1.0, more_is_better=True, samples=ratios),
        Figure(named("share of the peak"), median(shares), "", share_target, more_is_better=True, samples=shares),
        Figure.median(named("ridgeline"), ours, "lane-steps/s"),
        Figure.median(named("plain PyTorch"), plain, "lane-steps/s"),
    ]


def share_wanted(shape: Shape) -> float | None:
    """The least share of the peak by width."""
    if shape.widest >= 128:
        return 0.45
    return 1 / 3 if shape.widest >= 64 else None


def measured(
    asked: Iterable[Shape], repeats: int, share_target: Callable[[Shape], float | None]
) -> tuple[list[Figure], dict[str, object]]:
    """The figures of all shapes, and what the shapes are."""
    asked = [*asked]
    figures, told, peaks = list[Figure](), dict[str, object](), list[float]()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-")))
        bench = Bench(stack, max(shape.processes for shape in asked))
        for shape in asked:
            work = shape.work(folder)
            turns = bench.turns(shape, work, repeats)
            peaks += [turn.peak / shape.processes / 1e9 for turn in turns]
            figures += figures_of(shape, turns, share_target(shape))
            told[shape.name] = {
                "hidden": shape.hidden,
                "batch": shape.batch,
                "columns": shape.columns,
                "lanes": len(work.settings),
                "processes": shape.processes,
            }
    name = "peak of a process: a 1024-cubed product"
    return [Figure.median(name, peaks, "GFLOP/s"), *figures], told


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """On the processor, also where there is a GPU."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # read by the processes that are started
    repeats = 2 if quick else 5
    figures, told = measured(QUICK if quick else shapes(LANES, CORNERS), repeats, share_wanted)
    return Report(
        "throughput",
        "lane-steps per second under l2 and adam, on made-up rows of two classes, of which a fold trains on four "
        "fifths: a cohort in an engine process against nn.Sequential and torch.optim, one network after another, each "
        "side in as many processes of one thread; the share is that of the products of the forward and the backward "
        "pass, in single precision, of a 1024-cubed product in the same process; medians over turns",
        {"repeats": repeats, "rows": ROWS, "shapes": told},
        tuple(figures),
    )


if __name__ == "__main__":
    run(measure, __doc__)
