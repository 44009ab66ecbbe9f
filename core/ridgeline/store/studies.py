"""Studies: submitted, listed, changed on request."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from ridgeline.errors import KeyReused, NotFound
from ridgeline.spec import ResolvedStudy, StudySpec
from ridgeline.spec.metrics import Metric
from ridgeline.spec.models import Custom
from ridgeline.spec.sorts import StudySort
from ridgeline.spec.states import Action, Phase, StudyState
from ridgeline.spec.views import Page, StudyBest, StudyView
from ridgeline.store import comparisons, transitions
from ridgeline.store.cursors import Order, paged
from ridgeline.store.database import Database
from ridgeline.store.datasets import dataset_id
from ridgeline.store.events import record
from ridgeline.store.summaries import summary, view, views
from ridgeline.store.tables import datasets, studies, study_tags

SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "created_at": (studies.c.created_at, studies.c.id),
    "name": (studies.c.name, studies.c.id),
}
"""The key of each order; each is an index."""

ID_BYTES = 8


class Studies:
    """Every study, as its users see it."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def submit(
        self, spec: StudySpec, resolved: ResolvedStudy, *, idempotency_key: str | None = None
    ) -> tuple[StudyView, bool]:
        """Queue a study; the second value tells whether it is new.  The same key and request give the first study.

        Raises:
            KeyReused: the key came with another request.
            NotFound: the data set is not in the store.
        """
        with self._database.write() as connection:
            known = connection.execute(
                select(studies.c.id, studies.c.spec).where(
                    studies.c.idempotency_key == idempotency_key, studies.c.idempotency_key.is_not(None)
                )
            ).first()
            if known is None:
                study_id = self._insert(connection, spec, resolved, idempotency_key)
            elif StudySpec.model_validate_json(known.spec) == spec:
                study_id = known.id
            else:
                raise KeyReused(idempotency_key or "")
            return view(connection, study_id), known is None

    def get(self, study_id: str) -> StudyView:
        """One study.

        Raises:
            NotFound: there is no such study.
        """
        with self._database.read() as connection:
            return view(connection, study_id)

    def asked(self, study_id: str) -> StudySpec:
        """A study as it was asked for.

        Raises:
            NotFound: there is no such study.
        """
        with self._database.read() as connection:
            spec = connection.execute(select(studies.c.spec).where(studies.c.id == study_id)).scalar()
        if spec is None:
            raise NotFound("study", study_id)
        return StudySpec.model_validate_json(spec)

    def plan_of(self, study_id: str) -> tuple[StudyState, ResolvedStudy]:
        """The state of a study and what it runs, without counting its trials: one row.

        Raises:
            NotFound: there is no such study.
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(studies.c.state, studies.c.resolved).where(studies.c.id == study_id)
            ).first()
        if row is None:
            raise NotFound("study", study_id)
        return StudyState(row.state), ResolvedStudy.model_validate_json(row.resolved)

    def page(
        self,
        *,
        state: StudyState | None = None,
        dataset: str | None = None,
        tag: tuple[str, str | None] | None = None,
        sort: StudySort = "-created_at",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[StudyView]:
        """Studies in a state, on a data set (name or id), with a tag (of this value, if it is given).

        Raises:
            Invalid: the cursor is from elsewhere.
        """
        query = summary()
        if state is not None:
            query = query.where(studies.c.state == state)
        if dataset is not None:
            query = query.where(studies.c.dataset_id == dataset_id(dataset))
        key, value = tag or (None, None)
        if key is not None:
            tagged = select(study_tags.c.study_id).where(study_tags.c.key == key)
            query = query.where(
                studies.c.id.in_(tagged if value is None else tagged.where(study_tags.c.value == value))
            )
        order = Order(
            "studies",
            sort,
            SORTS[sort.removeprefix("-")],
            descending=sort.startswith("-"),
            filters=(state, dataset, key, value),
        )
        with self._database.read() as connection:
            rows, following = paged(connection, query, order, cursor, limit)
            return Page[StudyView](items=views(connection, rows), next_cursor=following)

    def edit(self, study_id: str, *, name: str | None = None, tags: Mapping[str, str] | None = None) -> StudyView:
        """Give a study another name or other tags; None leaves them.

        Raises:
            NotFound: there is no such study.
        """
        with self._database.write() as connection:
            study = view(connection, study_id).study
            edited = study.model_copy(
                update={
                    "name": study.name if name is None else name,
                    "tags": study.tags if tags is None else dict(tags),
                }
            )
            values = {"name": edited.name, "resolved": edited.model_dump_json()}
            connection.execute(update(studies).where(studies.c.id == study_id).values(**values))
            _tag(connection, study_id, edited.tags)
            return view(connection, study_id)

    def delete(self, study_id: str) -> None:
        """Delete an ended study with its trials and events.

        Raises:
            NotFound: there is no such study.
            ImpossibleAction: it has not ended.
        """
        with self._database.write() as connection:
            transitions.remove(connection, study_id)

    def act(self, study_id: str, action: Action) -> StudyView:
        """Pause, resume, stop or cancel; where it already holds, nothing changes.

        Raises:
            NotFound: there is no such study.
            ImpossibleAction: its state forbids it.
        """
        with self._database.write() as connection:
            transitions.act(connection, study_id, action, self._clock())
            return view(connection, study_id)

    def extend(self, study_id: str, max_trials: int) -> StudyView:
        """Raise the budget to a new total; a study that spent it, or was stopped, goes back to the queue.

        Where the total already holds, nothing changes.

        Raises:
            NotFound: there is no such study.
            Invalid: the new total is below the old one.
            ImpossibleAction: it is stopping, was cancelled or has failed.
        """
        with self._database.write() as connection:
            transitions.extend(connection, study_id, max_trials, self._clock())
            return view(connection, study_id)

    def best_over(
        self,
        *,
        dataset: str | None = None,
        metric: Metric | None = None,
        model: str | None = None,
        regularizer: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[StudyBest]:
        """What is best in each group of studies whose scores may be compared, and how that was obtained.

        Raises:
            Invalid: the cursor is from elsewhere.
        """
        order = Order("best", "comparison", (comparisons.COMPARISON,), filters=(dataset, metric, model, regularizer))
        wanted = []
        if dataset is not None:
            wanted.append(studies.c.dataset_id == dataset_id(dataset))
        if metric is not None:
            wanted.append(studies.c.metric == metric)
        if model is not None:
            wanted.append(studies.c.model == model)
        with self._database.read() as connection:
            rows, following = paged(connection, comparisons.winners(wanted, regularizer), order, cursor, limit)
            shown = [row.comparison for row in rows]
            recommended = comparisons.recommendations(connection, shown, wanted, regularizer)
        items = tuple(comparisons.study_best(row, recommended.get(row.comparison)) for row in rows)
        return Page[StudyBest](items=items, next_cursor=following)

    def count_by_state(self) -> dict[StudyState, int]:
        """How many studies are in each state that has any."""
        query = select(studies.c.state, func.count()).group_by(studies.c.state)
        with self._database.read() as connection:
            return {StudyState(state): count for state, count in connection.execute(query)}

    def rate(self) -> float | None:
        """Multiply-adds per running second over the last ended studies; None before there is one."""
        with self._database.read() as connection:
            return comparisons.rate(connection)

    def _insert(self, connection: Connection, spec: StudySpec, resolved: ResolvedStudy, key: str | None) -> str:
        if connection.execute(select(datasets.c.id).where(datasets.c.id == resolved.dataset.id)).first() is None:
            raise NotFound("data set", resolved.dataset.name)
        study_id = secrets.token_hex(ID_BYTES)
        now = self._clock()
        connection.execute(
            insert(studies).values(
                id=study_id,
                name=resolved.name,
                dataset_id=resolved.dataset.id,
                model=resolved.model.kind,
                metric=resolved.objective.metric,
                comparison=resolved.comparison,
                spec=spec.model_dump_json(),
                resolved=resolved.model_dump_json(),
                max_trials=resolved.budget.max_trials,
                idempotency_key=key,
                needs=resolved.model.name if isinstance(resolved.model, Custom) else None,
                state=StudyState.QUEUED,
                phase=Phase.SEARCH,
                claim=0,
                running_seconds=0.0,
                work_done=0,
                epochs_done=0,
                created_at=now,
            )
        )
        _tag(connection, study_id, resolved.tags)
        record(connection, study_id, now, "study.queued", {})
        return study_id


def _tag(connection: Connection, study_id: str, tags: Mapping[str, str]) -> None:
    connection.execute(study_tags.delete().where(study_tags.c.study_id == study_id))
    if tags:
        connection.execute(
            insert(study_tags), [{"study_id": study_id, "key": key, "value": value} for key, value in tags.items()]
        )
