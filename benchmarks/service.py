"""How quick and how small are the service and the worker?  Real processes, HTTP and SQLite.

python benchmarks/service.py [--quick]
"""

import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

from memory import MIB, Memory, of_engines, of_tree, peak_while, settled
from report import Figure, Report, run
from serving import ask, start
from suggesting import seconds_per_trial

from ridgeline.cli.processes import Child, end
from ridgeline.client import Client

PROCESSES = 2
WORKER_TREE = 1 + 2 + PROCESSES
"""The worker, the processes that it forks from and that track its resources, and its engine processes."""
PAUSE_SECONDS = 0.02
ENGINE_MIB = round(450e6 / MIB)
TREE_MIB = round(1.2e9 / MIB)
"""Targets in megabytes of a million bytes, as the figures are in mebibytes."""


def starts(folder: Path, repeats: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds to the first healthy answer on an empty folder and on a used one, and the MiB of each service."""
    fresh: list[float] = []
    used: list[float] = []
    memory: list[float] = []
    for repeat in range(repeats + 1):
        data = folder / f"start-{repeat}"
        for seconds in (fresh, used):
            took, service, _ = start(data, folder / "log")
            seconds.append(took)
            memory.append(of_tree(service.process.pid).resident)
            end([service])
    return fresh[1:], used[1:], memory[2:]


@dataclass(frozen=True)
class Taken:
    """What the processes take."""

    service_idle: Memory
    """Of the service before it was asked anything."""
    service: Memory
    """Of the service after its answers."""
    idle: Memory
    """Of the worker's tree before its first study."""
    engines: list[Memory]
    """Of each engine process before its first study."""
    training: Memory
    """Of the worker's tree at its peak."""


def best_while_training(folder: Path, asks: int, trials: int) -> tuple[list[float], Taken]:
    """Milliseconds of `best` while a worker trains, and what all processes take."""
    _, service, url = start(folder / "best", folder / "log")
    children = [service]
    try:
        with (folder / "log").open("a", encoding="utf-8") as log, closing(Client(url)) as client:
            arguments = ["serve", "--data-dir", str(folder / "best"), "--processes", str(PROCESSES)]
            worker = Child("worker", "ridgeline_worker", arguments, log=log)
            children.append(worker)
            idle = settled(worker.process.pid, WORKER_TREE)
            engines, before = of_engines(worker.process.pid), of_tree(service.process.pid)
            study = client.submit({"dataset": "breast_cancer", "pruner": "none", "budget": {"max_trials": trials}})
            while client.best(study.id).trial is None:
                time.sleep(0.2)
            took: list[float] = []
            best = f"{url}/v1/studies/{study.id}/best"
            training = peak_while(worker.process.pid, lambda: took.extend(ask(best, asks, PAUSE_SECONDS)))
            after = of_tree(service.process.pid)
            client.cancel(study.id)
    finally:
        end(children)
    return took, Taken(before, after, idle, engines, training)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Start, suggest, answer; then what the worker takes."""
    repeats, suggested, asks, trials = (1, 16, 10, 4000) if quick else (5, 1000, 500, 4000)
    with tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as name:
        folder = Path(name)
        fresh, used, memory = starts(folder, repeats)
        per_trial = [1000 * seconds for seconds in seconds_per_trial(folder / "suggest", suggested)]
        took, taken = best_while_training(folder, asks, trials)
    last_percent = quantiles(took, n=100, method="inclusive")[-1]
    return Report(
        "service",
        "real processes on loopback; suggest and persist includes TPE, every write of a generation and its rungs; "
        "best is asked while two engine processes train; memory is proportional (PSS) unless called resident",
        {"starts": repeats, "suggested_trials": suggested, "asks": asks, "engine_processes": PROCESSES},
        (
            Figure.median("start to first healthy answer, empty folder", fresh, "s", 1.5),
            Figure.median("start to first healthy answer, used folder", used, "s", 1.5),
            Figure.median("service, resident after its start", memory, "MiB", 150),
            Figure("service, resident after answering", taken.service.resident, "MiB", 150),
            Figure("suggest and persist, mean", fmean(per_trial), "ms/trial", 3, samples=tuple(per_trial)),
            Figure("suggest and persist, mean of the last 100", fmean(per_trial[-100:]), "ms/trial"),
            Figure.median("best while training", took, "ms", 20),
            Figure("best while training, 99th percentile", last_percent, "ms"),
            Figure.median("engine process, idle, resident", [one.resident for one in taken.engines], "MiB", ENGINE_MIB),
            Figure.median("engine process, idle", [one.proportional for one in taken.engines], "MiB"),
            Figure("worker's process tree, idle", taken.idle.proportional, "MiB", TREE_MIB),
            Figure("worker's process tree, training, peak", taken.training.proportional, "MiB", TREE_MIB),
            Figure("worker's process tree, training, resident", taken.training.resident, "MiB"),
            Figure("worker's processes", taken.training.processes, ""),
            Figure(
                "tree of service and worker, idle",
                taken.service_idle.proportional + taken.idle.proportional,
                "MiB",
                TREE_MIB,
            ),
            Figure(
                "tree of service and worker, training, peak",
                taken.service.proportional + taken.training.proportional,
                "MiB",
                TREE_MIB,
            ),
        ),
    )


if __name__ == "__main__":
    run(measure, __doc__)
