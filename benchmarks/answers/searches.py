"""One search of each side, each in processes of its own, from their start to their end."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import optuna
from optuna.trial import TrialState

from answers.cells import REFERENCE, Search, Trial
from answers.folds import setting_of
from answers.ground import Ground
from answers.optuna_side import COUNTED, storage
from ridgeline.cli.processes import Child, ChildDied, end
from ridgeline.store import Store

PROCESSES = 2
GRACE_SECONDS = 300.0
"""A side that has not ended so long after its limit is given up."""
BENCHMARKS = Path(__file__).parents[1]


def ridgeline(ground: Ground, trials: int, seconds: float, **more: object) -> Search:
    """`ridgeline run` with two processes; training begins when the first trials were asked, before rows are prepared.

    Of trials that are stopped at a rung there is no score.  Adding the data set counts, before the process starts.
    """
    before = ground.adding_seconds
    folder = ground.data_folder(f"ridgeline-{trials}")
    path = folder / "spec.json"
    path.write_text(json.dumps(ground.request(trials, seconds, **more)), encoding="utf-8")
    arguments = ["run", str(path), "--data-dir", str(folder), "--processes", str(PROCESSES)]
    with (folder / "log").open("w", encoding="utf-8") as log:
        started = time.time()
        child = Child("worker", "ridgeline_worker", arguments, pipe=True, log=log)
        try:
            last = [line["study"] for line in child.lines() if "study" in line][-1:]
            if code := child.process.wait():
                raise ChildDied(child.name, code)
        finally:
            end([child])
    with Store.open(folder) as store:
        told = store.trials.of(last[0]["id"])
    ended = tuple(
        Trial(each.ended_at.timestamp(), each.setting.model_dump(exclude={"learning_rate"}), each.score)
        for each in told
        if each.ended_at is not None
    )
    return Search(started, min(each.started_at.timestamp() for each in told), ended, before)


def reference(ground: Ground, trials: int, seconds: float) -> Search:
    """Ridgeline, with every trial trained to the end."""
    return ridgeline(ground, trials, seconds, pruner="none")


def with_optuna(pruner: str) -> Callable[[Ground, int, float], Search]:
    """Optuna around plain PyTorch: TPE, SQLite, two processes.

    The database is made beforehand, which does not count.  With MedianPruner, a trial reports its mean score so far
    after each fold.
    """

    def search(ground: Ground, trials: int, seconds: float) -> Search:
        folder = ground.peer_folder(f"optuna-{pruner}", trials=trials, seconds=seconds, pruner=pruner)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        optuna.create_study(study_name="peer", storage=storage(folder))
        commands = [("answers.optuna_side", str(folder), str(number)) for number in range(PROCESSES)]
        started = _run(folder, commands, seconds)
        told = optuna.load_study(study_name="peer", storage=storage(folder)).get_trials(deepcopy=False)
        ended = tuple(
            Trial(
                trial.datetime_complete.timestamp(),
                setting_of(trial.params),
                trial.value if trial.state is TrialState.COMPLETE else None,
            )
            for trial in told
            if trial.state in COUNTED and trial.datetime_complete is not None
        )
        return Search(started, min(trial.datetime_start.timestamp() for trial in told if trial.datetime_start), ended)

    return search


def with_ray(ground: Ground, trials: int, seconds: float) -> Search:
    """Ray Tune: OptunaSearch and ASHA; only trials that ASHA let train to the end may be the best so far."""
    folder = ground.peer_folder("ray", trials=trials, seconds=seconds)
    return _told(folder, _run(folder, [("answers.ray_side", str(folder))], seconds))


def with_sklearn(ground: Ground, trials: int, seconds: float) -> Search:
    """scikit-learn's RandomizedSearchCV over its own perceptron, l2 only."""
    folder = ground.peer_folder("sklearn", trials=trials, seconds=seconds)
    return _told(folder, _run(folder, [("answers.sklearn_side", str(folder))], seconds))


SEARCHES: dict[str, Callable[[Ground, int, float], Search]] = {
    "ridgeline": ridgeline,
    "optuna": with_optuna("none"),
    "optuna_median": with_optuna("median"),
    "ray": with_ray,
    "sklearn": with_sklearn,
    REFERENCE: reference,
}


def _run(folder: Path, commands: Sequence[Sequence[str]], seconds: float) -> float:
    """Run the processes of a peer to their end; returns when they were started.

    Raises:
        RuntimeError: one has failed, or went on long after its limit; its log says why.
    """
    with (folder / "log").open("w", encoding="utf-8") as log:
        started = time.time()
        with _found_by_children():
            children = [Child(module, module, arguments, log=log) for module, *arguments in commands]
        try:
            for child in children:
                _wait(child, started + seconds + GRACE_SECONDS, log)
        finally:
            end(children)
    return started


@contextmanager
def _found_by_children() -> Iterator[None]:
    """Let processes that are started find the modules of benchmarks, and those that they start in turn."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(BENCHMARKS), before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _wait(child: Child, until: float, log: TextIO) -> None:
    try:
        code = child.process.wait(until - time.time())
    except subprocess.TimeoutExpired:
        code = -1
    if code:
        told = Path(log.name).read_text(encoding="utf-8")[-4000:]
        raise RuntimeError(f"{child.name} ended with code {code}:\n{told}")


def _told(folder: Path, started: float) -> Search:
    """What a peer has written down.

    Raises:
        RuntimeError: nothing.
    """
    path = folder / "told.jsonl"
    if not path.exists():
        raise RuntimeError(f"no trial has ended in {folder.name}; give it more seconds")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    began = min(line.pop("began") for line in lines)
    return Search(started, began, tuple(Trial(**line) for line in lines))
