"""One fit: a study in a folder of its own, carried to its end as a worker does it, then the refit on all rows."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event

import pyarrow as pa
import structlog

from ridgeline import tables
from ridgeline.errors import Invalid
from ridgeline.files import Files
from ridgeline.spec import DatasetFacts, ResolvedStudy, StudySpec, resolve
from ridgeline.spec.datasets import Roles, Source
from ridgeline.spec.facts import facts_of, task_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.states import StudyState
from ridgeline.spec.views import StudyView, Verdict
from ridgeline.store import Store, database_path, upgrade
from ridgeline_worker.data import Unusable
from ridgeline_worker.engine import Engine, InlineEngine, Turns, task
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.estimator.asked import DATASET, in_our_words
from ridgeline_worker.estimator.network import Network, trained
from ridgeline_worker.estimator.progress import told
from ridgeline_worker.estimator.results import Found, found
from ridgeline_worker.plugins import published
from ridgeline_worker.plugins.datasets import identity_of
from ridgeline_worker.study_run import StudyRun

LEASE_SECONDS = 1e9
"""Nobody else knows of the study."""
SEGMENTS_PER_PROCESS = 2


@dataclass(frozen=True)
class Fitted:
    """What a fit has come to."""

    study: StudyView
    found: Found
    verdict: Verdict | None
    """None: without a final."""
    network: Network | None
    """Trained on all rows with the chosen setting; None: not asked for."""


def fit(
    rows: pa.Table, roles: Roles, asked: StudySpec, of: Task, *, processes: int, verbose: int, refit: bool
) -> Fitted:
    """Search, judge and train.

    Args:
        rows: inputs and what `roles` names.
        of: the task of the target.
        processes: 1: in this process.

    Raises:
        ValueError: no such study can run on these rows, or none of its settings gave a finite score.
        RuntimeError: it failed for another reason.
    """  # fmt: skip
    with _folder() as folder, Store.open(folder) as store, closing(_engine(processes)) as engine, _quiet():
        files = Files(folder)
        try:
            resolved, offers = _resolved(asked, _added(store, files, rows, roles, of))
        except Invalid as refused:
            raise in_our_words(refused) from None
        submitted, _ = store.studies.submit(asked, resolved)
        claim = store.claims.next("estimator", lease_seconds=LEASE_SECONDS, offers=offers, study_id=submitted.id)
        if claim is None:
            raise RuntimeError(f"study {submitted.id!r} must be there to be carried but is not")
        turns = Turns(engine.processes * SEGMENTS_PER_PROCESS)
        try:
            with told(store, submitted.id, verbose=verbose):
                StudyRun(store, claim, engine, turns, Event(), locate=files.path, leaves_files=False).run()
            study = store.studies.get(submitted.id)
            table = files.path(resolved.dataset)
            _refuse_failed(study, table)
            verdict = store.verdicts.outcome(submitted.id).verdict
            answer = found(resolved, store.trials.of(submitted.id), verdict)
            network = trained(resolved, submitted.id, answer.setting, table) if refit else None
        finally:
            task.forget()
    return Fitted(study, answer, verdict, network)


def _added(store: Store, files: Files, rows: pa.Table, roles: Roles, of: Task) -> DatasetFacts:
    """Keep the rows as a data set of the folder."""
    identity = identity_of(rows)
    with files.incoming() as incoming:
        table = incoming / "table.parquet"
        dataset = tables.keep(rows, table, tables.Limits(), dataset_id=identity, source=Source.UPLOAD)
        task_of(of, roles, dataset)
        counts = tables.count(table, dataset, roles, of)
        facts = facts_of(DATASET, dataset, roles, of, counts)
        store.datasets.add(dataset, DATASET, roles, of, counts, place=lambda: files.adopt(table, identity))
    return facts


def _resolved(asked: StudySpec, facts: DatasetFacts) -> tuple[ResolvedStudy, frozenset[str]]:
    """The study with every default, and the operator's models that are installed here where it asks for one."""
    models = published() if asked.model.kind == "custom" else ()
    return resolve(asked, facts, published=models), frozenset(model.name for model in models)


def _refuse_failed(study: StudyView, table: Path) -> None:
    if study.state is StudyState.FAILED:
        try:
            task.check(study.study.model_dump_json(), str(table))
        except Unusable as unusable:
            raise in_our_words(unusable) from None
    if study.state not in {StudyState.COMPLETED, StudyState.STOPPED}:
        raise RuntimeError(f"the search did not come to its end: {study.detail or study.state}")
    if study.best is None:
        raise ValueError(
            f"no setting gave finite scores after {study.study.training.epochs} epochs; lower learning_rate, or raise "
            "max_seconds where it ended the search"
        )


def _engine(processes: int) -> Engine:
    return InlineEngine() if processes == 1 else ClusterEngine(processes, niceness=0)


@contextmanager
def _folder() -> Iterator[Path]:
    """A data folder of today's schema, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ridgeline-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        database_path(path).write_bytes(_empty_database())
        yield path


@lru_cache(maxsize=1)
def _empty_database() -> bytes:
    """A database without studies; making one takes much longer than copying it."""
    with tempfile.TemporaryDirectory(prefix="ridgeline-") as folder:
        upgrade(Path(folder))
        return database_path(Path(folder)).read_bytes()


@contextmanager
def _quiet() -> Iterator[None]:
    """No log records on stdout where nobody has said where they go: the exceptions of a fit say enough."""
    if structlog.is_configured():
        yield
        return
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.reset_defaults()
