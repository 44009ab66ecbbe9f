"""The fence of a claim: every write of a worker says `WHERE id = :id AND claim = :number`.

Each claim of a study raises its claim number.  Whoever held the study before finds no row and learns that it is lost.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, update

from ridgeline.errors import ClaimLost
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import EndReason, Phase, StudyState, TrialState
from ridgeline.store.events import record
from ridgeline.store.tables import studies, trials

HELD = (StudyState.RUNNING, StudyState.PAUSED, StudyState.STOPPING)
"""States in which a worker may still write: after the end, or back in the queue, the claim is over."""


@dataclass(frozen=True)
class Claim:
    """The right to work on a study until another claims it."""

    study_id: str
    number: int  #: grows with every claim of the study
    study: ResolvedStudy
    state: StudyState
    phase: Phase
    search_ended_by: EndReason | None  #: why the search has ended; None while it has not
    running_seconds: float  #: running time of all claims before


def is_held(claim: Claim) -> ColumnElement[bool]:
    """The fence."""
    return and_(studies.c.id == claim.study_id, studies.c.claim == claim.number, studies.c.state.in_(HELD))


def hold(connection: Connection, claim: Claim, **values: Any) -> StudyState:
    """Write to a study that is still ours, and keep it ours to the end of the transaction; returns its state.

    Raises:
        ClaimLost: another has it, or it has ended.
    """
    state = connection.execute(update(studies).where(is_held(claim)).values(**values).returning(studies.c.state))
    found = state.scalar()
    if found is None:
        raise ClaimLost(claim.study_id, claim.number)
    return StudyState(found)


def let_go(connection: Connection, claim: Claim, current: StudyState, now: float) -> None:
    """Give a held study back: a running one to the queue; its running trials wait for the next claim."""
    after = StudyState.QUEUED if current is StudyState.RUNNING else current
    connection.execute(update(studies).where(is_held(claim)).values(state=after, worker=None, lease_until=None))
    connection.execute(
        update(trials)
        .where(trials.c.study_id == claim.study_id, trials.c.state == TrialState.RUNNING)
        .values(state=TrialState.WAITING)
    )
    if after is not current:
        record(connection, claim.study_id, now, f"study.{after}", {})


def at_least(running_seconds: float) -> ColumnElement[float]:
    """Running time never goes back: the heartbeat and the rung come from two threads."""
    return case((studies.c.running_seconds > running_seconds, studies.c.running_seconds), else_=running_seconds)
