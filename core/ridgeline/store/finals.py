"""The final as a worker writes it: each stage at once, the verdict with the end of its study.

A stage that is stored is never trained again; one that was not trains again from its beginning.  `extend` forgets the
stages, so every write also asks that the study is in its final.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, insert, select, update

from ridgeline.errors import BudgetRaised, ClaimLost
from ridgeline.spec.artifacts import Artifact
from ridgeline.spec.states import EndReason, Phase, StudyState, TrialState
from ridgeline.spec.views import Course, FinalProgress, LadderView, Verdict
from ridgeline.store import transitions
from ridgeline.store.artifacts import replace_all
from ridgeline.store.database import Database
from ridgeline.store.events import record
from ridgeline.store.fence import Claim, at_least, hold, is_held
from ridgeline.store.tables import final_stages, ladders, studies, test_parts, trials, verdicts

Scores = Mapping[int, Sequence[Sequence[float | None]]]
"""By number of the contender: repeats of folds; None where training gave no score."""


COURSES: TypeAdapter[dict[int, Course]] = TypeAdapter(dict[int, Course])


@dataclass(frozen=True)
class Stage:
    """What a stage of the final gave."""

    scores: Scores
    predictions: bytes | None = None  #: as the worker packs them
    courses: Mapping[int, Course] | None = None  #: by number of the contender, where training was watched
    measures: Mapping[str, Scores] = field(default_factory=dict)  #: by name, what else was asked for


class Finals:
    """The finals of studies as a worker sees them."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def begin(
        self,
        claim: Claim,
        ended_by: EndReason,
        progress: FinalProgress,
        *,
        max_trials: int | None,
        running_seconds: float,
    ) -> None:
        """End the search, whose unfinished trials are stopped, and begin the final.

        Args:
            max_trials: the budget under which the search has ended; None: whatever it is.

        Raises:
            ClaimLost: another has it, or it has ended.
            BudgetRaised: the search goes on; nothing was stored.
        """  # fmt: skip
        now = self._clock()
        told = progress.model_dump()
        with self._database.write() as connection:
            hold(
                connection,
                claim,
                phase=Phase.FINAL,
                search_ended_by=ended_by,
                final=told,
                running_seconds=at_least(running_seconds),
            )
            budget = connection.execute(select(studies.c.max_trials).where(is_held(claim))).scalar_one()
            if max_trials is not None and budget > max_trials:
                raise BudgetRaised(claim.study_id)
            connection.execute(
                update(trials)
                .where(trials.c.study_id == claim.study_id, trials.c.state.in_(transitions.UNFINISHED))
                .values(state=TrialState.STOPPED, ended_at=now)
            )
            record(connection, claim.study_id, now, "final.started", {"search_ended_by": ended_by, **told})

    def check(self, claim: Claim) -> StudyState:
        """The state now; writes nothing.

        Raises:
            ClaimLost: another has it, or it has ended.
            BudgetRaised: the search goes on.
        """
        with self._database.read() as connection:
            return StudyState(_in_final(connection, claim).state)

    def progress(self, claim: Claim, progress: FinalProgress, *, running_seconds: float) -> None:
        """Tell how far the final is.

        Raises:
            ClaimLost, BudgetRaised: as `check`.
        """
        with self._database.write() as connection:
            _in_final(connection, claim)
            hold(connection, claim, final=progress.model_dump(), running_seconds=at_least(running_seconds))

    def stages(self, study_id: str) -> dict[str, Stage]:
        """The stages that are stored, by name."""
        query = select(final_stages).where(final_stages.c.study_id == study_id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return {row.stage: _stage(row) for row in rows}

    def courses(self, study_id: str) -> dict[int, Course]:
        """How the training of contenders went, by number; nothing of a final from before that was kept."""
        query = select(final_stages.c.courses).where(
            final_stages.c.study_id == study_id, final_stages.c.courses.is_not(None)
        )
        with self._database.read() as connection:
            stored = connection.execute(query).scalars().all()
        return {number: course for each in stored for number, course in COURSES.validate_json(each).items()}

    def record_stage(
        self,
        claim: Claim,
        name: str,
        stage: Stage,
        progress: FinalProgress,
        *,
        running_seconds: float,
        work_done: int,
    ) -> None:
        """Store what a stage gave.

        Args:
            work_done: multiply-adds of the stage; they are added up.

        Raises:
            ClaimLost, BudgetRaised: as `check`; nothing was stored.
        """  # fmt: skip
        now, told = self._clock(), progress.model_dump()
        with self._database.write() as connection:
            _in_final(connection, claim)
            hold(
                connection,
                claim,
                final=told,
                running_seconds=at_least(running_seconds),
                work_done=studies.c.work_done + work_done,
            )
            connection.execute(
                insert(final_stages).values(
                    study_id=claim.study_id,
                    stage=name,
                    scores=_by_name(stage.scores),
                    measures={name: _by_name(told) for name, told in stage.measures.items()} or None,
                    predictions=stage.predictions,
                    courses=None if stage.courses is None else COURSES.dump_json(dict(stage.courses)).decode(),
                )
            )
            record(connection, claim.study_id, now, "final.stage_ended", {"stage": name, **told})

    def record_ladders(self, claim: Claim, found: Sequence[LadderView], *, running_seconds: float) -> None:
        """Store what ladders say, in place of what they said before.

        Raises:
            ClaimLost, BudgetRaised: as `check`; nothing was stored.
        """
        with self._database.write() as connection:
            _in_final(connection, claim)
            hold(connection, claim, running_seconds=at_least(running_seconds))
            connection.execute(delete(ladders).where(ladders.c.study_id == claim.study_id))
            for ladder in found:
                values = {"regularizer": ladder.regularizer, "ladder": ladder.model_dump_json()}
                connection.execute(insert(ladders).values(study_id=claim.study_id, **values))

    def ladder(self, study_id: str, regularizer: str) -> LadderView | None:
        """What the ladder of a kind says; None: there is none."""
        query = select(ladders.c.ladder).where(ladders.c.study_id == study_id, ladders.c.regularizer == regularizer)
        with self._database.read() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else LadderView.model_validate_json(found)

    def begin_refit(self, claim: Claim, recommended: Mapping[str, Any]) -> None:
        """Name what is recommended, and begin to train it on all rows but the test part.

        Raises:
            ClaimLost, BudgetRaised: as `check`.
        """
        now = self._clock()
        with self._database.write() as connection:
            _in_final(connection, claim)
            hold(connection, claim, phase=Phase.REFIT)
            record(connection, claim.study_id, now, "refit.started", {"recommended": dict(recommended)})

    def scored(self, test_part: str) -> int:
        """How often verdicts have scored a test part."""
        query = select(test_parts.c.scored).where(test_parts.c.key == test_part)
        with self._database.read() as connection:
            return connection.execute(query).scalar() or 0

    def conclude(
        self,
        claim: Claim,
        verdict: Verdict | None,
        *,
        detail: str | None = None,
        test_part: str | None,
        running_seconds: float,
        work_done: int = 0,
        artifacts: Sequence[Artifact] = (),
    ) -> StudyState:
        """Store the verdict and end the study, stopped if that was asked for; returns its state.

        Args:
            verdict: None where the final could not come to one.
            detail: why there is none.
            test_part: what was scored for it; None: nothing.
            running_seconds: of the study, all claims together.
            work_done: multiply-adds of the refit; they are added up.
            artifacts: files that go with the verdict and are in their place; they replace those of the one before.

        Raises:
            ClaimLost, BudgetRaised: as `check`; nothing was stored.
        """  # fmt: skip
        now = self._clock()
        with self._database.write() as connection:
            row = _in_final(connection, claim)
            current = hold(
                connection,
                claim,
                running_seconds=at_least(running_seconds),
                work_done=studies.c.work_done + work_done,
            )
            if verdict is not None:
                _store(connection, claim.study_id, verdict, now)
                replace_all(connection, claim.study_id, artifacts, now)
            if test_part is not None:
                _count(connection, test_part)
            connection.execute(
                update(final_stages).where(final_stages.c.study_id == claim.study_id).values(predictions=None)
            )
            reason = EndReason.STOP if current is StudyState.STOPPING else EndReason(row.search_ended_by)
            state = StudyState.STOPPED if reason is EndReason.STOP else StudyState.COMPLETED
            transitions.end(connection, claim.study_id, state, reason, detail=detail, now=now)
        return state


def _stage(row: Row[Any]) -> Stage:
    return Stage(
        _by_number(row.scores),
        row.predictions,
        None if row.courses is None else COURSES.validate_json(row.courses),
        {name: _by_number(told) for name, told in (row.measures or {}).items()},
    )


def _by_number(stored: Mapping[str, Any]) -> Scores:
    return {int(number): scores for number, scores in stored.items()}


def _by_name(scores: Scores) -> dict[str, Any]:
    return {str(number): own for number, own in scores.items()}


def _in_final(connection: Connection, claim: Claim) -> Row[Any]:
    row = connection.execute(select(studies).where(is_held(claim))).first()
    if row is None:
        raise ClaimLost(claim.study_id, claim.number)
    if Phase(row.phase) is Phase.SEARCH:
        raise BudgetRaised(claim.study_id)
    return row


def _store(connection: Connection, study_id: str, verdict: Verdict, now: float) -> None:
    made = connection.execute(delete(verdicts).where(verdicts.c.study_id == study_id).returning(verdicts.c.made))
    values = {"verdict": verdict.model_dump_json(), "made": (made.scalar() or 0) + 1, "created_at": now}
    connection.execute(insert(verdicts).values(study_id=study_id, **values))


def _count(connection: Connection, test_part: str) -> None:
    again = update(test_parts).where(test_parts.c.key == test_part).values(scored=test_parts.c.scored + 1)
    if connection.execute(again).rowcount == 0:
        connection.execute(insert(test_parts).values(key=test_part, scored=1))
