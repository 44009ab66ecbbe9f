"""The worker's face of the store: a study is held by a lease, and every write passes the fence."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, update

from ridgeline.errors import ClaimLost
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.resolved import Rung
from ridgeline.spec.states import ENDED, EndReason, Phase, StudyState, TrialState
from ridgeline.store import generations, transitions
from ridgeline.store.database import Database
from ridgeline.store.events import record
from ridgeline.store.fence import Claim, at_least, hold, is_held, let_go
from ridgeline.store.generations import NewTrial, RungResult
from ridgeline.store.tables import studies, trials


class Claims:
    """Studies as a worker sees them."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def next(
        self, worker: str, *, lease_seconds: float, offers: Collection[str] = (), study_id: str | None = None
    ) -> Claim | None:
        """Claim the oldest study that waits or whose worker is gone; None: there is none.

        Trials that a worker left waiting are running again.

        Args:
            offers: custom models that the worker has; studies that need another are left to others.
            study_id: claim this study or none.
        """  # fmt: skip
        now = self._clock()
        wanted = true() if study_id is None else studies.c.id == study_id
        oldest = (
            select(studies.c.id)
            .where(_is_due(now), wanted, or_(studies.c.needs.is_(None), studies.c.needs.in_(offers)))
            .order_by(studies.c.created_at, studies.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        take = (
            update(studies)
            .where(studies.c.id == oldest.scalar_subquery())
            .values(
                claim=studies.c.claim + 1,
                state=case((studies.c.state == StudyState.QUEUED, StudyState.RUNNING), else_=studies.c.state),
                worker=worker,
                lease_until=now + lease_seconds,
                started_at=func.coalesce(studies.c.started_at, now),
            )
            .returning(studies)
        )
        with self._database.write() as connection:
            row = connection.execute(take).first()
            if row is None:
                return None
            connection.execute(
                update(trials)
                .where(trials.c.study_id == row.id, trials.c.state == TrialState.WAITING)
                .values(state=TrialState.RUNNING)
            )
            if row.state == StudyState.RUNNING:
                record(connection, row.id, now, "study.running", {"worker": worker, "claim": row.claim})
        return Claim(
            study_id=row.id,
            number=row.claim,
            study=ResolvedStudy.model_validate_json(row.resolved),
            state=StudyState(row.state),
            phase=Phase(row.phase),
            search_ended_by=None if row.search_ended_by is None else EndReason(row.search_ended_by),
            running_seconds=row.running_seconds,
        )

    def renew(self, claim: Claim, *, lease_seconds: float, running_seconds: float) -> StudyState:
        """Hold the study for so many seconds from now; returns the state that its user wants.

        Raises:
            ClaimLost: another has it, or it has ended.
        """
        until = self._clock() + lease_seconds
        with self._database.write() as connection:
            return hold(connection, claim, lease_until=until, running_seconds=at_least(running_seconds))

    def check(self, claim: Claim) -> tuple[StudyState, int]:
        """The state and `budget.max_trials` now; writes nothing.

        Raises:
            ClaimLost: another has it, or it has ended.
        """
        with self._database.read() as connection:
            row = connection.execute(select(studies.c.state, studies.c.max_trials).where(is_held(claim))).first()
        if row is None:
            raise ClaimLost(claim.study_id, claim.number)
        return StudyState(row.state), row.max_trials

    def add_generation(self, claim: Claim, new: Sequence[NewTrial]) -> None:
        """Start trials that were asked together.

        Raises:
            ClaimLost: another has it, or it has ended; nothing was stored.
        """
        now = self._clock()
        with self._database.write() as connection:
            hold(connection, claim, phase=studies.c.phase)
            generations.add(connection, claim.study_id, new, now)

    def record_rung(
        self,
        claim: Claim,
        generation: int,
        rung: Rung,
        results: Sequence[RungResult],
        *,
        running_seconds: float,
        work_done: int,
    ) -> None:
        """Store the scores of a rung and what they decided, all or nothing.

        Args:
            running_seconds: of the study, all claims together.
            work_done: multiply-adds since the rung before; they are added up.

        Raises:
            ClaimLost: another has it, or it has ended; nothing was stored.
            NotFound: a result is of a trial that was never added; nothing was stored.
        """  # fmt: skip
        now = self._clock()
        with self._database.write() as connection:
            hold(
                connection,
                claim,
                running_seconds=at_least(running_seconds),
                work_done=studies.c.work_done + work_done,
            )
            direction = claim.study.objective.direction
            generations.decide(
                connection, claim.study_id, direction, results, generation=generation, rung=rung, now=now
            )

    def settle(
        self,
        claim: Claim,
        state: StudyState,
        reason: EndReason,
        *,
        detail: str | None = None,
        running_seconds: float,
        max_trials: int | None = None,
    ) -> None:
        """End the study: completed, stopped or failed; unfinished trials are stopped.

        Args:
            max_trials: the budget that this decision was made under.  If it has been raised since, the study
                goes back to the queue instead; None: whatever it is.

        Raises:
            ClaimLost: another has it, or it has ended.
        """  # fmt: skip
        if state not in ENDED:
            raise ValueError(f"a study is settled as completed, stopped or failed but got {state!r}; use release")
        now = self._clock()
        with self._database.write() as connection:
            current = hold(connection, claim, running_seconds=at_least(running_seconds))
            budget = connection.execute(select(studies.c.max_trials).where(is_held(claim))).scalar_one()
            if max_trials is not None and budget > max_trials and current is not StudyState.STOPPING:
                let_go(connection, claim, current, now)
            else:
                transitions.end(connection, claim.study_id, state, reason, detail=detail, now=now)

    def release(self, claim: Claim, *, running_seconds: float) -> None:
        """Give the study back unended: a running one to the queue; its running trials wait for the next claim.

        Raises:
            ClaimLost: another has it, or it has ended.
        """
        now = self._clock()
        with self._database.write() as connection:
            current = hold(connection, claim, running_seconds=at_least(running_seconds))
            let_go(connection, claim, current, now)


def _is_due(now: float) -> ColumnElement[bool]:
    """Queued, or in work with nobody at work."""
    abandoned = or_(studies.c.lease_until.is_(None), studies.c.lease_until <= now)
    in_work = studies.c.state.in_((StudyState.RUNNING, StudyState.STOPPING))
    return or_(studies.c.state == StudyState.QUEUED, and_(in_work, abandoned))
