"""Data sets that a study may ask for, by the names that they have."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, or_, select, update

from ridgeline.errors import Conflict, Invalid, NotFound, Violation
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles, Source
from ridgeline.spec.metrics import Task
from ridgeline.spec.views import DatasetSummary, Page
from ridgeline.store.cursors import Order, paged
from ridgeline.store.database import Database
from ridgeline.store.rows import moment
from ridgeline.store.tables import dataset_names, datasets, studies

NOUN = "data set"
IDENTITY = re.compile(r"[0-9a-f]{64}")
KEPT_BY_OPERATORS = frozenset({Source.BUILT_IN, Source.PLUGIN})
"""Sources whose names follow a newer content: a newer Ridgeline, or a newer plugin."""


class Datasets:
    """What is known of each data set, and its names.

    Bytes lie in files.  What places or removes them is called inside the transaction of the row, so that no other
    process can remove a file that this one has just found, or find one that this one is about to remove.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def add(
        self,
        dataset: Dataset,
        name: str,
        roles: Roles | None = None,
        task: Task | None = None,
        counts: Counts | None = None,
        *,
        place: Callable[[], object] | None = None,
    ) -> tuple[NamedDataset, bool]:
        """Give a data set a name, with the roles that its columns have by default; the flag tells whether it is new.

        The same name again for the same content is fine, with a first default too.

        Args:
            place: puts the table where it belongs; called before the row is written.

        Raises:
            Invalid: the name looks like an id.
            Conflict: the name stands for something else.
        """  # fmt: skip
        if IDENTITY.fullmatch(name):
            raise Invalid([Violation("name", "must not look like the id of a data set", name, "choose another name")])
        now = self._clock()
        named = NamedDataset(name=name, roles=roles, task=task, counts=counts, created_at=moment(now), dataset=dataset)
        with self._database.write() as connection:
            known = _named(connection, name)
            if known is not None:
                _refuse_another(known, named)
            if place is not None:
                place()
            _enter(connection, named, now, is_known=known is not None)
            found = _named(connection, name)
            if found is None:
                raise NotFound(NOUN, name)
            return found, known is None

    def refuse_taken(self, name: str, dataset_id: str) -> None:
        """Refuse a name that cannot be given to the data set of this id, before it costs any work.

        Raises:
            Conflict: it stands for something else.
        """
        with self._database.read() as connection:
            known = _named(connection, name)
        if known is not None and known.dataset.source is not Source.PLUGIN:
            _refuse_other_rows(known, dataset_id)

    def find(self, name_or_id: str) -> NamedDataset | None:
        """The data set of this name or id, if there is one; an id stands for its oldest name."""
        with self._database.read() as connection:
            return _found(connection, name_or_id)

    def get(self, name_or_id: str) -> NamedDataset:
        """The data set of this name or id; an id stands for its oldest name.

        Raises:
            NotFound: there is none.
        """
        found = self.find(name_or_id)
        if found is None:
            raise NotFound(NOUN, name_or_id)
        return found

    def names(self) -> tuple[str, ...]:
        """Every name, in alphabetical order."""
        with self._database.read() as connection:
            return tuple(connection.execute(select(dataset_names.c.name).order_by(dataset_names.c.name)).scalars())

    def page(self, cursor: str | None = None, limit: int = 50) -> Page[DatasetSummary]:
        """Data sets by name.

        Raises:
            Invalid: the cursor is from elsewhere.
        """
        order = Order("datasets", "name", (dataset_names.c.name,))
        query = select(
            dataset_names,
            datasets.c.id,
            datasets.c.source,
            datasets.c.rows.label("row_count"),
            datasets.c.columns.label("column_count"),
            datasets.c.bytes.label("byte_count"),
        ).join(datasets)
        with self._database.read() as connection:
            rows, following = paged(connection, query, order, cursor, limit)
        return Page[DatasetSummary](items=tuple(map(_summary, rows)), next_cursor=following)

    def remove(self, name_or_id: str, *, discard: Callable[[str], object] | None = None) -> None:
        """Remove a name, or by its id all names; with the last name goes the content.

        Args:
            discard: removes the table of an id; called once nothing refers to it any more.

        Raises:
            NotFound: there is none.
            Conflict: it comes with Ridgeline, or a study uses it.
        """  # fmt: skip
        with self._database.write() as connection:
            found = _found(connection, name_or_id)
            if found is None:
                raise NotFound(NOUN, name_or_id)
            dataset = found.dataset
            if dataset.source is Source.BUILT_IN:
                raise Conflict(f"data set {name_or_id!r} comes with Ridgeline and stays; leave it, it costs nothing")
            all_names = select(func.count()).where(dataset_names.c.dataset_id == dataset.id)
            is_last = name_or_id == dataset.id or connection.execute(all_names).scalar_one() == 1
            if is_last:
                _refuse_in_use(connection, name_or_id, dataset.id)
                connection.execute(delete(dataset_names).where(dataset_names.c.dataset_id == dataset.id))
                connection.execute(delete(datasets).where(datasets.c.id == dataset.id))
            else:
                connection.execute(delete(dataset_names).where(dataset_names.c.name == name_or_id))
        if is_last and discard is not None:
            with self._database.write() as connection:  # after the commit: a row never lacks its file
                if connection.execute(select(datasets.c.id).where(datasets.c.id == dataset.id)).first() is None:
                    discard(dataset.id)

    def sweep(self, discard: Callable[[frozenset[str]], int]) -> int:
        """Let `discard` remove every table but those of these ids, while no other process can add one."""
        with self._database.write() as connection:
            return discard(frozenset(connection.execute(select(datasets.c.id)).scalars()))


