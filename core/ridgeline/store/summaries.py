"""A study and how far it is: from rows to `StudyView`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select

from ridgeline.errors import NotFound
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.final import most_work
from ridgeline.spec.resolved import Bracket
from ridgeline.spec.states import ENDED, TRANSITIONS, Action, StudyState
from ridgeline.spec.study import AnyPruner, Hyperband, Median, SuccessiveHalving
from ridgeline.spec.views import BestSoFar, FinalProgress, StudyView, TrialCounts
from ridgeline.store.rows import moment, optional_moment
from ridgeline.store.tables import NO_LOSS, studies, trials
from ridgeline.store.trials import counts_of


def possible(state: StudyState) -> tuple[Action, ...]:
    """Actions that change a study in this state."""
    return tuple(action for action in Action if state in TRANSITIONS[action])


def lowest(regularizer: str | None = None, told: ColumnElement[Any] = trials.c.number) -> ColumnElement[Any]:
    """Number of the best complete trial of the study in the query around, of one kind if asked; one index seek.

    Args:
        told: its loss may be asked for instead, which the same index has.
    """  # fmt: skip
    query = select(told).where(trials.c.study_id == studies.c.id, trials.c.loss < NO_LOSS)
    if regularizer is not None:
        query = query.where(trials.c.regularizer == regularizer)
    return query.order_by(trials.c.loss, trials.c.number).limit(1).correlate(studies).scalar_subquery()


def summary() -> Select[Any]:
    """Studies with their place in the queue and their best trial, for `views`."""
    best = trials.alias("best")
    ahead = studies.alias("ahead")
    before = and_(ahead.c.created_at == studies.c.created_at, ahead.c.id <= studies.c.id)
    position = (
        select(func.count())
        .where(ahead.c.state == StudyState.QUEUED, (ahead.c.created_at < studies.c.created_at) | before)
        .correlate(studies)
        .scalar_subquery()
    )
    return select(
        studies,
        case((studies.c.state == StudyState.QUEUED, position)).label("queue_position"),
        best.c.number.label("best_number"),
        best.c.regularizer.label("best_regularizer"),
        best.c.strengths.label("best_strengths"),
        best.c.score.label("best_score"),
    ).select_from(studies.outerjoin(best, and_(best.c.study_id == studies.c.id, best.c.number == lowest())))


def views(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[StudyView, ...]:
    """Rows of `summary` as views."""
    counts = counts_of(connection, (row.id for row in rows))
    return tuple(_view(row, counts[row.id]) for row in rows)


def view(connection: Connection, study_id: str) -> StudyView:
    """One study.

    Raises:
        NotFound: there is no such study.
    """
    row = connection.execute(summary().where(studies.c.id == study_id)).first()
    if row is None:
        raise NotFound("study", study_id)
    return views(connection, [row])[0]


def seconds_left(
    study: ResolvedStudy,
    counts: TrialCounts,
    max_trials: int,
    *,
    running_seconds: float,
    epochs_done: int,
    final: FinalProgress | None = None,
) -> float | None:
    """Running seconds until the verdict, if it goes on as it went: running_seconds * left / done.

    `done`: epochs of all models of all trials so far.  `left`: trials that have not ended times the epochs that the
    pruner's plan gives a trial's models in the mean; those in training count whole, for they are the ones that were not
    pruned.  Models of the final train all epochs; before it begins, they are as many as it has at most.  A target, a
    short grid or an idle queue is not foreseen; `budget.max_seconds` is.  None before the first rung.
    """
    if epochs_done == 0:
        return None
    epochs = study.training.epochs
    if final is not None:
        left = float((final.evaluations - final.evaluations_done) * epochs)
        return running_seconds * left / (epochs_done + final.evaluations_done * epochs)
    most = most_work(study, max_trials)
    searched = max(0, max_trials - counts.ended) * _model_epochs_per_trial(study)
    estimate = running_seconds * (searched + (most.evaluations * epochs if most else 0)) / epochs_done
    if study.budget.max_seconds is None:
        return estimate
    return min(estimate, max(0.0, study.budget.max_seconds - running_seconds))


def _model_epochs_per_trial(study: ResolvedStudy) -> float:
    """Mean epochs of a trial over all its models, by the pruner's plan."""
    kept = _kept(study.pruner)
    shares = sum(bracket.share for bracket in study.plan.brackets)
    return sum(bracket.share * _model_epochs(bracket, kept) for bracket in study.plan.brackets) / shares


def _kept(pruner: AnyPruner) -> float:
    """Share of trials that a rung lets go on."""
    match pruner:
        case SuccessiveHalving(reduction_factor=factor) | Hyperband(reduction_factor=factor):
            return 1 / factor
        case Median():
            return 0.5
        case _:
            return 1.0


def _model_epochs(bracket: Bracket, kept: float) -> float:
    ends = [rung.model_epochs for rung in bracket.rungs]
    return sum(kept**rung * (end - start) for rung, (start, end) in enumerate(pairwise((0, *ends))))


def _view(row: Row[Any], counts: TrialCounts) -> StudyView:
    study = ResolvedStudy.model_validate_json(row.resolved)
    state = StudyState(row.state)
    final = None if row.final is None else FinalProgress.model_validate(row.final)
    left = seconds_left(
        study,
        counts,
        row.max_trials,
        running_seconds=row.running_seconds,
        epochs_done=row.epochs_done,
        final=final,
    )
    return StudyView(
        id=row.id,
        name=row.name,
        tags=study.tags,
        state=state,
        phase=row.phase,
        reason=row.reason,
        detail=row.detail,
        possible=possible(state),
        trials=counts,
        final=final,
        max_trials=row.max_trials,
        running_seconds=row.running_seconds,
        seconds_left=None if state in ENDED else left,
        queue_position=row.queue_position,
        best=_best_so_far(row),
        study=study,
        created_at=moment(row.created_at),
        started_at=optional_moment(row.started_at),
        ended_at=optional_moment(row.ended_at),
    )


def _best_so_far(row: Row[Any]) -> BestSoFar | None:
    if row.best_number is None:
        return None
    return BestSoFar(
        trial=row.best_number,
        regularizer=row.best_regularizer,
        strengths=row.best_strengths,
        score=row.best_score,
    )
