"""Which rows train, validate and test.

Rows with equal inputs stay together, except where rows are split by time; where they are split by group, groups that
share equal rows stay together, unless most groups do: then equal rows are in the nature of the columns.
"""

import hashlib
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    train_test_split,
)

from ridgeline.spec.resolved import ResolvedEvaluation
from ridgeline.spec.study import Split
from ridgeline_worker.data.table import Table
from ridgeline_worker.data.unusable import Unusable

Rows = Int[np.ndarray, "_"]

TRIED_TEST_PARTS = 32
"""Draws of whole groups, of which the one that keeps the shares of rows and classes best is the test part."""
MOST_STRATIFIED_GROUPS = 10_000
"""With more groups, dealing them at random keeps the class shares too, and in no time."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of a data set."""

    search: Int[np.ndarray, "search"]
    """Rows that trials train on and are validated with."""
    test: Int[np.ndarray, "test"]
    """Rows that no trial ever sees; empty where the fraction is 0."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows of a fold, as positions in the table."""

    train: Int[np.ndarray, "train"]
    validation: Int[np.ndarray, "validation"]


def parts(table: Table, evaluation: ResolvedEvaluation) -> Parts:
    """Set the test part aside: with the class shares of the whole, of whole groups, or the latest rows.

    A function of the data, their roles, the fraction and the split, never of a study's seed: no other study trains
    on it.
    """
    fraction = evaluation.test_fraction
    everything = np.arange(table.dataset.rows)
    if not fraction:
        return Parts(everything, everything[:0])
    if evaluation.split is Split.TIME:
        boundary = len(everything) - int(np.ceil(len(everything) * fraction))
        early, late = _cut_by_time(table.times, everything, [boundary])
        return Parts(early, late)
    told = json.dumps([table.dataset.id, ", ".join(table.roles.target), fraction]).encode()
    seed = int.from_bytes(hashlib.sha256(told).digest()[:4], "little")
    units = _Units(table, everything, evaluation.split)
    if evaluation.split is Split.GROUP:
        search, test = units.shares_kept_best(
            GroupShuffleSplit(TRIED_TEST_PARTS, test_size=fraction, random_state=seed).split(
                units.labels, groups=np.arange(len(units.labels))
            )
        )
    else:
        search, test = train_test_split(
            np.arange(len(units.labels)), test_size=fraction, random_state=seed, stratify=units.strata
        )
    return Parts(units.rows(search), units.rows(test))


def folds(table: Table, search: Rows, evaluation: ResolvedEvaluation, seed: int, repeat: int) -> Iterator[Fold]:
    """Deal the search rows to folds; each repeat deals anew, but for folds by time, which are always the same.

    Raises:
        Unusable: too few groups or different times are left to deal.
    """
    count = evaluation.folds
    if evaluation.split is Split.TIME:
        ends = [int(train[-1]) + 1 for train, _ in TimeSeriesSplit(count).split(search)]
        pieces = _cut_by_time(table.times, search, ends)
        for index in range(1, len(pieces)):
            yield Fold(np.sort(np.concatenate(pieces[:index])), pieces[index])
        return
    state = int(np.random.SeedSequence(seed, spawn_key=(repeat,)).generate_state(1)[0])
    units = _Units(table, search, evaluation.split)
    if len(units.labels) < count:
        raise Unusable(
            f"evaluation.folds must be at most {len(units.labels)}, the groups or different rows beside the test part, "
            f"but got {count}; use fewer folds"
        )
    for train, validation in units.deal(count, state):
        yield Fold(units.rows(train), units.rows(validation))


def unit_numbers(table: Table, rows: Rows, split: Split) -> Int[np.ndarray, "rows"]:
    """The number of each row's unit: rows that no split may part."""
    return _Units(table, rows, split).numbers


