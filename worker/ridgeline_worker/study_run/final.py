"""The final: contenders are trained again, paired, on fresh folds and draws, and judged."""

import dataclasses
from collections.abc import Sequence
from functools import partial

import numpy as np

from ridgeline.spec.artifacts import Artifact
from ridgeline.spec.final import (
    FIRST_FINAL_REPEAT,
    FIRST_SCREENING_REPEAT,
    SCREENING_REPEATS,
    final_work,
    room,
)
from ridgeline.spec.ladders import ladder_plan, laddered
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import EndReason, StudyState
from ridgeline.spec.views import FinalProgress, Role, TrialView, Verdict
from ridgeline.store import Stage
from ridgeline_worker.engine import task
from ridgeline_worker.study_run.artifacts import artifacts
from ridgeline_worker.study_run.courses import WATCHED_REPEATS, fitted
from ridgeline_worker.study_run.ladders import train_ladders
from ridgeline_worker.study_run.measuring import evidence, timed, timing_name
from ridgeline_worker.study_run.refit import refit
from ridgeline_worker.study_run.stages import Stages, scorable
from ridgeline_worker.study_run.work import Work
from ridgeline_worker.training import Evaluation, FreshFold
from ridgeline_worker.verdict import (
    Case,
    NoContender,
    Paired,
    Searched,
    affordable,
    contenders,
    goes_on,
    judge,
    recommend,
)
from ridgeline_worker.verdict.evidence import Scores


