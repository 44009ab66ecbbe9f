"""The operator's data sets: rows that a callable gives, kept under the name of its entry point."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

import numpy as np
import pyarrow as pa
import structlog

from ridgeline.errors import RidgelineError
from ridgeline.files import Files
from ridgeline.spec.datasets import Dataset, NamedDataset, Roles, Source
from ridgeline.spec.facts import facts_of, task_of
from ridgeline.store import Store
from ridgeline.tables import Limits, Unreadable, count, keep
from ridgeline_worker.models.registered import EntryPoint, package_of

GROUP = "ridgeline.datasets"
TARGET = b"target"
"""Key of a table's metadata that names the default target."""

log = structlog.get_logger(__name__)


def add_datasets(store: Store, files: Files, limits: Limits | None = None) -> tuple[NamedDataset, ...]:
    """Keep the rows of every registered data set; the reason of each that cannot be kept is logged."""
    added = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            added.append(_add(point, store, files, limits or Limits()))
        except RidgelineError as refused:
            log.warning("dataset.refused", dataset=point.name, package=package_of(point), reason=str(refused))
        except Exception:  # it is the operator's code
            log.exception("dataset.failed", dataset=point.name, package=package_of(point))
    return tuple(added)


def _add(point: EntryPoint, store: Store, files: Files, limits: Limits) -> NamedDataset:
    """Call it and keep what it gives; the same rows again cost only the look."""
    data = point.load()()
    identity = identity_of(data)
    known = store.datasets.find(point.name)
    if known is not None and known.dataset.id == identity:
        return known
    parameters = {"package": package_of(point)}
    with files.incoming() as folder:
        table = folder / "table.parquet"
        dataset = keep(data, table, limits, dataset_id=identity, source=Source.PLUGIN, parameters=parameters)
        roles = _roles(data, dataset)
        task = counts = None
        if roles is not None:
            task = task_of(None, roles, dataset)
            counts = count(table, dataset, roles, task)
            facts_of(point.name, dataset, roles, task, counts)
        named, _ = store.datasets.add(
            dataset, point.name, roles, task, counts, place=lambda: files.adopt(table, identity)
        )
    log.info("dataset.added", dataset=point.name, rows=dataset.rows, package=package_of(point))
    return named


def _roles(data: Any, dataset: Dataset) -> Roles | None:
    """The default target: y of arrays, or what the metadata of a table names."""
    names = [column.name for column in dataset.columns]
    if not isinstance(data, pa.Table):
        return Roles(target=tuple(names[len(names) - _columns(data[1]) :]))
    told = (data.schema.metadata or {}).get(TARGET)
    if told is None:
        return None
    target = told.decode()
    if target not in names:
        raise Unreadable("must name a column in its metadata", target, f"use one of {', '.join(names[:20])}")
    return Roles(target=(target,))


def _columns(y: Any) -> int:
    return int(y.shape[1]) if y.ndim > 1 else 1


def identity_of(data: Any) -> str:
    """SHA-256 of the content, so that equal rows are one data set."""
    digest = hashlib.sha256()
    for part in _parts(data):
        digest.update(part)
    return digest.hexdigest()


def _parts(data: Any) -> Iterator[Any]:
    if isinstance(data, pa.Table):
        yield b"table"
        yield data.schema.serialize()
        for block in data.combine_chunks().to_batches(max_chunksize=2**16):
            yield block.serialize()
        return
    if not (isinstance(data, tuple) and len(data) == 2 and all(isinstance(each, np.ndarray) for each in data)):
        raise Unreadable("must be a pyarrow Table or NumPy arrays (x, y)", type(data).__name__, "return one of them")
    yield b"arrays"
    for array in data:
        if array.dtype.hasobject:
            raise Unreadable("must hold numbers, booleans or words", str(array.dtype), "turn it into one of them")
        yield f"{array.dtype.str} {array.shape}".encode()
        yield np.ascontiguousarray(array).tobytes()
