"""Where does the time of a step go?  Operators of a cohort's steps by what they do, in a process such as an engine's.

The shares are of the time that torch's profiler sees operators take by themselves, against the time of the same steps
without it; what no operator accounts for is Python and the dispatch of operators.  Page faults say where fresh memory
costs, bytes a second where its bandwidth does.

    python benchmarks/profile_step.py [--quick]
"""

import os
import resource
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import torch
from report import Figure, Report, run
from shapes import Shape
from sides import Work, device_here, resolved
from torch.autograd.profiler import profile

from ridgeline_worker.forkserver import start_forkserver
from ridgeline_worker.training import Cohort, LaneState, Problem, one_fast_thread
from ridgeline_worker.training.lanes import idle

SECONDS = 0.4
"""That one measurement takes about."""
COPIED_NUMBERS = 2**26
"""A quarter of a gibibyte in single precision: far beyond any cache."""
SHAPES = (
    Shape((32, 32)),
    Shape(),
    Shape((128, 128)),
    Shape((256, 256)),
    Shape((1024, 1024)),
    Shape(batch=512),
    Shape(columns=784),
    Shape(lanes=1),
    Shape(lanes=1024),
)
QUICK = (Shape((8,), lanes=8),)
OPERATORS = {
    "matrix products": {"mm", "bmm", "addmm", "baddbmm", "addbmm"},
    "optimizer": {"_fused_adam_"},
    "copies": {"cat", "stack", "copy_", "_to_copy", "clone", "contiguous", "index_select", "index", "gather"},
    "rest: Python and dispatch": {
        *("view", "_unsafe_view", "as_strided", "reshape", "_reshape_alias", "expand", "transpose", "t", "permute"),
        *(
            "slice",
            "select",
            "narrow",
            "squeeze",
            "unsqueeze",
            "split",
            "split_with_sizes",
            "unbind",
            "detach",
            "alias",
        ),
        *("empty", "empty_like", "empty_strided", "new_empty", "resize_", "matmul", "linear", "to"),
    },
}
"""What operators do, by their names; those of no list compute number by number."""
ELEMENTWISE, REST = "elementwise", "rest: Python and dispatch"


@dataclass(frozen=True)
class Step:
    """What a step of a cohort costs, in the mean of many."""

    seconds: float
    shares: dict[str, float]
    """Of its time, by what is done; they add up to 1."""
    optimizer_seconds: float
    faults: float
    """Pages that were given anew."""
    system_share: float
    """Of the time, spent in the operating system: what page faults cost."""


@one_fast_thread()
def profiled(work: Work, repeats: int) -> list[Step]:
    """Steps of a cohort with the profiler and without, in turn."""
    problem = Problem.of(resolved(work.study), Path(work.table), device_here())
    cohort, per_epoch = Cohort(problem, work.lanes), problem.steps_per_epoch
    begun = cohort.train(Cohort.begin(problem, work.lanes), per_epoch)
    pace, *_ = _alone(cohort, begun, per_epoch)
    steps = per_epoch * max(1, min(problem.epochs - 1, round(SECONDS / pace / per_epoch)))
    return [_step(cohort, begun, steps) for _ in range(repeats)]


def _step(cohort: Cohort, begun: LaneState, steps: int) -> Step:
    seconds, faults, system = _alone(cohort, begun, steps)
    with profile() as seen:
        cohort.train(begun, begun.steps + steps)
    took = Counter[str]()
    for event in seen.key_averages():
        took[purpose(event.key)] += event.self_cpu_time_total / 1e6 / steps
    told = sum(spent for done, spent in took.items() if done != REST)
    whole = max(seconds, told)  # the profiler itself takes time, which would else be taken for Python's
    took[REST] = whole - told
    shares = {done: took[done] / whole for done in (*OPERATORS, ELEMENTWISE)}
    return Step(seconds, shares, took["optimizer"], faults, system / seconds)


def _alone(cohort: Cohort, begun: LaneState, steps: int) -> tuple[float, float, float]:
    """Seconds, page faults and seconds in the operating system of a step, without the profiler."""
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    cohort.train(begun, begun.steps + steps)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF)
    faults, system = after.ru_minflt - before.ru_minflt, after.ru_stime - before.ru_stime
    return seconds / steps, faults / steps, system / steps


def purpose(operator: str) -> str:
    """What an operator is for; nodes of the backward pass only call operators."""
    space, _, name = operator.partition("::")
    if space != "aten":
        return REST
    return next((done for done, names in OPERATORS.items() if name in names), ELEMENTWISE)


@one_fast_thread()
def bytes_copied_per_second(repeats: int) -> float:
    """Bytes read and written per second by the copy of a large array, the median."""
    source = torch.rand(COPIED_NUMBERS)
    target, took = source.clone(), []
    for _ in range(repeats):
        started = time.perf_counter()
        target.copy_(source)
        took.append(time.perf_counter() - started)
    return 2 * 4 * COPIED_NUMBERS / median(took)


def _figures(shape: Shape, work: Work, steps: list[Step]) -> list[Figure]:
    lanes, middle = len(work.settings), median(step.seconds for step in steps)
    moved = 7 * 4 * shape.parameters * (len(work.lanes) + idle(len(work.lanes), shape.parameters))
    shares = [
        Figure(f"{shape.name}: {done}", median(found), "of a step", samples=tuple(found))
        for done in steps[0].shares
        for found in [[step.shares[done] for step in steps]]
    ]
    return [
        Figure(f"{shape.name}: a lane-step", middle / lanes * 1e6, "us", samples=_each(steps, 1e6 / lanes)),
        *shares,
        Figure(f"{shape.name}: in the operating system", median(step.system_share for step in steps), "of a step"),
        Figure(f"{shape.name}: page faults", median(step.faults for step in steps) / lanes, "a lane-step"),
        Figure(
            f"{shape.name}: memory traffic of the optimizer",
            moved / median(step.optimizer_seconds for step in steps) / 1e9,
            "GB/s",
        ),
    ]


def _each(steps: list[Step], scale: float) -> tuple[float, ...]:
    return tuple(step.seconds * scale for step in steps)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Each shape after another; then what memory gives."""
    os.environ |= {"CUDA_VISIBLE_DEVICES": "", "KINETO_LOG_LEVEL": "99"}  # read by the process that is started
    start_forkserver()
    repeats, figures = (1, []) if quick else (5, list[Figure]())
    with (
        tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as folder,
        ProcessPoolExecutor(1, get_context("forkserver")) as process,
    ):
        for shape in QUICK if quick else SHAPES:
            work = shape.work(Path(folder))
            figures += _figures(shape, work, process.submit(profiled, work, repeats).result())
        copied = process.submit(bytes_copied_per_second, repeats).result()
    return Report(
        "profile_step",
        "operators of a cohort's steps by torch's profiler, each by the time that it takes itself, as shares of the "
        "time of the same steps without it; a lane-step, page faults and the time in the operating system, which is "
        "part of the others, without it too; adam reads four numbers of a parameter and writes three; medians",
        {"repeats": repeats},
        (*figures, Figure("copy of 256 MiB, read and written", copied / 1e9, "GB/s")),
    )


if __name__ == "__main__":
    run(measure, __doc__)
