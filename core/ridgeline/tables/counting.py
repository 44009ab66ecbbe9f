"""What only counting the rows tells: classes, groups, and units of rows with equal inputs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ridgeline.spec.columns import Column
from ridgeline.spec.datasets import Counts, Dataset, Roles
from ridgeline.spec.metrics import Task
from ridgeline.tables.duplicates import share_of, shares_of
from ridgeline.tables.hashing import Hashes, hashes, term
from ridgeline.tables.profile import class_name
from ridgeline.tables.stored import ROW_HASH, blocks


def count(path: Path, dataset: Dataset, roles: Roles, task: Task) -> Counts:
    """Classes, units and groups for these roles; reads the columns that have a role, and the hash of each row."""
    taken = [column.name for column in dataset.columns if column.name in roles.taken]
    names = class_names(path, dataset, roles, task)
    labels: list[Any] = []
    left: list[Hashes] = []
    groups: list[Hashes] = []
    having = dict.fromkeys(roles.target, 0)
    for block in blocks(path, [*taken, ROW_HASH]):
        by_name = {name: hashes(block.column(name)) for name in taken}
        left.append(_less(block, by_name))
        if roles.group is not None:
            groups.append(np.unique(by_name[roles.group]))
        if task.has_classes:
            labels.append(codes(block.column(roles.target[0]), names[0]))
        elif task is Task.MULTILABEL:
            for target, two in zip(roles.target, names, strict=True):
                having[target] += int(np.sum(codes(block.column(target), two) == 1))
    first = _firsts(np.concatenate(left))
    class_counts, class_units = having if task is Task.MULTILABEL else None, None
    if task.has_classes:
        found = np.concatenate(labels)
        class_counts = _per_class(found, names[0])
        class_units = _per_class(found[first], names[0])
    return Counts(
        class_counts=class_counts,
        class_units=class_units,
        units=len(first),
        groups=None if roles.group is None else len(np.unique(np.concatenate(groups))),
    )


def units(path: Path, dataset: Dataset, roles: Roles) -> npt.NDArray[np.int64]:
    """For each row the number of its unit of rows with equal inputs, counted from 0 as they first appear."""
    taken = [column.name for column in dataset.columns if column.name in roles.taken]
    left = np.concatenate(
        [
            _less(block, {name: hashes(block.column(name)) for name in taken})
            for block in blocks(path, [*taken, ROW_HASH])
        ]
    )
    _, first, unit = np.unique(left, return_index=True, return_inverse=True)
    place = np.empty(len(first), dtype=np.int64)
    place[np.argsort(first)] = np.arange(len(first))
    return place[unit]


def class_names(path: Path, dataset: Dataset, roles: Roles, task: Task) -> tuple[tuple[str, ...], ...]:
    """By target: the names of its classes in the order of the model's outputs; empty for numbers.

    A label has two, and the second is to have it.
    """
    if not task.is_classification:
        return tuple(() for _ in roles.target)
    columns = [column for name in roles.target if (column := dataset.column(name)) is not None]
    return tuple(_names(path, column) for column in columns)


def codes(values: Any, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """The place of each value, a class, among these names."""
    coded = values if hasattr(values, "dictionary") else values.dictionary_encode()
    places = {name: place for place, name in enumerate(names)}
    known = np.array([places[class_name(value)] for value in coded.dictionary.to_pylist()], dtype=np.int64)
    found: npt.NDArray[np.int64] = known[coded.indices.to_numpy(zero_copy_only=False)]
    return found


def _names(path: Path, column: Column) -> tuple[str, ...]:
    if column.counts is not None:
        return tuple(column.counts)
    found: set[Any] = set()
    for block in blocks(path, [column.name]):
        found.update(block.column(0).unique().drop_null().to_pylist())
    return tuple(class_name(value) for value in sorted(found))


def _less(block: Any, taken: dict[str, Hashes]) -> Hashes:
    """Hash of the inputs of each row: that of the row less the terms of what is no input."""
    left: Hashes = block.column(ROW_HASH).to_numpy().copy()
    for name, hashed in taken.items():
        left -= term(name, hashed)
    return left


def _firsts(left: Hashes) -> npt.NDArray[np.int64]:
    """The first row of each unit; one share of all hashes after another, so that sorting needs little memory."""
    shares = shares_of(len(left))
    found: list[npt.NDArray[np.int64]] = []
    for share in range(shares):
        rows = np.flatnonzero(share_of(left, shares) == share)
        found.append(rows[np.unique(left[rows], return_index=True)[1]])
    return np.concatenate(found)


def _per_class(found: npt.NDArray[np.int64], names: Iterable[str]) -> dict[str, int]:
    names = tuple(names)
    return dict(zip(names, np.bincount(found, minlength=len(names)).tolist(), strict=True))