def enter_built_in(connection: Connection, sets: Iterable[NamedDataset], now: float) -> None:
    """Enter the built-in data sets, or what is newly known of them; a name that a user has taken stays theirs."""
    for named in sets:
        known = _named(connection, named.name)
        if known == named.model_copy(update={"created_at": known.created_at}) if known else False:
            continue
        if known is None or known.dataset.source is Source.BUILT_IN:
            _enter(connection, named, now, is_known=known is not None)


def dataset_id(name_or_id: str) -> ColumnElement[str]:
    """The id of a data set that is named by either."""
    by_name = select(dataset_names.c.dataset_id).where(dataset_names.c.name == name_or_id).scalar_subquery()
    return func.coalesce(by_name, name_or_id)


def _enter(connection: Connection, named: NamedDataset, now: float, *, is_known: bool) -> None:
    dataset = named.dataset
    values = {
        "source": dataset.source,
        "dataset": dataset.model_dump_json(exclude_defaults=True),
        "rows": dataset.rows,
        "columns": len(dataset.columns),
        "bytes": dataset.bytes,
    }
    told = connection.execute(select(datasets.c.source).where(datasets.c.id == dataset.id)).scalar()
    if told is None:
        connection.execute(insert(datasets).values(id=dataset.id, created_at=now, **values))
    elif told == Source.BUILT_IN:
        connection.execute(update(datasets).where(datasets.c.id == dataset.id).values(**values))
    default = {
        "dataset_id": dataset.id,
        "roles": None if named.roles is None else named.roles.model_dump_json(exclude_defaults=True),
        "task": named.task,
        "counts": None if named.counts is None else named.counts.model_dump_json(exclude_defaults=True),
    }
    if not is_known:
        connection.execute(insert(dataset_names).values(name=named.name, created_at=now, **default))
    elif named.roles is not None or named.dataset.source in KEPT_BY_OPERATORS:
        connection.execute(update(dataset_names).where(dataset_names.c.name == named.name).values(**default))


def _refuse_another(known: NamedDataset, wanted: NamedDataset) -> None:
    """A name goes on to mean what it means.

    Raises:
        Conflict: it would not.
    """
    same_source = known.dataset.source is wanted.dataset.source
    if same_source and known.dataset.source in KEPT_BY_OPERATORS:
        return
    _refuse_other_rows(known, wanted.dataset.id)
    if (
        wanted.roles is not None
        and known.roles is not None
        and (known.roles, known.task) != (wanted.roles, wanted.task)
    ):
        raise Conflict(
            f"name {known.name!r} must have one default target but has {', '.join(known.roles.target)} ({known.task}); "
            "choose another name, or name the target in each study"
        )


def _refuse_other_rows(known: NamedDataset, wanted_id: str) -> None:
    if known.dataset.id != wanted_id:
        raise Conflict(
            f"name {known.name!r} must stand for one data set but stands for other rows, {known.dataset.id[:12]}...; "
            "choose another name, or remove that data set first"
        )


def _refuse_in_use(connection: Connection, name: str, found: str) -> None:
    count = connection.execute(select(func.count()).where(studies.c.dataset_id == found)).scalar_one()
    if count:
        used = "1 study" if count == 1 else f"{count} studies"
        raise Conflict(
            f"data set {name!r} must be used by no study but is used by {used}; "
            f"delete {'that study' if count == 1 else 'those studies'} first (GET /v1/studies?dataset={name} lists)"
        )


def _select_named() -> Select[Any]:
    return select(datasets, dataset_names.c.name, *_DEFAULT, dataset_names.c.created_at.label("named_at"))


_DEFAULT = (dataset_names.c.roles, dataset_names.c.task, dataset_names.c.counts)


def _named(connection: Connection, name: str) -> NamedDataset | None:
    query = _select_named().join(dataset_names).where(dataset_names.c.name == name)
    row = connection.execute(query).first()
    return None if row is None else _view(row)


def _found(connection: Connection, name_or_id: str) -> NamedDataset | None:
    query = (
        _select_named()
        .outerjoin(dataset_names)
        .where(or_(datasets.c.id == name_or_id, dataset_names.c.name == name_or_id))
        .order_by(dataset_names.c.created_at, dataset_names.c.name)
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _view(row)


def _view(row: Row[Any]) -> NamedDataset:
    return NamedDataset(
        name=row.name or row.id,
        roles=None if row.roles is None else Roles.model_validate_json(row.roles),
        task=row.task,
        counts=None if row.counts is None else Counts.model_validate_json(row.counts),
        created_at=moment(row.created_at if row.named_at is None else row.named_at),
        dataset=Dataset.model_validate_json(row.dataset),
    )


def _summary(row: Row[Any]) -> DatasetSummary:
    return DatasetSummary(
        name=row.name,
        id=row.id,
        source=row.source,
        rows=row.row_count,
        columns=row.column_count,
        bytes=row.byte_count,
        target=() if row.roles is None else Roles.model_validate_json(row.roles).target,
        task=row.task,
        created_at=moment(row.created_at),
    )
