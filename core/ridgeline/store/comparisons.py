"""Answers over several studies: the best of those that may be compared, and how fast work goes here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import ENDED
from ridgeline.spec.views import StudyBest
from ridgeline.store.rows import trial_view
from ridgeline.store.summaries import lowest
from ridgeline.store.tables import studies, trials

COMPARISON: ColumnElement[str] = studies.c.comparison

RATED_STUDIES = 10
"""How many of the last ended studies tell the rate."""


def winners(wanted: Sequence[ColumnElement[bool]], regularizer: str | None) -> Select[Any]:
    """The best trial of each comparison among the wanted studies; ties go to the older study and lower number."""
    best = select(studies.c.id, lowest(regularizer).label("number")).where(*wanted).subquery()
    ranked = (
        select(
            best.c.id,
            best.c.number,
            func.row_number()
            .over(partition_by=studies.c.comparison, order_by=(trials.c.loss, studies.c.created_at, studies.c.id))
            .label("place"),
            func.count().over(partition_by=studies.c.comparison).label("studies"),
        )
        .join(studies, studies.c.id == best.c.id)
        .join(trials, and_(trials.c.study_id == best.c.id, trials.c.number == best.c.number))
        .subquery()
    )
    return (
        select(trials, studies.c.comparison, studies.c.resolved, ranked.c.studies)
        .select_from(ranked)
        .join(studies, studies.c.id == ranked.c.id)
        .join(trials, and_(trials.c.study_id == ranked.c.id, trials.c.number == ranked.c.number))
        .where(ranked.c.place == 1)
    )


def study_best(row: Row[Any]) -> StudyBest:
    """A row of `winners`."""
    study = ResolvedStudy.model_validate_json(row.resolved)
    return StudyBest(
        comparison=row.comparison,
        dataset=study.dataset.name,
        target=study.dataset.target,
        metric=study.objective.metric,
        direction=study.objective.direction,
        folds=study.evaluation.folds,
        test_fraction=study.evaluation.test_fraction,
        studies=row.studies,
        study_id=row.study_id,
        model=study.model.kind,
        trial=trial_view(row),
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
