"""Answers over several studies: the best of those that may be compared, and how fast work goes here."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Row, Select, and_, func, or_, select, type_coerce

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.metrics import Metric
from ridgeline.spec.states import ENDED, EndReason, Evidence, Origin, StudyState
from ridgeline.spec.views import BestTrialOver, RecommendedOver, StudyBest, Verdict
from ridgeline.store.obtained import obtained
from ridgeline.store.rows import trial_view
from ridgeline.store.summaries import lowest
from ridgeline.store.tables import studies, trials, verdicts

COMPARISON: ColumnElement[str] = studies.c.comparison

RATED_STUDIES = 10
"""How many of the last ended studies tell the rate."""


def winners(wanted: Sequence[ColumnElement[bool]], regularizer: str | None) -> Select[Any]:
    """The best trial of each comparison among the wanted studies; ties go to the older study and lower number.

    Studies are ranked by what an index has: of the trials only the winners are read.
    """
    best = (
        select(studies.c.id, COMPARISON, studies.c.created_at, lowest(regularizer, trials.c.loss).label("loss"))
        .where(*wanted)
        .subquery()
    )
    ranked = (
        select(
            best.c.id,
            func.row_number()
            .over(partition_by=best.c.comparison, order_by=(best.c.loss, best.c.created_at, best.c.id))
            .label("place"),
            func.count().over(partition_by=best.c.comparison).label("studies"),
        )
        .where(best.c.loss.is_not(None))
        .subquery()
    )
    return (
        select(trials, studies.c.comparison, studies.c.resolved, ranked.c.studies)
        .select_from(ranked)
        .join(studies, studies.c.id == ranked.c.id)
        .join(trials, and_(trials.c.study_id == ranked.c.id, trials.c.number == lowest(regularizer)))
        .where(ranked.c.place == 1)
    )


def recommendations(
    connection: Connection, compared: Iterable[str], wanted: Sequence[ColumnElement[bool]], regularizer: str | None
) -> dict[str, RecommendedOver]:
    """By comparison, what the verdicts of the wanted studies recommend: the best of their scores.

    A score is that of the final, corrected for the choice among its contenders where that is known; ties go to the
    older study.  Verdicts that a study has outlived, since it goes on, do not count.
    """
    told = type_coerce(verdicts.c.verdict, JSON)["recommended"]
    holds = or_(studies.c.reason.is_(None), studies.c.reason != EndReason.CANCELLED)
    query = (
        select(studies.c.id, studies.c.comparison, studies.c.metric, told.label("recommended"))
        .join(verdicts, verdicts.c.study_id == studies.c.id)
        .where(studies.c.comparison.in_(compared), studies.c.state.in_(ENDED - {StudyState.FAILED}), holds, *wanted)
        .order_by(studies.c.created_at, studies.c.id)
    )
    best: dict[str, tuple[float, str]] = {}
    for study_id, comparison, metric, recommended in connection.execute(query):
        if regularizer is not None and recommended["regularizer"] != regularizer:
            continue
        corrected = recommended["corrected"] or recommended
        loss = Metric(metric).direction.sign * corrected["score"]
        if comparison not in best or loss < best[comparison][0]:
            best[comparison] = loss, study_id
    return {comparison: _recommended(connection, study_id) for comparison, (_, study_id) in best.items()}


def _recommended(connection: Connection, study_id: str) -> RecommendedOver:
    """What the verdict of one study recommends."""
    query = select(studies.c.resolved, verdicts.c.verdict).join(verdicts, verdicts.c.study_id == studies.c.id)
    row = connection.execute(query.where(studies.c.id == study_id)).one()
    verdict = Verdict.model_validate_json(row.verdict)
    numbers = [one.trial for one in verdict.contenders if one.number == verdict.recommended.number]
    of_trial = select(trials.c.origin).where(trials.c.study_id == study_id, trials.c.number.in_(numbers))
    origin = connection.execute(of_trial).scalar()
    study = ResolvedStudy.model_validate_json(row.resolved)
    how = obtained(study_id, study, Evidence.VERDICT, None if origin is None else Origin(origin))
    return RecommendedOver(**dict(verdict.recommended), gain=verdict.gain, obtained=how)


def study_best(row: Row[Any], recommended: RecommendedOver | None) -> StudyBest:
    """A row of `winners`, beside what verdicts recommend."""
    study = ResolvedStudy.model_validate_json(row.resolved)
    trial = trial_view(row)
    how = obtained(row.study_id, study, Evidence.BEST_TRIAL, trial.origin)
    return StudyBest(
        comparison=row.comparison,
        dataset=study.dataset.name,
        target=study.dataset.target,
        metric=study.objective.metric,
        direction=study.objective.direction,
        folds=study.evaluation.folds,
        test_fraction=study.evaluation.test_fraction,
        studies=row.studies,
        use=Evidence.BEST_TRIAL if recommended is None else Evidence.VERDICT,
        recommended=recommended,
        best_trial=BestTrialOver(**dict(trial), obtained=how),
    )


def rate(connection: Connection) -> float | None:
    """Multiply-adds per running second over the last ended studies that did any."""
    last = (
        select(studies.c.work_done, studies.c.running_seconds)
        .where(studies.c.state.in_(ENDED), studies.c.work_done > 0, studies.c.running_seconds > 0)
        .order_by(studies.c.ended_at.desc())
        .limit(RATED_STUDIES)
        .subquery()
    )
    work, seconds = connection.execute(select(func.sum(last.c.work_done), func.sum(last.c.running_seconds))).one()
    return None if seconds is None else float(work) / float(seconds)
