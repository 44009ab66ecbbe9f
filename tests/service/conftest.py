"""A real service on a real database: uvicorn in a thread, httpx on its socket, and a worker's face of the store."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from ridgeline.spec import Setting
from ridgeline.spec.states import EndReason, Origin, StudyState, TrialState
from ridgeline.spec.views import RungView
from ridgeline.store import Claim, NewTrial, RungResult, Store
from ridgeline_service.app import create_app
from ridgeline_service.app.server import make_server
from ridgeline_service.settings import Settings

Start = Callable[..., AbstractContextManager[httpx.Client]]

STUDY: dict[str, Any] = {
    "dataset": "iris",
    "regularizers": ["none", "l2", "dropout"],
    "evaluation": {"folds": 3},
    "training": {"epochs": 6},
    "pruner": "none",
    "budget": {"max_trials": 16},
}


@contextmanager
def started(data_dir: Path, **given: Any) -> Iterator[httpx.Client]:
    """A service on this folder with these settings, and a client that knows where it is."""
    settings = Settings(**{"data_dir": data_dir, "port": 0, "poll_seconds": 0.05, **given})
    server = make_server(create_app(settings), settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 10
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.005)
        with httpx.Client(base_url=server.url, timeout=30, verify=False) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.fixture(scope="session")
def start() -> Start:
    """Start a service on a folder."""
    return started


@pytest.fixture
def serve(data_dir: Path) -> Start:
    """Start a service with other settings on the folder of this test."""
    return partial(started, data_dir)


@pytest.fixture
def client(serve: Start) -> Iterator[httpx.Client]:
    with serve() as opened:
        yield opened


@pytest.fixture
def study(client: httpx.Client) -> dict[str, Any]:
    """A queued study over none, l2 and dropout."""
    answer = client.post("/v1/studies", json=STUDY)
    assert answer.status_code == 202, answer.text
    return answer.json()


class Worker:
    """Does to a study what a worker does, with made-up scores."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.number = 0
        self.generation = 0

    def claim(self, study_id: str | None = None) -> Claim:
        """Claim studies until it is this one."""
        while True:
            claim = self.store.claims.next("test", lease_seconds=60)
            assert claim is not None
            if study_id in {None, claim.study_id}:
                return claim

    def train(self, claim: Claim, settings: Sequence[tuple[str, dict[str, float], float]]) -> None:
        """One generation whose trials complete at once; a setting is its kind, strengths and score."""
        new = [
            NewTrial(
                number=self.number + place,
                setting=Setting(regularizer=kind, strengths=strengths, learning_rate=0.001),
                origin=Origin.NONE if kind == "none" else Origin.SAMPLED,
                generation=self.generation,
                bracket=0,
                derived={},
            )
            for place, (kind, strengths, _) in enumerate(settings)
        ]
        self.store.claims.add_generation(claim, new)
        epochs = claim.study.training.epochs
        results = [
            RungResult(
                number=trial.number,
                rung=RungView(
                    epochs=epochs,
                    score=score,
                    folds=tuple(score + shift for shift in (-0.01, 0.0, 0.01 + 0.001 * trial.number)),
                ),
                state=TrialState.COMPLETE,
                failure=None,
            )
            for trial, (_, _, score) in zip(new, settings, strict=True)
        ]
        last = claim.study.plan.last_rung
        self.store.claims.record_rung(claim, self.generation, last, results, running_seconds=2.0, work_done=10**9)
        self.number += len(new)
        self.generation += 1

    def complete(self, claim: Claim) -> None:
        self.store.claims.settle(claim, StudyState.COMPLETED, EndReason.BUDGET, running_seconds=2.0)


@pytest.fixture
def worker(store: Store) -> Worker:
    return Worker(store)


@pytest.fixture
def trained(study: dict[str, Any], worker: Worker) -> dict[str, Any]:
    """The study with six complete trials, still running."""
    worker.train(
        worker.claim(study["id"]),
        [
            ("none", {}, 0.5),
            ("l2", {"strength": 1e-4}, 0.45),
            ("l2", {"strength": 1e-2}, 0.30),
            ("l2", {"strength": 1e-3}, 0.40),
            ("dropout", {"rate": 0.5}, 0.35),
            ("dropout", {"rate": 0.2}, 0.55),
        ],
    )
    return study
