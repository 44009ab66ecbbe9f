"""What becomes of suggesting, of the database and of answers when there are very many trials?

python benchmarks/growth.py [--quick]

The full size keeps 1,000 studies of 1,000 trials, about a gibibyte, in a temporary folder.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import fmean, quantiles

from memory import of_tree
from report import Figure, Report, run
from serving import ask, start
from suggesting import claimed, made_up, seconds_per_trial

from ridgeline.cli.processes import end
from ridgeline.spec import Setting
from ridgeline.spec.states import EndReason, Origin, StudyState, TrialState
from ridgeline.store import Claim, NewTrial, RungResult, Store, upgrade

KINDS = {"l2": "strength", "l1": "strength", "dropout": "rate", "weight_decay": "tau"}
"""Kinds of the made-up trials, each with its one strength."""
GENERATION = 32
"""Trials that are written together while answers are asked."""
WRITES_A_SECOND = 4.0
MOST_TRIALS = 100_000
"""Of the study that is written: the most that one may ask for."""
PAUSE_SECONDS = 0.005


def fill(folder: Path, studies: int, trials: int) -> None:
    """So many studies that have ended, each of so many trials, a third of which are complete."""
    upgrade(folder)
    with Store.open(folder) as store:
        for _ in range(studies):
            claim = claimed(store, trials)
            _write(store, claim, range(trials), 0)
            store.claims.settle(claim, StudyState.COMPLETED, EndReason.BUDGET, running_seconds=1.0)


def _write(store: Store, claim: Claim, numbers: range, generation: int) -> None:
    """A generation, and its one rung."""
    last = claim.study.plan.last_rung
    store.claims.add_generation(claim, [_new(number, generation) for number in numbers])
    results = [
        RungResult(number, made_up(number, last), TrialState.PRUNED if number % 3 else TrialState.COMPLETE, None)
        for number in numbers
    ]
    store.claims.record_rung(claim, generation, last, results, running_seconds=1.0, work_done=1)


def _new(number: int, generation: int) -> NewTrial:
    kind = list(KINDS)[number % len(KINDS)]
    setting = Setting(regularizer=kind, strengths={KINDS[kind]: 0.001 + number * 1e-6}, learning_rate=1e-3)
    return NewTrial(number, setting, Origin.SAMPLED, generation, 0, {})


@contextmanager
def being_written(folder: Path) -> Iterator[str]:
    """A study to which another process adds generations; its id."""
    context = get_context("spawn")
    over = context.Event()
    with Store.open(folder) as store:
        claim = claimed(store, MOST_TRIALS)
        _write(store, claim, range(GENERATION), 0)
    writer = context.Process(target=_keep_writing, args=(folder, claim, over))
    writer.start()
    try:
        yield claim.study_id
    finally:
        over.set()
        writer.join()
    if writer.exitcode:
        raise RuntimeError(f"the writer ended with {writer.exitcode}; its error is above")


def _keep_writing(folder: Path, claim: Claim, over: Event) -> None:
    with Store.open(folder) as store:
        generation = 1
        while not over.wait(1 / WRITES_A_SECOND):
            first = generation * GENERATION
            _write(store, claim, range(first, first + GENERATION), generation)
            generation += 1


def answers(folder: Path, asks: int) -> tuple[dict[str, list[float]], float]:
    """Milliseconds of each answer while a study is written, and the service's MiB after them."""
    _, service, url = start(folder, folder / "log")
    try:
        with being_written(folder) as study_id:
            study = f"{url}/v1/studies/{study_id}"
            asked = {
                "best": f"{study}/best",
                "page of 100 trials": f"{study}/trials?limit=100",
                "page of 100 trials, best of a kind first": f"{study}/trials?limit=100&regularizer=l2&sort=score",
                "page of 100 pruned trials": f"{study}/trials?limit=100&state=pruned&sort=score",
                "page of 100 complete trials, best first": f"{study}/trials?limit=100&state=complete&sort=score",
                "leaderboard": f"{study}/leaderboard",
                "study": study,
                "page of 50 studies": f"{url}/v1/studies?limit=50",
                "page of 50 completed studies": f"{url}/v1/studies?limit=50&state=completed",
                "best over all studies": f"{url}/v1/best",
            }
            took = {name: ask(address, asks, PAUSE_SECONDS) for name, address in asked.items()}
            return took, of_tree(service.process.pid).resident
    finally:
        end([service])


TARGETS = {"best": (10.0, 50.0), "page of 100 trials": (10.0, 50.0)}
"""Milliseconds at the median and at the 99th percentile."""
SUGGESTED = {100: None, 1_000: 3.0, 10_000: 10.0}
"""Milliseconds a trial, in the mean, by trials of a study."""


def measure(quick: bool) -> Report:  # noqa: FBT001 - the one choice that every benchmark has
    """Suggest; then fill, and ask."""
    studies, trials, asks = (5, 40, 5) if quick else (1_000, 1_000, 300)
    lengths = [20] if quick else list(SUGGESTED)
    with tempfile.TemporaryDirectory(prefix="ridgeline-benchmark-") as name:
        folder = Path(name)
        suggested = {
            length: 1000 * fmean(seconds_per_trial(folder / f"suggest-{length}", length)) for length in lengths
        }
        fill(folder / "answers", studies, trials)
        size = sum(path.stat().st_size for path in (folder / "answers").glob("ridgeline.db*"))
        took, memory = answers(folder / "answers", asks)
    figures = [
        Figure(f"suggest and persist, mean of {length:,} trials", mean, "ms/trial", SUGGESTED.get(length, 10.0))
        for length, mean in suggested.items()
    ]
    figures.append(Figure("database, a trial", size / (studies * trials), "bytes"))
    for name, samples in took.items():
        median, last = TARGETS.get(name, (None, None))
        figures.append(Figure.median(name, samples, "ms", median))
        figures.append(
            Figure(f"{name}, 99th percentile", quantiles(samples, n=100, method="inclusive")[-1], "ms", last)
        )
    figures.append(Figure("service, resident after answering", memory, "MiB"))
    return Report(
        "growth",
        f"{studies:,} studies of {trials:,} made-up trials in SQLite; answers over HTTP on loopback, one by one, while "
        f"another process writes {GENERATION} trials {WRITES_A_SECOND:g} times a second to the study asked for; "
        "suggest and persist includes the sampler and every write",
        {"studies": studies, "trials_a_study": trials, "asks": asks},
        tuple(figures),
    )


if __name__ == "__main__":
    run(measure, __doc__)
