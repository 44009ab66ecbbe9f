"""The search: generation by generation, each from rung to rung."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from ridgeline.spec import Setting
from ridgeline.spec.final import most_work, timed_seconds
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import EndReason, FailureKind, Origin, StudyState, TrialState
from ridgeline.spec.views import Failure, RungView, TrialView
from ridgeline.store import RungResult
from ridgeline_worker.engine import Race, Reached
from ridgeline_worker.search import (
    Folds,
    best_epoch,
    decide,
    folds_in_turn,
    goal,
    next_generation,
    rung_read_off,
    with_expected,
)
from ridgeline_worker.study_run.leaving import Released, SearchEnded
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, LaneScore, Watch, evaluations, lanes_of

SAME_SCORE = 1e-5
"""Largest difference of a retrained score to the stored one that machines of different kinds may show."""
MOST_RESERVED = 0.5
"""Share of `budget.max_seconds` that is kept for the final at most: without a search there is nothing to compare."""


class Search:
    """Searches a study; every result is stored before the next is asked for.

    A search that was begun before goes on from what is stored: of trials that had not ended, folds without a score at
    the last epoch train again from their beginning, and decisions that had been taken stand.
    """

    def __init__(self, work: Work) -> None:
        self._work, self._study = work, work.study
        self._started_trials = self._lane_steps = 0
        self._race: Race | None = None

    def run(self) -> tuple[EndReason, int | None]:
        """Search to the end; returns why it has ended, and the budget under which that is so, or None: any.

        Raises:
            Released: it goes on later.
        """
        try:
            return self._run()
        except SearchEnded as end:
            return end.reason, None

    def _run(self) -> tuple[EndReason, int | None]:
        work = self._work
        trials = list(work.store.trials.of(work.claim.study_id))
        while True:
            self._started_trials = len(trials)
            if not any(trial.state is TrialState.RUNNING for trial in trials):
                self._end_if_target_is_met(trials)
                self._between_segments()
                _, max_trials = work.store.claims.check(work.claim)
                new = next_generation(self._study, trials, max_trials)
                if not new:
                    reason = EndReason.BUDGET if len(trials) >= max_trials else EndReason.EXHAUSTED
                    return reason, max_trials
                work.store.claims.add_generation(work.claim, new)
                trials += work.store.trials.of(work.claim.study_id, first=len(trials))
            newest = trials[-1].generation
            first = next(trial.number for trial in trials if trial.generation == newest)
            self._train(trials[:first], trials[first:])
            trials[first:] = work.store.trials.of(work.claim.study_id, first=first)

    def _between_segments(self) -> None:
        """Obey the user, the budget of time and the worker's own end."""
        if self._work.leaving.is_set():
            raise Released
        state, _ = self._work.store.claims.check(self._work.claim)
        if state is StudyState.PAUSED:
            raise Released
        if state is StudyState.STOPPING:
            raise SearchEnded(EndReason.STOP)
        limit = self._study.budget.max_seconds
        if limit is not None and self._work.running_seconds >= limit - self._reserve(limit):
            raise SearchEnded(EndReason.SECONDS)

    def _reserve(self, limit: float) -> float:
        """Seconds that the final may take at the pace of the search so far."""
        most = most_work(self._study, self._started_trials)
        done = self._lane_steps + (self._race.lane_steps if self._race else 0)
        if most is None or not done:
            return 0.0
        training = self._study.training
        steps = most.evaluations * training.epochs * training.steps_per_epoch
        timed = timed_seconds(self._study, most.finalists)
        return min(self._work.seconds_here / done * steps + timed, MOST_RESERVED * limit)

    def _end_if_target_is_met(self, trials: Sequence[TrialView]) -> None:
        target, sign = self._study.budget.target, self._study.objective.direction.sign
        if target is not None and any(t.score is not None and sign * t.score <= sign * target for t in trials):
            raise SearchEnded(EndReason.TARGET)

    def _train(self, history: Sequence[TrialView], newest: Sequence[TrialView]) -> None:
        """Train the newest generation to its end, from rung to rung."""
        generation = {trial.number: trial for trial in newest}
        folds = 0
        for rung in self._study.plan.rungs:
            running = [trial for trial in generation.values() if trial.state is TrialState.RUNNING]
            if not running:
                break
            if rung.folds > folds:  # else the same lanes go on to more epochs
                folds = rung.folds
                self._leave_race()
                self._begin_race(rung, running)
            if self._race is None:
                continue
            reached = self._race.run(frozenset(trial.number for trial in running), rung.epochs)
            for result in self._decided(generation, reached, rung, history):
                trial = generation[result.number]
                rungs = trial.rungs if result.rung is None else (*trial.rungs, result.rung)
                generation[result.number] = trial.model_copy(update={"state": result.state, "rungs": rungs})
        self._leave_race()

    def _scored_folds(self, trial: TrialView) -> int:
        """Folds of a trial that need no training: they have their scores at the last epoch."""
        return max((len(rung.folds) for rung in trial.rungs if rung.epochs == self._study.training.epochs), default=0)

    def _begin_race(self, rung: Rung, running: Sequence[TrialView]) -> None:
        """A race of the folds that trials are to have at a rung and have no scores of, if there are any."""
        of_search = evaluations(self._study)
        asked: set[tuple[int, Evaluation]] = set()
        for trial in running:
            in_turn = folds_in_turn(self._study, trial.generation)
            due = in_turn[self._scored_folds(trial) : goal(self._study, trial, rung).folds]
            asked.update((trial.number, of_search[fold]) for fold in due)
        if asked:
            watched = frozenset(trial.number for trial in running if trial.origin is Origin.READ_OFF)
            self._race = self._work.race(self._study, self._between_segments, Watch(watched) if watched else None)
            lanes = lanes_of(self._study, [(trial.number, _trained(trial)) for trial in running])
            self._race.enter([lane for lane in lanes if (lane.trial, lane.evaluation) in asked])

    def _leave_race(self) -> None:
        if self._race is not None:
            self._lane_steps += self._race.lane_steps
            self._race = None

    def _decided(
        self, generation: dict[int, TrialView], reached: Reached, rung: Rung, history: Sequence[TrialView]
    ) -> list[RungResult]:
        """What becomes of the trials at a rung, stored."""
        results = self._judge(generation, reached, rung, history)
        if results:
            self._work.store.claims.record_rung(
                self._work.claim,
                generation[results[0].number].generation,
                rung,
                results,
                running_seconds=self._work.running_seconds,
                work_done=reached.work,
            )
        return results

    def _judge(
        self, generation: dict[int, TrialView], reached: Reached, rung: Rung, history: Sequence[TrialView]
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
            place = goal(self._study, trial, rung)
            if place not in self._study.plan.brackets[trial.bracket].rungs:
                continue
            own = self._rung(trial, place, lanes, curves.get(number))
            if any(before.place == place for before in trial.rungs):
                self._compare(trial, place, () if own is None else own.folds)
            elif own is None:
                diverged = sum(lane.score is None for lane in lanes)
                detail = f"its loss was not finite on {diverged} of {len(lanes)} folds after {place.epochs} epochs"
                failure = Failure(kind=FailureKind.DIVERGED, detail=detail)
                failed.append(RungResult(number, None, TrialState.FAILED, failure))
            else:
                scored[number] = trial.model_copy(update={"rungs": (*trial.rungs, own)})
        scored = with_expected(self._study, scored, [*history, *generation.values()])
        states = decide(self._study, list(scored.values()), rung, history)
        passed = [
            RungResult(n, trial.rungs[-1], states[n], None, self._read_off(trial, states[n], curves.get(n)))
            for n, trial in sorted(scored.items())
        ]
        return failed + passed

    def _rung(
        self, trial: TrialView, place: Rung, lanes: Sequence[LaneScore], curve: Mapping[int, Folds] | None
    ) -> RungView | None:
        """The scores of a trial at a rung, those of folds that it had before among them; None where there are none."""
        if curve is not None:
            before = max((rung.epochs for rung in trial.rungs if rung.epochs < place.epochs), default=0)
            return rung_read_off(curve, before, self._study.objective.direction)
        of_search = evaluations(self._study)
        scores: dict[int, float | None] = {}
        if trial.rungs and trial.rungs[-1].epochs == place.epochs:
            scores |= trial.rungs[-1].by_fold(len(of_search))
        scores |= {of_search.index(lane.evaluation): lane.score for lane in lanes}
        is_last = place == self._study.plan.last_rung
        asked = range(place.folds) if is_last else folds_in_turn(self._study, trial.generation)[: place.folds]
        folds = tuple(score for fold in asked if (score := scores[fold]) is not None)
        if len(folds) < place.folds:
            return None
        return RungView(epochs=place.epochs, score=fmean(folds), folds=folds, first_fold=asked[0])

    def _read_off(
        self, trial: TrialView, state: TrialState, curve: Mapping[int, Folds] | None
    ) -> dict[str, float] | None:
        """The strengths that the scores of a complete trial gave; None: they were asked."""
        epoch = None if curve is None else best_epoch(curve, self._study.objective.direction)
        if epoch is None or state is not TrialState.COMPLETE:
            return None
        own = (regularizer for regularizer in self._study.regularizers if regularizer.kind == trial.regularizer)
        return {name: float(epoch) for regularizer in own for name in regularizer.read_off}

    def _compare(self, trial: TrialView, place: Rung, folds: tuple[float, ...]) -> None:
        """A trial that trains again must meet its stored scores: the decision stands, a difference is told."""
        stored = next(rung.folds for rung in trial.rungs if rung.place == place)
        differences = [abs(new - old) for new, old in zip(folds, stored, strict=False)]
        if len(folds) < len(stored) or max(differences) > SAME_SCORE:
            self._work.log.warning(
                "trial.retrained_differently", trial=trial.number, epochs=place.epochs, now=folds, stored=stored
            )


def _trained(trial: TrialView) -> Setting:
    """What the lanes of a trial train; what is yet to be read off trains as none does."""
    if trial.origin is Origin.READ_OFF:
        return Setting(regularizer="none", learning_rate=trial.learning_rate)
    return trial.setting
