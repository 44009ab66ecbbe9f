"""The verdict, put together from its evidence."""

import numpy as np

from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.states import TrialState
from ridgeline.spec.views.comparisons import Interval
from ridgeline.spec.views.verdict import (
    BestTrial,
    CorrectedScore,
    Recommended,
    RestsOn,
    Role,
    TestScores,
    Verdict,
)
from ridgeline_worker.verdict.case import Case, interval_view
from ridgeline_worker.verdict.cautions import Facts, cautions
from ridgeline_worker.verdict.corrected_t import score_interval
from ridgeline_worker.verdict.evidence import OutOfFold, Paired, Searched, Tested
from ridgeline_worker.verdict.held_out import held_out
from ridgeline_worker.verdict.ingredients import taken_apart
from ridgeline_worker.verdict.objectives import objectives
from ridgeline_worker.verdict.optimism import optimism
from ridgeline_worker.verdict.resampled import Measure
from ridgeline_worker.verdict.rungs import rung_rank_correlation
from ridgeline_worker.verdict.standings import standings
from ridgeline_worker.verdict.statements import gain_statement, paragraph, rests_on_statement

ENTROPY = int.from_bytes(b"verdict", "big")
"""Parts the draws of verdicts from all others of a study."""


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
    case = Case(study, paired, searched)
    contenders = tuple(standings(case))
    recommended = Recommended(
        **case.choice(case.chosen).model_dump(),
        score=float(paired.final[case.chosen.number].mean()),
        corrected=None if out_of_fold is None else _corrected(case, out_of_fold),
        test=None if tested is None else _tested(case, tested),
        sparsity=None if tested is None else tested.sparsity.get(case.chosen.number),
    )
    rests_on = _rests_on(case, recommended.test)
    ladder = next((each for each in searched.ladders if each.regularizer == recommended.regularizer), None)
    gained = case.gained
    facts = Facts(
        study=study,
        recommended=recommended,
        gain=gained.gain,
        contenders=contenders,
        objectives=objectives(case),
        constant=case.against(Role.CONSTANT),
        rests_on=rests_on,
        earlier_verdicts=searched.earlier_verdicts,
        ladder=ladder,
    )
    direction = study.objective.direction
    verdict = Verdict(
        study_id=study_id,
        metric=study.objective.metric,
        direction=direction,
        recommended=recommended,
        simplest=case.choice(case.simplest),
        gain=gained.gain,
        gain_statement=gain_statement(gained.gain, contenders, gained.possible, searched.min_gain, direction),
        possible_gain=gained.possible,
        min_gain=searched.min_gain,
        best_trial=_best_trial(case),
        baseline=case.against(Role.BASELINE),
        tie_set=case.ties,
        contenders=contenders,
        objectives=facts.objectives,
        ladder=ladder,
        ingredients=taken_apart(case, study_id),
        paragraph="",
        warnings=tuple(cautions(facts)),
        rests_on=rests_on,
    )
    return verdict.model_copy(update={"paragraph": paragraph(verdict)})


def _measure(case: Case) -> Measure:
    return Measure(case.study.objective.metric, case.study.task)


def _seed(case: Case, purpose: int) -> np.random.SeedSequence:
    return np.random.SeedSequence([case.study.seed, ENTROPY, purpose])


def _corrected(case: Case, out_of_fold: OutOfFold) -> CorrectedScore | None:
    """The choice's score and its interval (corrected t), both shifted by the optimism, within what a score can be."""
    found = optimism(case.choosing, out_of_fold, _measure(case), _seed(case, 0))
    if found is None:
        return None
    scores = case.paired.final[case.chosen.number]
    _, limits = score_interval(scores, case.field.test_share)
    shifted = np.array([scores.mean(), limits.low, limits.high]) + case.sign * found.amount
    score, low, high = np.clip(shifted, *case.study.objective.metric.limits)
    return CorrectedScore(
        score=float(score),
        interval=Interval(low=float(low), high=float(high)),
        optimism=found.amount,
        resamples=found.resamples,
    )


def _tested(case: Case, tested: Tested) -> TestScores | None:
    found = held_out(tested, case.chosen.number, case.none.number, _measure(case), _seed(case, 1))
    if found is None or not np.isfinite(found.difference):
        return None
    return TestScores(
        rows=len(tested.targets),
        recommended=found.recommended,
        none=found.none,
        difference=found.difference,
        interval=None if found.limits is None else interval_view(found.limits),
        scored_before=tested.scored_before,
    )


def _best_trial(case: Case) -> BestTrial | None:
    ended = [trial for trial in case.searched.trials if trial.score is not None]
    if not ended:
        return None
    best = min(ended, key=lambda trial: (case.sign * (trial.score or 0.0), trial.number))
    return BestTrial(
        trial=best.number,
        regularizer=best.regularizer,
        strengths=best.strengths,
        learning_rate=best.learning_rate,
        score=best.score or 0.0,
    )


def _rests_on(case: Case, test: TestScores | None) -> RestsOn:
    trials, paired = case.searched.trials, case.paired
    repeats, folds = paired.final[case.chosen.number].shape
    rests_on = RestsOn(
        statement="",
        ended_by=case.searched.ended_by,
        trials_complete=sum(trial.state is TrialState.COMPLETE for trial in trials),
        trials_started=len(trials),
        max_trials=case.searched.max_trials,
        contenders=case.entered,
        finalists=sum(one.setting is not None and one.number in paired.final for one in paired.contenders),
        screening_repeats=max((len(scores) for scores in paired.screening.values()), default=0),
        final_repeats=repeats,
        final_repeats_planned=case.searched.final_repeats,
        folds=folds,
        train_rows=paired.train_rows,
        validation_rows=paired.validation_rows,
        rung_rank_correlation=rung_rank_correlation(trials),
    )
    return rests_on.model_copy(update={"statement": rests_on_statement(rests_on, test)})
