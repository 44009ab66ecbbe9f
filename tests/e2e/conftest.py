"""Real processes on a real SQLite file: a service, workers, and what they wrote."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from ridgeline.client import Client
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.store import Store

SMALL: dict[str, Any] = {
    "dataset": "iris",
    "model": {"kind": "mlp", "hidden": [8]},
    "regularizers": ["none", "l2", "dropout"],
    "evaluation": {"folds": 3, "final_repeats": 0},
    "training": {"epochs": 9, "batch_size": 40},
    "budget": {"max_trials": 24},
}
LONGER = SMALL | {"training": {"epochs": 60, "batch_size": 16}, "evaluation": {"folds": 4, "final_repeats": 0}}
"""Some seconds of work: enough to be interrupted."""


def environment(**settings: object) -> dict[str, str]:
    return {**os.environ, **{f"RIDGELINE_{name.upper()}": str(value) for name, value in settings.items()}}


class WorkerProcess:
    """A started worker and the log that it writes."""

    def __init__(self, data_dir: Path, log: Path, **settings: object) -> None:
        self.log = log
        with log.open("w") as stderr:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "ridgeline_worker", "serve", "--data-dir", str(data_dir)],
                stderr=stderr,
                env=environment(**settings),
            )
        self.pid = self.popen.pid

    def ready(self) -> bool:
        assert self.popen.poll() is None, self.log.read_text()
        return "worker.ready" in self.log.read_text()

    def family(self) -> list[psutil.Process]:
        """The processes that it started."""
        return psutil.Process(self.pid).children(recursive=True)

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def end(self) -> int:
        """Ask it to leave; returns its exit code."""
        self.send(signal.SIGTERM)
        return self.popen.wait(30)


@pytest.fixture(scope="session")
def start_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., WorkerProcess]]:
    """Start a worker on a folder; what still runs at the end is killed."""
    started: list[WorkerProcess] = []
    logs = tmp_path_factory.mktemp("logs")

    def start(data_dir: Path, **settings: object) -> WorkerProcess:
        worker = WorkerProcess(
            data_dir, logs / f"worker-{len(started)}.log", poll_seconds=0.1, engine_niceness=0, **settings
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.popen.poll() is None:
            worker.popen.kill()
        worker.popen.wait()


@pytest.fixture(scope="session")
def house(
    new_data_dir: Callable[[], Path], start_worker: Callable[..., WorkerProcess], waiting: Callable[..., Any]
) -> Iterator[tuple[Client, Path]]:
    """A client of a service with one worker of two processes, and their folder."""
    data_dir = new_data_dir()
    worker = start_worker(data_dir, processes=2)
    command = [sys.executable, "-m", "ridgeline_service", "serve", "--port", "0", "--data-dir", str(data_dir)]
    with (
        (data_dir / "service.log").open("w") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment(poll_seconds=0.05)
        ) as service,
    ):
        assert service.stdout is not None
        with Client(json.loads(service.stdout.readline())["url"]) as client:
            waiting(worker.ready)
            yield client, data_dir
        service.terminate()
        service.wait(20)
    assert worker.end() == 0


@pytest.fixture(scope="session")
def client(house: tuple[Client, Path]) -> Client:
    return house[0]


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    return SMALL


@pytest.fixture(scope="session")
def longer() -> dict[str, Any]:
    return LONGER


def queued(store: Store, asked: dict[str, Any]) -> str:
    spec = StudySpec.model_validate(asked)
    return store.studies.submit(spec, resolve(spec, BUILT_IN[spec.dataset.id]))[0].id


@pytest.fixture(scope="session")
def queue() -> Callable[[Store, dict[str, Any]], str]:
    """Submit a study without a service."""
    return queued
