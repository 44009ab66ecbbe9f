"""Studies small enough to search in a moment, how to carry them, and engines that go wrong on request."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

import ridgeline.tables
from ridgeline.spec import BUILT_IN, DatasetFacts, StudySpec, resolve
from ridgeline.store import Store
from ridgeline_worker import portable
from ridgeline_worker.engine import InlineEngine, Turns, task
from ridgeline_worker.portable import NoProgram
from ridgeline_worker.study_run import StudyRun

SMALL: dict[str, Any] = {
    "dataset": "iris",
    "model": {"kind": "mlp", "hidden": [8]},
    "regularizers": ["none", "l1", "l2", "dropout"],
    "evaluation": {"folds": 2},
    "training": {"epochs": 3, "batch_size": 40},
    "budget": {"max_trials": 16},
}
NO_FINAL = {"final_repeats": 0}


@pytest.fixture(autouse=True)
def no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the export of programs, half a second each, to the tests of `portable`."""

    def refuse(_: object) -> bytes:
        raise NoProgram("torch.export cannot take the model (Refused: by this test)")

    monkeypatch.setattr(portable, "program", refuse)


@pytest.fixture(autouse=True)
def several_cohorts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut these small studies into cohorts as large ones are."""
    monkeypatch.setattr("ridgeline.spec.plan.MAX_COHORT_LANES", 8)


def _submit(store: Store, **asked: Any) -> str:
    evaluation = {"evaluation": NO_FINAL | asked.pop("evaluation", SMALL["evaluation"])}
    spec = StudySpec.model_validate(SMALL | asked | evaluation)
    return store.studies.submit(spec, resolve(spec, BUILT_IN[spec.dataset.id]))[0].id


@pytest.fixture
def submit(store: Store) -> Callable[..., str]:
    """Queue a small study with other wishes, without a final unless that is asked for; returns its id."""
    return partial(_submit, store)


@pytest.fixture(scope="session")
def submit_to() -> Callable[..., str]:
    """The same, to a store that is given first."""
    return _submit


def _located(facts: DatasetFacts) -> Path:
    """The stored table of a built-in data set."""
    return Path(ridgeline.tables.__file__).parent / "built_in" / f"{facts.name}.parquet"


def _carry(
    store: Store,
    engine: Any = None,
    leaving: Event | None = None,
    locate: Callable[[DatasetFacts], Path] = _located,
) -> None:
    claim = store.claims.next("test", lease_seconds=600)
    assert claim is not None
    StudyRun(store, claim, engine or InlineEngine(), Turns(4), leaving or Event(), locate=locate).run()


@pytest.fixture(scope="session")
def carry() -> Callable[..., None]:
    """Claim the next study and carry it as far as it goes."""
    return _carry


class Faulty:
    """Passes tasks on; where a segment trains one of some trials, another task takes its place."""

    def __init__(self, engine: Any, trials: set[int], fault: Callable[..., Any], *arguments: object) -> None:
        self.processes = engine.processes
        self.hit: set[int] = set()
        """Trials of the segments that went wrong."""
        self._engine, self._trials, self._fault, self._arguments = engine, trials, fault, arguments

    def submit(self, asked: Callable[..., Any], *arguments: Any) -> Any:
        if asked is task.train and arguments[0].keep & self._trials:
            self.hit |= arguments[0].keep
            return self._engine.submit(self._fault, *self._arguments)
        return self._engine.submit(asked, *arguments)

    def close(self) -> None:
        """Whoever made the engine closes it."""


@pytest.fixture(scope="session")
def faulty() -> type[Faulty]:
    return Faulty
