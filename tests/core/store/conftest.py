"""A store in a folder of its own, with a clock that tests move and short ways to fill it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ridgeline.spec import DatasetFacts, Setting, StudySpec, resolve
from ridgeline.spec.facts import facts_of
from ridgeline.spec.resolved import Rung
from ridgeline.spec.sources import KeptData
from ridgeline.spec.states import Action, EndReason, FailureKind, Origin, StudyState, TrialState
from ridgeline.spec.views import Failure, RungView
from ridgeline.store import Claim, NewTrial, RungResult, Store

LEASE = 30.0
FOLDS = 5


@dataclass
class Clock:
    """Seconds since the epoch, moved by hand."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """A store and short ways to fill it."""

    data_dir: Path
    clock: Clock
    store: Store
    lease: float = LEASE

    def submit(self, **spec: Any) -> str:
        """Queue a study a second after the last one."""
        asked = StudySpec.model_validate({"dataset": "breast_cancer", **spec})
        self.clock.now += 1
        view, _ = self.store.studies.submit(asked, resolve(asked, self.facts(asked), published=self.store.models.all()))
        return view.id

    def facts(self, asked: StudySpec) -> DatasetFacts:
        """What is known of the data that a study asks for, in their default roles."""
        assert isinstance(asked.dataset, KeptData)
        named = self.store.datasets.get(asked.dataset.id)
        assert named.roles is not None
        assert named.task is not None
        assert named.counts is not None
        return facts_of(named.name, named.dataset, named.roles, named.task, named.counts)

    def claim(self, worker: str = "worker") -> Claim:
        claim = self.store.claims.next(worker, lease_seconds=self.lease)
        assert claim is not None
        return claim

    def add(self, claim: Claim, kinds: Sequence[str], *, first: int = 0, generation: int = 0) -> None:
        self.store.claims.add_generation(claim, [new(first + i, kind, generation) for i, kind in enumerate(kinds)])

    def rung(self, claim: Claim, results: Sequence[RungResult], *, epochs: int = 50) -> None:
        rung = Rung(epochs=epochs, folds=FOLDS)
        self.store.claims.record_rung(claim, 0, rung, results, running_seconds=10.0, work_done=1000)

    def settle(self, claim: Claim, state: StudyState = StudyState.COMPLETED) -> None:
        reason = EndReason.ERROR if state is StudyState.FAILED else EndReason.BUDGET
        self.store.claims.settle(claim, state, reason, running_seconds=20.0)

    def scored(self, scores: dict[int, tuple[str, float]], **spec: Any) -> str:
        """A study with complete trials: kind and score by number; settled."""
        study_id = self.submit(**spec)
        claim = self.claim()
        assert claim.study_id == study_id
        self.store.claims.add_generation(claim, [new(number, kind) for number, (kind, _) in scores.items()])
        self.rung(claim, [complete(number, score) for number, (_, score) in scores.items()])
        self.settle(claim)
        return study_id

    def study_in(self, state: StudyState, reason: EndReason | None = None) -> str:
        """A study that has come to a state by the usual ways."""
        study_id = self.submit()
        if state is StudyState.QUEUED:
            return study_id
        if state is StudyState.STOPPED:
            self.store.studies.act(study_id, Action.CANCEL if reason is EndReason.CANCELLED else Action.STOP)
            return study_id
        claim = self.claim()
        if state is StudyState.PAUSED:
            self.store.studies.act(study_id, Action.PAUSE)
        elif state is StudyState.STOPPING:
            self.store.studies.act(study_id, Action.STOP)
        elif state is not StudyState.RUNNING:
            self.settle(claim, state)
        return study_id

    def event_types(self, study_id: str) -> list[str]:
        return [event.type for event in self.store.events.after(0, study_id=study_id)]


def new(number: int, kind: str = "l2", generation: int = 0) -> NewTrial:
    strengths = {} if kind == "none" else {"strength": 0.001 * (number + 1)}
    return NewTrial(
        number=number,
        setting=Setting(regularizer=kind, strengths=strengths, learning_rate=0.001),
        origin=Origin.NONE if kind == "none" else Origin.SAMPLED,
        generation=generation,
        bracket=0,
        derived={},
    )


def at_rung(number: int, score: float, state: TrialState, epochs: int) -> RungResult:
    folds = tuple(score + step for step in (-0.02, -0.01, 0.0, 0.01, 0.02))
    return RungResult(number, RungView(epochs=epochs, score=score, folds=folds), state, None)


def complete(number: int, score: float, epochs: int = 50) -> RungResult:
    return at_rung(number, score, TrialState.COMPLETE, epochs)


def pruned(number: int, score: float, epochs: int = 17) -> RungResult:
    return at_rung(number, score, TrialState.PRUNED, epochs)


def going_on(number: int, score: float, epochs: int = 17) -> RungResult:
    return at_rung(number, score, TrialState.RUNNING, epochs)


def diverged(number: int) -> RungResult:
    return RungResult(number, None, TrialState.FAILED, Failure(kind=FailureKind.DIVERGED, detail="loss is inf"))


@pytest.fixture
def results() -> SimpleNamespace:
    """What a trial may come to at a rung."""
    return SimpleNamespace(complete=complete, pruned=pruned, going_on=going_on, diverged=diverged)


@pytest.fixture
def desk(data_dir: Path) -> Iterator[Desk]:
    clock = Clock()
    with Store.open(data_dir, clock=clock) as store:
        yield Desk(data_dir, clock, store)
