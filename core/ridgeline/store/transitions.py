"""How a study changes its state on request: each change with its one event, in the caller's transaction."""

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from ridgeline.errors import ImpossibleAction, Invalid, NotFound, Violation
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import ENDED, HOLDS, TRANSITIONS, Action, EndReason, Phase, StudyState, TrialState
from ridgeline.spec.study import MAX_TRIALS
from ridgeline.store.events import record
from ridgeline.store.summaries import possible
from ridgeline.store.tables import final_stages, ladders, studies, trials
from ridgeline.store.trials import counted_per_kind

UNFINISHED = (TrialState.WAITING, TrialState.RUNNING)


def act(connection: Connection, study_id: str, action: Action, now: float) -> None:
    """Do what `spec.states` says; where it already holds, nothing.

    Raises:
        NotFound: there is no such study.
        ImpossibleAction: its state forbids it.
    """
    row = _locked(connection, study_id)
    state = StudyState(row.state)
    target = TRANSITIONS[action].get(state)
    if target is None:
        if state in HOLDS[action]:
            return
        raise ImpossibleAction(action, state, possible(state))
    if target in ENDED:
        reason = EndReason.CANCELLED if action is Action.CANCEL else EndReason.STOP
        # the claim moves on, so that the worker that still holds it writes nothing more
        end(connection, study_id, target, reason, now=now, claim=row.claim + 1)
        return
    freed = {"worker": None, "lease_until": None} if action is Action.RESUME else {}
    connection.execute(update(studies).where(studies.c.id == study_id).values(state=target, **freed))
    record(connection, study_id, now, f"study.{target}", {})


def end(
    connection: Connection,
    study_id: str,
    state: StudyState,
    reason: EndReason,
    *,
    detail: str | None = None,
    now: float,
    **values: Any,
) -> None:
    """Bring a study to its end; its unfinished trials are stopped."""
    connection.execute(
        update(studies)
        .where(studies.c.id == study_id)
        .values(state=state, reason=reason, detail=detail, ended_at=now, worker=None, lease_until=None, **values)
    )
    connection.execute(
        update(trials)
        .where(trials.c.study_id == study_id, trials.c.state.in_(UNFINISHED))
        .values(state=TrialState.STOPPED, ended_at=now)
    )
    counts = counted_per_kind(connection, study_id)
    connection.execute(update(studies).where(studies.c.id == study_id).values(trial_counts=counts))
    record(connection, study_id, now, f"study.{state}", {"reason": reason, "detail": detail})


def extend(connection: Connection, study_id: str, max_trials: int, now: float) -> None:
    """Raise the budget to a new total; a study that spent it, or was stopped, goes back to the queue.

    Where the search had ended, it goes on, and the verdict is made anew.  Where the total already holds, nothing.

    Raises:
        NotFound: there is no such study.
        Invalid: the new total is below the old one, or above the limit.
        ImpossibleAction: it is stopping, was cancelled or has failed.
    """
    row = _locked(connection, study_id)
    state = StudyState(row.state)
    again = state is StudyState.COMPLETED or (state is StudyState.STOPPED and row.reason == EndReason.STOP)
    if not again and state not in {StudyState.QUEUED, StudyState.RUNNING, StudyState.PAUSED}:
        raise ImpossibleAction("extend", state, possible(state))
    if not row.max_trials <= max_trials <= MAX_TRIALS:
        rule = f"must be at least the present {row.max_trials} and at most {MAX_TRIALS}"
        raise Invalid([Violation("max_trials", rule, max_trials, "name the new total, not what to add")])
    if max_trials == row.max_trials:
        return

    study = ResolvedStudy.model_validate_json(row.resolved)
    budget = study.budget.model_copy(update={"max_trials": max_trials})
    values: dict[str, Any] = {
        "max_trials": max_trials,
        "resolved": study.model_copy(update={"budget": budget}).model_dump_json(),
    }
    if Phase(row.phase) is not Phase.SEARCH:
        values |= {"phase": Phase.SEARCH, "search_ended_by": None, "final": None}
        for made in (final_stages, ladders):
            connection.execute(delete(made).where(made.c.study_id == study_id))
    if again:
        values |= {"state": StudyState.QUEUED, "reason": None, "detail": None, "ended_at": None, "trial_counts": None}
    connection.execute(update(studies).where(studies.c.id == study_id).values(**values))
    happened = "study.queued" if again else "study.extended"
    record(connection, study_id, now, happened, {"max_trials": max_trials})


def remove(connection: Connection, study_id: str) -> None:
    """Delete an ended study with its trials, tags and events.

    Raises:
        NotFound: there is no such study.
        ImpossibleAction: it has not ended.
    """
    state = StudyState(_locked(connection, study_id).state)
    if state not in ENDED:
        raise ImpossibleAction("delete", state, possible(state))
    connection.execute(delete(studies).where(studies.c.id == study_id))


def _locked(connection: Connection, study_id: str) -> Row[Any]:
    row = connection.execute(select(studies).where(studies.c.id == study_id).with_for_update()).first()
    if row is None:
        raise NotFound("study", study_id)
    return row
