"""Verdicts, as they were stored."""

from dataclasses import dataclass

from sqlalchemy import select

from ridgeline.errors import NotFound
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import EndReason, Phase, StudyState
from ridgeline.spec.views import Verdict
from ridgeline.store.database import Database
from ridgeline.store.tables import studies, verdicts


@dataclass(frozen=True)
class Outcome:
    """A study and the verdict that it has come to, if it has."""

    state: StudyState
    phase: Phase
    reason: EndReason | None
    detail: str | None
    study: ResolvedStudy
    verdict: Verdict | None  #: of an extended study, the one before, until it is made anew
    made: int  #: verdicts that the study has had


class Verdicts:
    """The verdicts of all studies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outcome(self, study_id: str) -> Outcome:
        """What a study has come to.

        Raises:
            NotFound: there is no such study.
        """
        query = (
            select(studies, verdicts.c.verdict, verdicts.c.made)
            .select_from(studies.outerjoin(verdicts, verdicts.c.study_id == studies.c.id))
            .where(studies.c.id == study_id)
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("study", study_id)
        return Outcome(
            state=StudyState(row.state),
            phase=Phase(row.phase),
            reason=None if row.reason is None else EndReason(row.reason),
            detail=row.detail,
            study=ResolvedStudy.model_validate_json(row.resolved),
            verdict=None if row.verdict is None else Verdict.model_validate_json(row.verdict),
            made=row.made or 0,
        )
