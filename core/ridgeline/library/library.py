"""Add, find, ask and remove data sets."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import BoundedSemaphore, Lock
from weakref import WeakValueDictionary

from ridgeline.errors import Conflict, Invalid
from ridgeline.files import Files
from ridgeline.library.received import Received
from ridgeline.spec import DatasetFacts, ResolvedStudy, StudySpec, resolve
from ridgeline.spec.additions import AddedRows, Default
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles
from ridgeline.spec.default_target import Known, known_of, outside_of_a_study
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.resolve import DEFAULT_CACHE_BYTES, unknown_dataset
from ridgeline.spec.sources import AskedData, GeneratedData
from ridgeline.spec.warming import warm_start
from ridgeline.store import Store
from ridgeline.tables import Limits, outside
from ridgeline.tables.children import Children
from ridgeline.tables.identities import generated_identity, identity

AT_ONCE = 2
"""Processes that read tables at a time."""
COUNTED = 256
"""Counts that are remembered."""
LEFT_OVER_SECONDS = 3600.0
"""Age at which a file that belongs to nothing is what a killed process left."""


class Library:
    """The data sets of a data folder; threads may share one.

    Tables are read in processes of their own, which a bad file may crash.  A table is in its place before there is a
    row of it, and goes after its row.
    """

    def __init__(self, store: Store, files: Files, limits: Limits | None = None) -> None:
        self._store, self._files = store, files
        self._limits = limits or Limits()
        self._children = Children()
        self._turns = BoundedSemaphore(AT_ONCE)
        self._busy: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._counted: OrderedDict[tuple[str, Roles, Task], Counts] = OrderedDict()
        self._lock = Lock()

    def close(self) -> None:
        """End every process that reads a table; whoever waits for one is told to ask again."""
        self._children.end()

    def resolve(self, spec: StudySpec, *, cache_bytes: int = DEFAULT_CACHE_BYTES) -> ResolvedStudy:
        """Fill in every default of a study on the data sets and custom models that there are, or refuse it.

        Raises:
            Invalid: with every rule that the request breaks.
        """
        published = self._store.models.all()
        study = resolve(spec, self.facts(spec.dataset), published=published, cache_bytes=cache_bytes)
        asked, earlier = spec.warm_start, self._store.earlier
        if not asked:
            return study
        found = earlier.named(asked) if isinstance(asked, tuple) else earlier.near(study)
        return study.model_copy(update={"warm_start": warm_start(study, found)})

    def facts(self, asked: AskedData) -> DatasetFacts:
        """What is known of the data that a study asks for, in the roles that it asks for.

        Rows of a generator are made when they are first asked for.

        Raises:
            Invalid: there is no such data set, or no study can use it so.
        """
        if isinstance(asked, GeneratedData):
            named = self._generated(asked)
            roles, task = named.roles, named.task
        else:
            found = self._store.datasets.find(asked.id)
            if found is None:
                raise unknown_dataset(asked.id, self._store.datasets.names())
            named = found
            roles = roles_of(asked, named)
            is_default = roles == named.roles and asked.task in {None, named.task}
            task = named.task if is_default else task_of(asked.task, roles, named.dataset)
        if roles is None or task is None:
            raise ValueError(f"data set {named.name!r} has no roles")
        is_counted = (roles, task) == (named.roles, named.task) and named.counts is not None
        counts = named.counts if is_counted else None
        return facts_of(named.name, named.dataset, roles, task, counts or self._count(named.dataset, roles, task))

    def add_file(self, received: Received) -> tuple[NamedDataset, bool]:
        """Keep a file that has arrived as a data set; the flag tells whether the name is new.

        The same bytes and options are one data set, however often they come.

        Raises:
            Invalid: it is no table, or no study could use its default target; nothing is kept.
            Conflict: the name stands for something else.
        """
        name = received.name
        found = identity(received.sha256, received.told.options)
        with self._alone(found):
            kept = self._store.datasets.find(found)
            if kept is not None:
                return self._name(kept.dataset, name, received.told.default)
            self._store.datasets.refuse_taken(name, found)
            table = received.path.with_name("table.parquet")
            with self._turns:
                dataset, known = outside.ingest(
                    received.path,
                    table,
                    received.told.options,
                    received.filename,
                    self._limits,
                    dataset_id=found,
                    name=name,
                    default=received.told.default,
                    children=self._children,
                )
            return self._add(dataset, name, known, table)

    def add_rows(self, asked: AddedRows) -> tuple[NamedDataset, bool]:
        """Keep the rows of a generator as a data set; the flag tells whether the name is new.

        Raises:
            Invalid: the generator refuses its parameters.
            Conflict: the name stands for something else.
        """
        try:
            return self._generate(asked.asked, asked.name)
        except Invalid as refused:
            raise outside_of_a_study(refused) from refused

    def remove(self, name_or_id: str) -> None:
        """Remove a name, or by its id all names; with the last name goes the table.

        Raises:
            NotFound: there is none.
            Conflict: it comes with Ridgeline, or a study uses it.
        """
        self._store.datasets.remove(name_or_id, discard=self._files.remove)

    def sweep(self, older_than_seconds: float = LEFT_OVER_SECONDS) -> int:
        """Delete what killed processes left behind; returns how much."""
        files = self._files
        tables = self._store.datasets.sweep(lambda ids: files.sweep(ids, older_than_seconds=older_than_seconds))
        return tables + self._store.artifacts.sweep(
            lambda known: files.sweep_artifacts(known, older_than_seconds=older_than_seconds)
        )

    def _name(self, dataset: Dataset, name: str, default: Default) -> tuple[NamedDataset, bool]:
        """Give a data set that is there another name, after every check of its default target."""
        return self._add(dataset, name, known_of(default, name, dataset, partial(self._count, dataset)))

    def _generated(self, asked: GeneratedData) -> NamedDataset:
        found = self._store.datasets.find(_default_name(asked))
        if found is not None and found.dataset.id == generated_identity(asked):
            return found
        return self._generate(asked, None)[0]

    def _generate(self, asked: GeneratedData, name: str | None) -> tuple[NamedDataset, bool]:
        found, name = generated_identity(asked), name or _default_name(asked)
        with self._alone(found), self._files.incoming() as folder:
            self._store.datasets.refuse_taken(name, found)
            kept = self._store.datasets.find(found)
            if kept is not None:
                return self._add(kept.dataset, name, Known(kept.roles, kept.task, kept.counts))
            table = folder / "table.parquet"
            with self._turns:
                dataset, known = outside.generate(asked, table, self._limits, children=self._children)
            return self._add(dataset, name, known, table)

    def _add(self, dataset: Dataset, name: str, known: Known, table: Path | None = None) -> tuple[NamedDataset, bool]:
        """Give a data set a name; a new table goes to its place."""
        if table is not None:
            _sync(table)  # takes a while; the rename that follows holds up every writer

        def place() -> None:
            if table is not None:
                self._files.adopt(table, dataset.id)
            elif not self._files.path(dataset).exists():
                raise Conflict(f"data set {dataset.id[:12]}... was removed at this moment; send the file again")

        return self._store.datasets.add(dataset, name, known.roles, known.task, known.counts, place=place)

    def _count(self, dataset: Dataset, roles: Roles, task: Task) -> Counts:
        key = (dataset.id, roles, task)
        with self._lock:
            counts = self._counted.get(key)
        if counts is None:
            with self._turns:
                path = self._files.path(dataset)
                counts = outside.count(path, dataset, roles, task, self._limits, children=self._children)
            with self._lock:
                self._counted[key] = counts
                while len(self._counted) > COUNTED:
                    self._counted.popitem(last=False)
        return counts

    @contextmanager
    def _alone(self, dataset_id: str) -> Iterator[None]:
        """One thread at a time adds a data set; the next finds it there."""
        with self._lock:
            lock = self._busy.setdefault(dataset_id, _Lock())
        with lock.lock:
            yield


class _Lock:
    """A lock that can be held weakly."""

    def __init__(self) -> None:
        self.lock = Lock()


def _default_name(asked: GeneratedData) -> str:
    return f"{asked.generator}-{generated_identity(asked)[:12]}"


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
