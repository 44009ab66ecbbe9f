"""The verdict, put together from its evidence."""

from collections.abc import Iterator

import numpy as np

from ridgeline.spec.metrics import Metric
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.states import TrialState
from ridgeline.spec.views.verdict import (
    BestTrial,
    Choice,
    Comparison,
    ContenderView,
    CorrectedScore,
    Interval,
    Recommended,
    RestsOn,
    Role,
    TestScores,
    Verdict,
)
from ridgeline_worker.verdict.cautions import Facts, cautions
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.corrected_t import (
    Limits,
    corrected_standard_error,
    interval,
    p_value,
    probability_better,
    score_interval,
)
from ridgeline_worker.verdict.differences import Difference, difference
from ridgeline_worker.verdict.evidence import Contender, OutOfFold, Paired, Searched, Tested
from ridgeline_worker.verdict.gain import Gained, gained
from ridgeline_worker.verdict.held_out import held_out
from ridgeline_worker.verdict.optimism import optimism
from ridgeline_worker.verdict.resampled import Measure
from ridgeline_worker.verdict.rungs import rung_rank_correlation
from ridgeline_worker.verdict.simplicity import rank
from ridgeline_worker.verdict.statements import gain_statement, paragraph, rests_on_statement
from ridgeline_worker.verdict.ties import tie_set

ENTROPY = int.from_bytes(b"verdict", "big")
"""Parts the draws of verdicts from all others of a study."""

RANGE: dict[Metric, tuple[float, float]] = {
    Metric.LOG_LOSS: (0.0, np.inf),
    Metric.ACCURACY: (0.0, 1.0),
    Metric.BALANCED_ACCURACY: (0.0, 1.0),
    Metric.ROC_AUC: (0.0, 1.0),
    Metric.F1_MACRO: (0.0, 1.0),
    Metric.BRIER: (0.0, 2.0),
    Metric.RMSE: (0.0, np.inf),
    Metric.MAE: (0.0, np.inf),
    Metric.R2: (-np.inf, 1.0),
}
"""What a score can be."""


def judge(
    study: ResolvedStudy,
    paired: Paired,
    out_of_fold: OutOfFold | None,
    tested: Tested | None,
    searched: Searched,
    *,
    study_id: str,
) -> Verdict:
    """The verdict of a study: a function of its arguments alone; the study's seed draws its bootstraps.

    Args:
        study: As it was resolved.
        paired: What training the contenders again gave; fewer repeats than planned are judged as they are.
        out_of_fold: Predictions of the same models; None: then the score is not corrected.
        tested: Predictions of the refitted models for the test part; None: then there is no test score.
        searched: What the search was.
        study_id: The study.

    Raises:
        NoContender: the final gave no finite scores of any setting.
        ValueError: fewer than two pairs of a repeat and fold.
    """
    return _Judgement(study, paired, searched).verdict(out_of_fold, tested, study_id)