class _Units:
    """Rows that no split may part: with equal inputs, and where groups are asked for, of one group or joined by such.

    A unit's class is that of its first row.
    """

    def __init__(self, table: Table, rows: Rows, split: Split) -> None:
        self._split = split
        unit = _joined(table.units, table.groups) if split is Split.GROUP else table.units
        _, first, self.numbers = np.unique(unit[rows], return_index=True, return_inverse=True)
        self._rows = rows
        self.labels = table.targets[rows[first]]
        self._has_classes = table.task.has_classes
        of_rows = table.targets[rows] if self._has_classes else np.zeros(len(rows))
        self._classes = of_rows.astype(np.int64)
        self.strata = self.labels if split is Split.STRATIFIED else None

    def rows(self, units: Int[np.ndarray, "units"]) -> Rows:
        """The rows of these units, in the order of the table."""
        chosen = np.zeros(len(self.labels), dtype=bool)
        chosen[units] = True
        return self._rows[chosen[self.numbers]]

    def deal(self, count: int, state: int) -> Iterator[tuple[Any, Any]]:
        """Units that train and validate, fold by fold."""
        if self._split is Split.GROUP:
            return iter(self._deal_groups(count, state))
        kind: Any = KFold if self.strata is None else StratifiedKFold
        dealt: Iterator[tuple[Any, Any]] = kind(count, shuffle=True, random_state=state).split(self.labels, self.strata)
        return dealt

    def shares_kept_best(self, drawn: Iterator[tuple[Any, Any]]) -> tuple[Any, Any]:
        """The draw whose second part is closest to its share of the rows of each class."""
        sizes = self._class_sizes()
        whole = sizes.sum(axis=0)

        def missed(draw: tuple[Any, Any]) -> float:
            share = len(draw[1]) / len(sizes)
            return float(np.abs(sizes[draw[1]].sum(axis=0) - share * whole).sum())

        return min(drawn, key=missed)

    def _class_sizes(self) -> Float[np.ndarray, "units classes"]:
        """Rows of each class in each unit; of one class where there are none."""
        sizes = np.zeros((len(self.labels), self._classes.max() + 1))
        np.add.at(sizes, (self.numbers, self._classes), 1)
        return sizes

    def _deal_groups(self, count: int, state: int) -> list[tuple[Any, Any]]:
        """By StratifiedGroupKFold where there are classes, unless it leaves a fold empty; else at random."""
        at_random = GroupKFold(count, shuffle=True, random_state=state)
        everything = np.arange(len(self.labels))
        has_rows = np.bincount(self._classes).max() >= count
        if self._has_classes and has_rows and len(everything) <= MOST_STRATIFIED_GROUPS:
            kept = StratifiedGroupKFold(count, shuffle=True, random_state=state)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a class with fewer rows than folds
                dealt = [
                    np.unique(self.numbers[rows]) for _, rows in kept.split(self.numbers, self._classes, self.numbers)
                ]
            if all(map(len, dealt)):
                return [(np.setdiff1d(everything, units), units) for units in dealt]
        return list(at_random.split(everything, groups=everything))


def _joined(units: Rows, groups: Rows) -> Rows:
    """Numbers of groups, those that share equal rows as one, in the order of the first rows.

    Where that would leave less than half of the groups, they stay apart.
    """
    count, of_groups = int(units.max()) + 1, int(groups.max()) + 1
    links = coo_array((np.ones(len(units), dtype=np.int8), (units, groups + count)), shape=(count + of_groups,) * 2)
    left, joined = connected_components(links, directed=False)
    if 2 * left < of_groups:
        return groups
    _, first, number = np.unique(joined[units], return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[number]


def _cut_by_time(times: Float[np.ndarray, "table"], rows: Rows, ends: list[int]) -> list[Rows]:
    """Rows in pieces, each later than the one before, cut as near to these counts of rows as equal times allow.

    Each piece keeps a time of its own.

    Raises:
        Unusable: there are fewer different times than pieces.
    """
    order = rows[np.argsort(times[rows], kind="stable")]
    changes = np.flatnonzero(np.diff(times[order])) + 1
    if len(changes) < len(ends):
        raise Unusable(
            f"dataset.time must have at least {len(ends) + 1} different values among {len(rows)} rows for these folds "
            f"but got {len(changes) + 1}; use fewer folds, or name another column"
        )
    chosen: list[int] = []
    for index, end in enumerate(ends):
        first = chosen[-1] + 1 if chosen else 0
        last = len(changes) - len(ends) + index
        near = int(np.searchsorted(changes, end))
        if near == len(changes) or (near > 0 and end - changes[near - 1] <= changes[near] - end):
            near -= 1
        chosen.append(min(max(near, first), last))
    return [np.sort(piece) for piece in np.split(order, changes[chosen])]
