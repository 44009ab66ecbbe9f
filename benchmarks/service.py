"""How quick and how small are the service and the worker?  Real processes, HTTP and SQLite.

python benchmarks/service.py [--quick]
"""

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean, quantiles

import httpx
from memory import Memory, of_tree, peak_while, settled
from report import Figure, Report, run

from ridgeline.cli.processes import Child, end, first_line
from ridgeline.client import Client
from ridgeline.spec import BUILT_IN, ResolvedStudy, StudySpec, resolve
from ridgeline.spec.states import TrialState
from ridgeline.spec.views import RungView, TrialView
from ridgeline.store import Claim, RungResult, Store, upgrade
from ridgeline_worker.search import decide, next_generation

PROCESSES = 2
WORKER_TREE = 1 + 2 + PROCESSES
"""The worker, the processes that it forks from and that track its resources, and its engine processes."""


def start(folder: Path, log: Path) -> tuple[float, Child, str]:
    """Start a service; seconds to its first healthy answer."""
    started = time.perf_counter()
    with log.open("a", encoding="utf-8") as told:
        arguments = ["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", str(folder)]
        child = Child("service", "ridgeline_service", arguments, pipe=True, log=told)
    url = first_line(child)["url"]
    httpx.get(f"{url}/healthz").raise_for_status()
    return time.perf_counter() - started, child, url


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


def seconds_per_trial(folder: Path, trials: int) -> list[float]:
    """Suggest and persist made-up trials, a generation at a time: seconds of each, its share of its generation."""
    upgrade(folder)
    spec = StudySpec.model_validate({"dataset": "breast_cancer", "budget": {"max_trials": trials}})
    study = resolve(spec, BUILT_IN["breast_cancer"])
    seconds: list[float] = []
    with Store.open(folder) as store:
        submitted, _ = store.studies.submit(spec, study)
        claim = store.claims.next("benchmark", lease_seconds=3600.0)
        if claim is None:
            raise RuntimeError(f"study {submitted.id} was not there to be claimed")
        known: list[TrialView] = []
        while len(known) < trials:
            began = time.perf_counter()
            first = len(known)
            new = next_generation(study, known, trials)
            store.claims.add_generation(claim, new)
            generation = list(store.trials.of(claim.study_id, first=first))
            _decide_rungs(store, claim, generation, known)
            known += store.trials.of(claim.study_id, first=first)
            seconds += [(time.perf_counter() - began) / len(new)] * len(new)
    return seconds


def _decide_rungs(store: Store, claim: Claim, generation: Sequence[TrialView], known: Sequence[TrialView]) -> None:
    """Every rung of a generation, with a score that is a formula of the trial's number."""
    live = {trial.number: trial for trial in generation}
    for epochs in _rungs(claim.study):
        scored = {
            number: trial.model_copy(update={"rungs": (*trial.rungs, _made_up(number, epochs))})
            for number, trial in live.items()
        }
        states = decide(claim.study, list(scored.values()), epochs, known)
        results = [RungResult(number, trial.rungs[-1], states[number], None) for number, trial in scored.items()]
        store.claims.record_rung(claim, generation[0].generation, epochs, results, running_seconds=1.0, work_done=1)
        live = {number: trial for number, trial in scored.items() if states[number] is TrialState.RUNNING}


def _rungs(study: ResolvedStudy) -> list[int]:
    return sorted({epochs for bracket in study.plan.brackets for epochs in bracket.rungs_epochs})


def _made_up(number: int, epochs: int) -> RungView:
    folds = tuple(0.1 + (number * 37 % 101) / 1000 + fold / 100 + 1 / epochs for fold in range(5))
    return RungView(epochs=epochs, score=fmean(folds), folds=folds)


def best_while_training(folder: Path, asks: int, trials: int) -> tuple[list[float], float, Memory, Memory]:
    """Milliseconds of `best` while a worker trains, the service's MiB, and the worker's memory, idle and training."""
    _, service, url = start(folder / "best", folder / "log")
    children = [service]
    try:
        with (folder / "log").open("a", encoding="utf-8") as log, closing(Client(url)) as client:
            arguments = ["serve", "--data-dir", str(folder / "best"), "--processes", str(PROCESSES)]
            worker = Child("worker", "ridgeline_worker", arguments, log=log)
            children.append(worker)
            idle = settled(worker.process.pid, WORKER_TREE)
            study = client.submit({"dataset": "breast_cancer", "pruner": "none", "budget": {"max_trials": trials}})
            while client.best(study.id).trial is None:
                time.sleep(0.2)
            took: list[float] = []
            training = peak_while(worker.process.pid, lambda: _ask(f"{url}/v1/studies/{study.id}/best", asks, took))
            memory = of_tree(service.process.pid).resident
            client.cancel(study.id)
    finally:
        end(children)
    return took, memory, idle, training


def _ask(url: str, asks: int, took: list[float]) -> None:
    """One question after another, with pauses in which the processors belong to the training."""
    with httpx.Client() as client:
        for _ in range(asks):
            started = time.perf_counter()
            client.get(url).raise_for_status()
            took.append(1000 * (time.perf_counter() - started))
            time.sleep(0.02)


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Start, suggest, answer; then what the worker takes."""
    repeats, suggested, asks, trials = (1, 16, 10, 4000) if quick else (5, 1000, 500, 4000)
    with tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as name:
        folder = Path(name)
        fresh, used, memory = starts(folder, repeats)
        per_trial = [1000 * seconds for seconds in seconds_per_trial(folder / "suggest", suggested)]
        took, service, idle, training = best_while_training(folder, asks, trials)
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
            Figure("service, resident after answering", service, "MiB", 150),
            Figure("suggest and persist, mean", fmean(per_trial), "ms/trial", 5, samples=tuple(per_trial)),
            Figure("suggest and persist, mean of the last 100", fmean(per_trial[-100:]), "ms/trial"),
            Figure.median("best while training", took, "ms", 20),
            Figure("best while training, 99th percentile", last_percent, "ms"),
            Figure("worker's process tree, idle", idle.proportional, "MiB", 1200),
            Figure("worker's process tree, training, peak", training.proportional, "MiB", 1200),
            Figure("worker's process tree, training, resident", training.resident, "MiB"),
            Figure("worker's processes", training.processes, ""),
        ),
    )


if __name__ == "__main__":
    run(measure, __doc__)