class _Judgement:
    """What all parts of a verdict are read from."""

    def __init__(self, study: ResolvedStudy, paired: Paired, searched: Searched) -> None:
        self.study = study
        self.paired = paired
        self.searched = searched
        self.direction = study.objective.direction
        self.sign = self.direction.sign
        self.measure = Measure(study.objective.metric, study.task)
        self.field = Field.of(paired, self.direction)
        self.chosen = self.field.contenders[self.field.recommended]
        self.none = next(one for one in paired.contenders if Role.NONE in one.roles)
        settings = [one.number for one in paired.contenders if one.setting is not None]
        self.entered = len(settings)
        family = tuple(number for number in settings if number != self.none.number)
        self.gained: Gained = gained(self.field, self.none.number, family, searched.min_gain)
        self.ties = tie_set(self.field, self.entered)
        self.trials = {
            Setting(regularizer=t.regularizer, strengths=t.strengths, learning_rate=t.learning_rate).key: t.number
            for t in reversed(searched.trials)
        }

    def verdict(self, out_of_fold: OutOfFold | None, tested: Tested | None, study_id: str) -> Verdict:
        """Everything, put together."""
        contenders = tuple(self._contenders())
        recommended = self._recommended(out_of_fold, tested)
        rests_on = self._rests_on(recommended.test)
        setting = _setting(self.chosen)
        facts = Facts(
            study=self.study,
            setting=setting,
            recommended=recommended,
            gain=self.gained.gain,
            contenders=contenders,
            constant=self._against(Role.CONSTANT),
            rests_on=rests_on,
        )
        verdict = Verdict(
            study_id=study_id,
            metric=self.study.objective.metric,
            direction=self.direction,
            recommended=recommended,
            simplest=self._choice(self.field.contenders[self.field.simplest]),
            gain=self.gained.gain,
            gain_statement=gain_statement(
                self.gained.gain, contenders, self.gained.possible, self.searched.min_gain, self.direction
            ),
            possible_gain=self.gained.possible,
            min_gain=self.searched.min_gain,
            best_trial=self._best_trial(),
            baseline=self._against(Role.BASELINE),
            tie_set=self.ties,
            contenders=contenders,
            paragraph="",
            warnings=tuple(cautions(facts)),
            rests_on=rests_on,
        )
        return verdict.model_copy(update={"paragraph": paragraph(verdict, setting)})

    def _seed(self, purpose: int) -> np.random.SeedSequence:
        return np.random.SeedSequence([self.study.seed, ENTROPY, purpose])

    def _choice(self, one: Contender) -> Choice:
        setting = _setting(one)
        return Choice(
            number=one.number,
            regularizer=setting.regularizer,
            strengths=setting.strengths,
            derived=self.study.derived(setting),
            learning_rate=setting.learning_rate,
        )

    def _recommended(self, out_of_fold: OutOfFold | None, tested: Tested | None) -> Recommended:
        return Recommended(
            **self._choice(self.chosen).model_dump(),
            score=float(self.paired.final[self.chosen.number].mean()),
            corrected=None if out_of_fold is None else self._corrected(out_of_fold),
            test=None if tested is None else self._tested(tested),
        )

    def _corrected(self, out_of_fold: OutOfFold) -> CorrectedScore | None:
        found = optimism(self.field, out_of_fold, self.measure, self._seed(0))
        if found is None:
            return None
        scores = self.paired.final[self.chosen.number]
        least, most = RANGE[self.measure.metric]
        _, limits = score_interval(scores, self.field.test_share)
        shift = self.sign * found.amount
        score, low, high = np.clip([scores.mean() + shift, limits.low + shift, limits.high + shift], least, most)
        return CorrectedScore(
            score=float(score),
            interval=Interval(low=float(low), high=float(high)),
            optimism=found.amount,
            resamples=found.resamples,
        )

    def _tested(self, tested: Tested) -> TestScores | None:
        found = held_out(tested, self.chosen.number, self.none.number, self.measure, self._seed(1))
        if found is None or not np.isfinite(found.difference):
            return None
        return TestScores(
            rows=len(tested.targets),
            recommended=found.recommended,
            none=found.none,
            difference=found.difference,
            interval=None if found.limits is None else _interval(found.limits),
            scored_before=tested.scored_before,
        )

    def _against(self, role: Role) -> Comparison | None:
        """Recommended against the contender of a role; None: there is no other such, or it gave no scores."""
        other = next((one for one in self.paired.contenders if role in one.roles), None)
        if other is None or other.number == self.chosen.number:
            return None
        return self._compared(self.chosen, other)

    def _compared(self, ours: Contender, theirs: Contender) -> Comparison | None:
        if not (self._has_scores(ours) and self._has_scores(theirs)):
            return None
        d = difference(self.paired.final[ours.number], self.paired.final[theirs.number])
        return self._comparison(d, theirs.number)

    def _comparison(self, d: Difference, reference: int) -> Comparison:
        share = self.field.test_share
        return Comparison(
            reference=reference,
            mean=d.mean,
            interval=_interval(interval(d, share)),
            standard_error=corrected_standard_error(d.deviation, d.pairs, share),
            plain_standard_error=d.plain_standard_error,
            p=p_value(d, share),
            probability_better=probability_better(d, self.sign, share),
            pairs=d.pairs,
            correlation=d.correlation,
        )

    def _has_scores(self, one: Contender) -> bool:
        scores = self.paired.final.get(one.number)
        return scores is not None and bool(np.isfinite(scores).all())

    def _contenders(self) -> Iterator[ContenderView]:
        views = {one.number: self._view(one) for one in self.paired.contenders}

        def place(one: Contender) -> tuple[bool, bool, float, tuple[object, ...]]:
            view = views[one.number]
            told = view.score if view.score is not None else view.screening_score
            loss = np.inf if told is None else self.sign * told
            return (view.score is None, not view.went_on, loss, () if one.setting is None else rank(one))

        for one in sorted(self.paired.contenders, key=place):
            yield views[one.number]

    def _view(self, one: Contender) -> ContenderView:
        has_scores = self._has_scores(one)
        final, screening = self.paired.final.get(one.number), self.paired.screening.get(one.number)
        is_none = one.number == self.none.number
        standard_error = score_interval(final, self.field.test_share)[0] if has_scores and final is not None else None
        return ContenderView(
            number=one.number,
            setting=one.setting,
            derived={} if one.setting is None else self.study.derived(one.setting),
            roles=tuple(sorted(one.roles)),
            trial=None if one.setting is None else self.trials.get(one.setting.key),
            screening_score=_mean(screening),
            went_on=final is not None,
            score=_mean(final),
            standard_error=standard_error,
            generalization_gap=self._gap(one.number),
            difference_to_none=None if is_none else self._compared(one, self.none),
            holm_p=self.gained.holm_p.get(one.number),
            gain_shown=one.number in self.gained.shown,
            in_tie_set=one.number in self.ties,
        )

    def _gap(self, number: int) -> float | None:
        """Loss on validation rows minus loss on training rows, in the mean over the final's models."""
        validated = _mean(self.paired.final.get(number))
        fitted = _mean((self.paired.fitted or {}).get(number))
        return None if validated is None or fitted is None else self.sign * (validated - fitted)

    def _best_trial(self) -> BestTrial | None:
        ended = [(self.sign * t.score, t.number, t) for t in self.searched.trials if t.score is not None]
        if not ended:
            return None
        *_, best = min(ended)
        return BestTrial(
            trial=best.number,
            regularizer=best.regularizer,
            strengths=best.strengths,
            learning_rate=best.learning_rate,
            score=self.sign * min(ended)[0],
        )

    def _rests_on(self, test: TestScores | None) -> RestsOn:
        trials = self.searched.trials
        repeats, folds = self.paired.final[self.chosen.number].shape
        screened = next(iter(self.paired.screening.values()), np.empty((0, 0)))
        rests_on = RestsOn(
            statement="",
            ended_by=self.searched.ended_by,
            trials_complete=sum(trial.state is TrialState.COMPLETE for trial in trials),
            trials_started=len(trials),
            max_trials=self.searched.max_trials,
            contenders=self.entered,
            finalists=sum(
                one.setting is not None and one.number in self.paired.final for one in self.paired.contenders
            ),
            screening_repeats=len(screened),
            final_repeats=repeats,
            final_repeats_planned=self.searched.final_repeats,
            folds=folds,
            train_rows=self.paired.train_rows,
            validation_rows=self.paired.validation_rows,
            rung_rank_correlation=rung_rank_correlation(trials),
        )
        return rests_on.model_copy(update={"statement": rests_on_statement(rests_on, test)})


def _setting(one: Contender) -> Setting:
    if one.setting is None:
        raise ValueError(f"contender {one.number} has no setting")
    return one.setting


def _mean(scores: np.ndarray | None) -> float | None:
    """The mean; None: not there, or not finite."""
    return float(scores.mean()) if scores is not None and np.isfinite(scores).all() else None


def _interval(limits: Limits) -> Interval:
    return Interval(low=limits.low, high=limits.high)
