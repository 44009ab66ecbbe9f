"""What only counting the rows tells: classes, groups, and units of rows with equal inputs."""

from collections.abc import Iterable, Iterator, Sequence
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

BLOCK_ROWS = 2**20
"""Hashes that are dealt to shares at a time."""


def count(path: Path, dataset: Dataset, roles: Roles, task: Task) -> Counts:
    """Classes, units and groups for these roles; reads the columns that have a role, and the hash of each row."""
    taken = [column.name for column in dataset.columns if column.name in roles.taken]
    names = class_names(path, dataset, roles, task)
    left = np.empty(dataset.rows, dtype=np.uint64)
    labels = np.empty(dataset.rows if task.has_classes else 0, dtype=np.int32)
    at = 0
    groups: list[Hashes] = []
    having = dict.fromkeys(roles.target, 0)
    for block in blocks(path, [*taken, ROW_HASH]):
        by_name = {name: hashes(block.column(name)) for name in taken}
        here = slice(at, at + len(block))
        left[here] = _less(block, by_name)
        at += len(block)
        if roles.group is not None:
            groups.append(np.unique(by_name[roles.group]))
        if task.has_classes:
            labels[here] = codes(block.column(roles.target[0]), names[0])
        elif task is Task.MULTILABEL:
            for target, two in zip(roles.target, names, strict=True):
                having[target] += int(np.sum(codes(block.column(target), two) == 1))
    units_in_all = 0
    per_class = np.zeros(len(names[0]), dtype=np.int64)
    for first in _firsts(left):
        units_in_all += len(first)
        if task.has_classes:
            per_class += np.bincount(labels[first], minlength=len(per_class))
    class_counts, class_units = having if task is Task.MULTILABEL else None, None
    if task.has_classes:
        class_counts = _by_name(np.bincount(labels, minlength=len(per_class)), names[0])
        class_units = _by_name(per_class, names[0])
    return Counts(
        class_counts=class_counts,
        class_units=class_units,
        units=units_in_all,
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


def _firsts(left: Hashes) -> Iterator[npt.NDArray[np.int64]]:
    """The first row of each unit; one share of all hashes after another, so that sorting needs little memory."""
    shares = shares_of(len(left))
    for share in range(shares):
        rows = np.concatenate([np.empty(0, np.int64), *_in_share(left, share, shares)])
        yield rows[np.unique(left[rows], return_index=True)[1]]


def _in_share(left: Hashes, share: int, shares: int) -> Iterator[npt.NDArray[np.int64]]:
    for start in range(0, len(left), BLOCK_ROWS):
        yield start + np.flatnonzero(share_of(left[start : start + BLOCK_ROWS], shares) == share)


def _by_name(found: npt.NDArray[np.int64], names: Iterable[str]) -> dict[str, int]:
    return dict(zip(names, found.tolist(), strict=True))