class Final:
    """Carries a study from the end of its search to its verdict; each stage that is stored stands.

    Everything is a function of the study and its trials, so that a final that was interrupted comes to the same.
    """

    def __init__(self, work: Work, ended_by: EndReason, max_trials: int | None, *, begins: bool) -> None:
        """Prepare the final.

        Args:
            ended_by: why the search has ended.
            max_trials: the budget under which it has; None: whatever it is.
            begins: whether no worker has begun the final before.
        """  # fmt: skip
        self._work, self._study = work, work.study
        self._ended_by = ended_by
        trials = self._trials()
        trained = trained_trials(trials, self._study.plan.last_rung)
        entrants = affordable(contenders(self._study, trials), lambda screened: room(self._study, trained, screened))
        self._contenders = entrants.contenders
        self._settings = {one.number: one.setting for one in self._contenders if one.setting is not None}
        self._screened = tuple(self._settings) if entrants.are_screened else ()
        self._room = room(self._study, trained, len(self._screened))
        self._trained = trained
        may_have = () if ended_by is EndReason.STOP else laddered(self._study)
        self._ladders = ladder_plan(self._study, trained, len(may_have)).evaluations
        progress = self._planned(min(self._room, len(self._settings)), shown=len(self._settings))
        if begins:
            work.store.finals.begin(
                work.claim, ended_by, progress, max_trials=max_trials, running_seconds=work.running_seconds
            )
        self._stages = Stages(work, self._settings, progress)

    def run(self) -> StudyState:
        """Train, judge and store; returns the state in which the study has ended.

        Raises:
            Released: it goes on later.
            BudgetRaised: its search does.
        """
        folds = self._fresh_folds()
        screened = self._repeats(folds, FIRST_SCREENING_REPEAT)
        repeats = self._repeats(folds, FIRST_FINAL_REPEAT)
        if not screened or not repeats:
            return self._without_verdict("no repeat on fresh folds has rows that its metric can be scored on")
        direction = self._study.objective.direction
        screening, finalists = Stage({}), tuple(self._settings)
        if self._screened:
            screening = self._stages.run("screening", self._screened, screened)
            paired = self._paired(folds, screened, repeats, screening, None)
            finalists = tuple(n for n in goes_on(paired, direction, self._room) if n in self._settings)
        self._stages.plan(self._planned(len(finalists), shown=len(finalists)))
        objective = self._study.objective
        final = self._stages.run(
            "final",
            finalists,
            repeats,
            predicting=self._predicting(folds, repeats, finalists),
            measuring=objective.measures,
            watching=repeats[:WATCHED_REPEATS],
        )
        paired = self._paired(folds, screened, repeats, screening, final)
        paired = dataclasses.replace(paired, measures=evidence(final, self._timings(paired, repeats)))
        try:
            recommended = recommend(paired, direction, objective.constraints)
        except NoContender:
            return self._without_verdict("no contender gave finite scores when it was trained again")
        none = next(one.number for one in self._contenders if Role.NONE in one.roles)
        searched = self._searched()
        case = Case(self._study, paired, searched)
        ladders = train_ladders(self._work, self._stages, case, trained=self._trained)
        whole = next(fold for fold in reversed(folds) if fold.evaluation.repeat == repeats[-1])
        trained = (recommended, none) if self._study.evaluation.test_fraction else (recommended,)
        refitted = refit(
            self._work,
            self._stages,
            {number: self._settings[number] for number in trained},
            recommended,
            train_rows=whole.train_rows + whole.validation_rows,
        )
        out_of_fold = self._stages.out_of_fold(final, repeats)
        searched = dataclasses.replace(searched, ladders=ladders)
        verdict = judge(self._study, paired, out_of_fold, refitted.tested, searched, study_id=self._work.claim.study_id)
        leaves = self._work.leaves_files
        left = artifacts(self._work, self._settings[recommended], refitted.networks) if leaves else ()
        return self._conclude(verdict.model_copy(update={"environment": self._work.ask(task.environment)}), left)

    def _planned(self, finalists: int, *, shown: int) -> FinalProgress:
        work = final_work(self._study, len(self._screened), finalists, self._ladders)
        return FinalProgress(contenders=shown, evaluations=work.evaluations, evaluations_done=0, ladders=self._ladders)

    def _trials(self) -> tuple[TrialView, ...]:
        return tuple(self._work.store.trials.of(self._work.claim.study_id))

    def _fresh_folds(self) -> tuple[FreshFold, ...]:
        """All folds of screening and the final."""
        asked = self._study.evaluation
        repeats = [
            *range(FIRST_SCREENING_REPEAT, FIRST_SCREENING_REPEAT + SCREENING_REPEATS),
            *range(FIRST_FINAL_REPEAT, FIRST_FINAL_REPEAT + asked.final_repeats),
        ]
        evaluations = tuple(Evaluation(repeat, fold) for repeat in repeats for fold in range(asked.folds))
        found: tuple[FreshFold, ...] = self._work.ask(task.fresh_folds, evaluations)
        return found

    def _repeats(self, folds: Sequence[FreshFold], first: int) -> tuple[int, ...]:
        """The repeats from one on, up to the next thousand, all of whose folds can be scored."""
        return scorable([fold for fold in folds if first <= fold.evaluation.repeat < first + 1_000])

    def _timings(self, paired: Paired, repeats: Sequence[int]) -> list[Stage]:
        """Contenders with scores, trained by the clock one after another, where that is asked for."""
        if not self._study.objective.is_timed:
            return []
        evaluation = Evaluation(repeats[0], 0)
        return [
            self._stages.once(timing_name(number), partial(timed, self._work, number, setting, evaluation))
            for number, setting in self._settings.items()
            if number in paired.final and np.isfinite(paired.final[number]).all()
        ]

    def _predicting(
        self, folds: Sequence[FreshFold], repeats: Sequence[int], finalists: Sequence[int]
    ) -> tuple[int, ...]:
        """The repeats whose predictions are kept: as many as are moderate."""
        rows = sum(fold.validation_rows for fold in folds if fold.evaluation.repeat == repeats[0])
        return self._stages.kept(repeats, rows * max(1, folds[0].constant.size) * len(finalists))

    def _paired(
        self,
        folds: Sequence[FreshFold],
        screened: Sequence[int],
        repeats: Sequence[int],
        screening: Stage,
        final: Stage | None,
    ) -> Paired:
        constant = next(one.number for one in self._contenders if one.setting is None)
        fresh = [fold for fold in folds if fold.evaluation.repeat in repeats]
        return Paired(
            contenders=self._contenders,
            screening=_arrays(screening) | ({constant: _constant(folds, screened)} if self._screened else {}),
            final={} if final is None else _arrays(final) | {constant: _constant(folds, repeats)},
            train_rows=round(float(np.mean([fold.train_rows for fold in fresh]))),
            validation_rows=round(float(np.mean([fold.validation_rows for fold in fresh]))),
            fitted=None if final is None else fitted(final.courses),
        )

    def _searched(self) -> Searched:
        _, max_trials = self._work.store.claims.check(self._work.claim)
        asked = self._study.evaluation
        made = self._work.store.verdicts.outcome(self._work.claim.study_id).made
        return Searched(self._trials(), self._ended_by, max_trials, asked.final_repeats, asked.min_gain, made)

    def _conclude(self, verdict: Verdict, left: Sequence[Artifact]) -> StudyState:
        scored = verdict.recommended.test is not None
        state = self._work.store.finals.conclude(
            self._work.claim,
            verdict,
            test_part=self._study.test_part if scored else None,
            running_seconds=self._work.running_seconds,
            work_done=self._stages.work_unstored,
            artifacts=left,
        )
        study_id = self._work.claim.study_id
        self._work.files.keep_only(study_id, {one.kept.file for one in left if one.kept is not None})
        return state

    def _without_verdict(self, detail: str) -> StudyState:
        self._work.log.warning("final.without_verdict", detail=detail)
        return self._work.store.finals.conclude(
            self._work.claim, None, detail=detail, test_part=None, running_seconds=self._work.running_seconds
        )


def trained_trials(trials: Sequence[TrialView], whole: Rung) -> float:
    """Whole trials that the training of these amounts to, as far as their rungs tell."""
    return sum(trial.rungs[-1].place.model_epochs for trial in trials if trial.rungs) / whole.model_epochs


def _arrays(stage: Stage) -> dict[int, Scores]:
    return {number: np.array(scores, dtype=np.float64) for number, scores in stage.scores.items()}


def _constant(folds: Sequence[FreshFold], repeats: Sequence[int]) -> Scores:
    scores = [[fold.constant_score for fold in folds if fold.evaluation.repeat == repeat] for repeat in repeats]
    return np.array(scores, dtype=np.float64)
