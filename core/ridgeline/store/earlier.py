"""Earlier studies that another may start from."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import and_, or_, select

from ridgeline.errors import Invalid, Violation
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import ENDED, EndReason, Evidence, Likeness, StudyState
from ridgeline.spec.study import Mode
from ridgeline.spec.warming import Earlier, Found, distance, likeness
from ridgeline.store.database import Database
from ridgeline.store.tables import studies
from ridgeline.store.trials import Trials
from ridgeline.store.verdicts import Verdicts

EXACT_STUDIES = 20
"""Studies on the same data that are looked at: those that ended last."""
LIKE_STUDIES = 200
"""Studies with the same metric and kind of model among which the nearest are looked for: those that ended last."""
NEAREST_STUDIES = 5
MIXES = 3
"""The best mixes of an earlier cocktail that may be taken."""


class EarlierStudies:
    """Ended studies with the best that they have found."""

    def __init__(self, database: Database, trials: Trials, verdicts: Verdicts) -> None:
        self._database, self._trials, self._verdicts = database, trials, verdicts

    def named(self, study_ids: Sequence[str]) -> tuple[Earlier, ...]:
        """These studies.

        Raises:
            Invalid: one does not exist, or has not ended.
        """
        query = select(studies.c.id, studies.c.state, studies.c.resolved).where(studies.c.id.in_(study_ids))
        with self._database.read() as connection:
            rows = {row.id: row for row in connection.execute(query)}
        broken = [
            Violation(
                f"warm_start.{place}",
                "must be the id of a study that has ended",
                study_id,
                "wait for its end" if study_id in rows else "list what there is with GET /v1/studies, or write true",
            )
            for place, study_id in enumerate(study_ids)
            if study_id not in rows or StudyState(rows[study_id].state) not in ENDED
        ]
        if broken:
            raise Invalid(broken)
        return tuple(
            self._earlier((study_id, _study(rows[study_id].resolved)) for study_id in dict.fromkeys(study_ids))
        )

    def near(self, study: ResolvedStudy) -> tuple[Earlier, ...]:
        """Exact studies, then those on the data nearest to this study's, the last ended first among equals."""
        usable = or_(
            studies.c.state == StudyState.COMPLETED,
            and_(studies.c.state == StudyState.STOPPED, studies.c.reason == EndReason.STOP),
        )
        last = select(studies.c.id, studies.c.resolved).where(usable).order_by(studies.c.ended_at.desc(), studies.c.id)
        same = last.where(studies.c.comparison == study.comparison).limit(EXACT_STUDIES)
        kin = last.where(
            studies.c.metric == study.objective.metric,
            studies.c.model == study.model.kind,
        ).limit(LIKE_STUDIES)
        with self._database.read() as connection:
            found = {row.id: row for query in (same, kin) for row in connection.execute(query)}
        read = {study_id: _study(row.resolved) for study_id, row in found.items()}
        how = {study_id: likeness(study, other) for study_id, other in read.items()}
        exact = [study_id for study_id in read if how[study_id] is Likeness.EXACT]
        like = [study_id for study_id in read if how[study_id] is Likeness.LIKE]
        like.sort(key=lambda study_id: distance(study.dataset, read[study_id].dataset))
        chosen = [*exact[:EXACT_STUDIES], *like[:NEAREST_STUDIES]]
        return tuple(self._earlier((study_id, read[study_id]) for study_id in chosen))

    def _earlier(self, chosen: Iterable[tuple[str, ResolvedStudy]]) -> Iterator[Earlier]:
        for study_id, study in chosen:
            yield Earlier(study_id, study, tuple(self._found(study_id, study)))

    def _found(self, study_id: str, study: ResolvedStudy) -> Iterator[Found]:
        """What the verdict recommends, then the best of each kind, or the best mixes; none is nothing to start from."""
        sign = study.objective.direction.sign
        verdict = self._verdicts.outcome(study_id).verdict
        if verdict is not None and verdict.recommended.setting.kinds:
            yield Found(verdict.recommended.setting, sign * verdict.recommended.score, Evidence.VERDICT)
        if study.mode is Mode.COCKTAIL:
            best = self._trials.best_mixes(study_id, MIXES)
        else:
            best = tuple(self._trials.best_per_kind(study_id).values())
        for trial in best:
            if trial.score is not None and trial.setting.kinds:
                yield Found(trial.setting, sign * trial.score, Evidence.BEST_TRIAL)


def _study(resolved: str) -> ResolvedStudy:
    return ResolvedStudy.model_validate_json(resolved)
