"""One study, carried from its claim to its end."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from threading import Event

import structlog

from ridgeline.errors import ClaimLost, StoreUnavailable
from ridgeline.spec import DatasetFacts, Setting
from ridgeline.spec.models import multiply_adds
from ridgeline.spec.states import EndReason, FailureKind, Origin, StudyState, TrialState
from ridgeline.spec.views import Failure, RungView, TrialView
from ridgeline.store import Claim, RungResult, Store
from ridgeline_worker.engine import Engine, Race, Reached, Turns, task
from ridgeline_worker.search import Folds, best_epoch, decide, next_generation, rung_read_off
from ridgeline_worker.training import LaneScore, lanes_of

SAME_SCORE = 1e-5
"""Largest difference of a retrained score to the stored one that machines of different kinds may show."""

Locate = Callable[[DatasetFacts], Path]

log = structlog.get_logger(__name__)


class _Released(Exception):
    """The study goes back unended: it is paused, or this worker leaves."""


@dataclass
class _Ended(Exception):
    """The study ends here."""

    state: StudyState
    reason: EndReason


class StudyRun:
    """Searches a claimed study, generation by generation; every result is stored before the next is asked for.

    A study that was begun before goes on from what is stored: trials that had not ended train again from their
    beginning, and decisions that had been taken stand.
    """

    def __init__(
        self, store: Store, claim: Claim, engine: Engine, turns: Turns, leaving: Event, *, locate: Locate
    ) -> None:
        """`locate`: finds the stored table of a data set."""
        self.claim = claim
        self._study = claim.study
        self._locate, self._table = locate, Path()
        self._store, self._engine, self._turns = store, engine, turns
        self._leaving = leaving
        self._started = time.monotonic()
        self._log = log.bind(study=claim.study_id, claim=claim.number)
        self._step_cost = multiply_adds(self._study.layers, self._study.training.batch_size)

    @property
    def running_seconds(self) -> float:
        """Running time of the study, all claims together."""
        return self.claim.running_seconds + time.monotonic() - self._started

    def run(self) -> None:
        """Carry the study as far as it goes.  Errors end the study, never the worker; those of the database neither."""
        self._log.info("study.running", name=self._study.name)
        try:
            self._carry()
        except ClaimLost as lost:
            self._log.warning("study.lost", detail=str(lost))
        except Exception:
            self._log.exception("study.not_stored")  # the lease runs out, then a worker takes it up again

    def _carry(self) -> None:
        try:
            self._search()
        except ClaimLost:
            raise
        except _Released:
            self._give_back()
        except StoreUnavailable as error:
            self._log.warning("study.interrupted", detail=str(error))
            self._give_back()
        except _Ended as end:
            self._settle(end.state, end.reason)
        except Exception as error:
            self._log.exception("study.failed")
            self._settle(StudyState.FAILED, EndReason.ERROR, detail=f"{type(error).__name__}: {error}")

    def _give_back(self) -> None:
        self._store.claims.release(self.claim, running_seconds=self.running_seconds)
        self._log.info("study.released")

    def _settle(
        self, state: StudyState, reason: EndReason, *, detail: str | None = None, max_trials: int | None = None
    ) -> None:
        self._store.claims.settle(
            self.claim, state, reason, detail=detail, running_seconds=self.running_seconds, max_trials=max_trials
        )
        self._log.info("study.settled", state=state, reason=reason, running_seconds=round(self.running_seconds, 3))

    def _search(self) -> None:
        self._table = self._locate(self._study.dataset)
        self._check()
        trials = list(self._store.trials.of(self.claim.study_id))
        while True:
            if not any(trial.state is TrialState.RUNNING for trial in trials):
                self._end_if_target_is_met(trials)
                self._between_segments()
                _, max_trials = self._store.claims.check(self.claim)
                new = next_generation(self._study, trials, max_trials)
                if not new:
                    reason = EndReason.BUDGET if len(trials) >= max_trials else EndReason.EXHAUSTED
                    self._settle(StudyState.COMPLETED, reason, max_trials=max_trials)
                    return
                self._store.claims.add_generation(self.claim, new)
                trials += self._store.trials.of(self.claim.study_id, first=len(trials))
            newest = trials[-1].generation
            first = next(trial.number for trial in trials if trial.generation == newest)
            self._race(trials[:first], trials[first:])
            trials[first:] = self._store.trials.of(self.claim.study_id, first=first)

    def _check(self) -> None:
        """Where rows are not there or cannot be scored, the study fails, not one trial after another."""
        places = self._turns.take()
        try:
            self._engine.submit(task.check, self._study.model_dump_json(), str(self._table)).result()
        finally:
            self._turns.give_back(places)

    def _between_segments(self) -> None:
        """Obey the user, the budget of time and the worker's own end."""
        if self._leaving.is_set():
            raise _Released
        state, _ = self._store.claims.check(self.claim)
        if state is StudyState.PAUSED:
            raise _Released
        if state is StudyState.STOPPING:
            raise _Ended(StudyState.STOPPED, EndReason.STOP)
        limit = self._study.budget.max_seconds
        if limit is not None and self.running_seconds >= limit:
            raise _Ended(StudyState.COMPLETED, EndReason.SECONDS)

    def _end_if_target_is_met(self, trials: Sequence[TrialView]) -> None:
        target, sign = self._study.budget.target, self._study.objective.direction.sign
        if target is not None and any(t.score is not None and sign * t.score <= sign * target for t in trials):
            raise _Ended(StudyState.COMPLETED, EndReason.TARGET)

    def _race(self, history: Sequence[TrialView], newest: Sequence[TrialView]) -> None:
        """Train the newest generation to its end, from rung to rung."""
        generation = {trial.number: trial for trial in newest}
        watched = frozenset(trial.number for trial in newest if trial.origin is Origin.READ_OFF)
        race = Race(self._study, self._table, self._engine, self._turns, self._between_segments, watched)
        unended = [(n, _trained(trial)) for n, trial in generation.items() if trial.state is TrialState.RUNNING]
        race.enter(lanes_of(self._study, unended))
        for epochs in sorted({e for bracket in self._study.plan.brackets for e in bracket.rungs_epochs}):
            alive = frozenset(n for n, trial in generation.items() if trial.state is TrialState.RUNNING)
            if not alive:
                return
            reached = race.run(alive, epochs)
            results = self._judge(generation, reached, epochs, history)
            if results:
                self._store.claims.record_rung(
                    self.claim,
                    newest[0].generation,
                    epochs,
                    results,
                    running_seconds=self.running_seconds,
                    work_done=reached.lane_steps * self._step_cost,
                )
            for result in results:
                trial = generation[result.number]
                rungs = trial.rungs if result.rung is None else (*trial.rungs, result.rung)
                generation[result.number] = trial.model_copy(update={"state": result.state, "rungs": rungs})

    def _judge(
        self, generation: dict[int, TrialView], reached: Reached, epochs: int, history: Sequence[TrialView]
    ) -> list[RungResult]:
        """What becomes of the trials at a rung; nothing where it was decided before."""
        failed = [
            RungResult(number, None, TrialState.FAILED, failure) for number, failure in sorted(reached.failures.items())
        ]
        scored: dict[int, TrialView] = {}
        curves = {
            number: {epoch: tuple(lane.score for lane in lanes) for epoch, lanes in curve.items()}
            for number, curve in reached.curves.items()
        }
        for number, lanes in reached.scores.items():
            trial = generation[number]
            if epochs not in self._study.plan.brackets[trial.bracket].rungs_epochs:
                continue
            rung = self._rung(trial, epochs, lanes, curves.get(number))
            if any(rung.epochs == epochs for rung in trial.rungs):
                self._compare(trial, epochs, () if rung is None else rung.folds)
            elif rung is None:
                diverged = sum(lane.score is None for lane in lanes)
                detail = f"its loss was not finite on {diverged} of {len(lanes)} folds after {epochs} epochs"
                failure = Failure(kind=FailureKind.DIVERGED, detail=detail)
                failed.append(RungResult(number, None, TrialState.FAILED, failure))
            else:
                scored[number] = trial.model_copy(update={"rungs": (*trial.rungs, rung)})
        states = decide(self._study, list(scored.values()), epochs, history)
        passed = [
            RungResult(n, trial.rungs[-1], states[n], None, self._read_off(trial, states[n], curves.get(n)))
            for n, trial in sorted(scored.items())
        ]
        return failed + passed

    def _rung(
        self, trial: TrialView, epochs: int, lanes: Sequence[LaneScore], curve: Mapping[int, Folds] | None
    ) -> RungView | None:
        """The scores of a trial at a rung; None where there are none."""
        if curve is not None:
            before = max((rung.epochs for rung in trial.rungs if rung.epochs < epochs), default=0)
            return rung_read_off(curve, before, self._study.objective.direction)
        folds = tuple(lane.score for lane in lanes if lane.score is not None)
        return RungView(epochs=epochs, score=fmean(folds), folds=folds) if len(folds) == len(lanes) else None

    def _read_off(
        self, trial: TrialView, state: TrialState, curve: Mapping[int, Folds] | None
    ) -> dict[str, float] | None:
        """The strengths that the scores of a complete trial gave; None: they were asked."""
        epoch = None if curve is None else best_epoch(curve, self._study.objective.direction)
        if epoch is None or state is not TrialState.COMPLETE:
            return None
        return {
            name: float(epoch) for own in self._study.regularizers if own.kind == trial.regularizer
            for name in own.read_off
        }  # fmt: skip

    def _compare(self, trial: TrialView, epochs: int, folds: tuple[float, ...]) -> None:
        """A trial that trains again must meet its stored scores: the decision stands, a difference is told."""
        stored = next(rung.folds for rung in trial.rungs if rung.epochs == epochs)
        differences = [abs(new - old) for new, old in zip(folds, stored, strict=False)]
        if len(folds) < len(stored) or max(differences) > SAME_SCORE:
            self._log.warning(
                "trial.retrained_differently", trial=trial.number, epochs=epochs, now=folds, stored=stored
            )


def _trained(trial: TrialView) -> Setting:
    """What the lanes of a trial train; what is yet to be read off trains as none does."""
    if trial.origin is Origin.READ_OFF:
        return Setting(regularizer="none", learning_rate=trial.learning_rate)
    return trial.setting
