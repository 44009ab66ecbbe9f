"""The rows of a data set in the roles of a study, read from its stored table column by column."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from jaxtyping import Float, Int

from ridgeline import tables
from ridgeline.spec import DatasetFacts
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Dataset, Roles
from ridgeline.spec.facts import features_of
from ridgeline.spec.metrics import Task
from ridgeline.tables.counting import class_names, codes
from ridgeline_worker.data.unusable import Unusable

MICROSECONDS_A_DAY = 86_400_000_000
VALUES_AT_ONCE = 2**20
"""Values of neighbouring columns that are read together: opening the file costs more than a short column."""


@dataclass(frozen=True)
class Table:
    """A stored table in the roles of a study; nothing is read before it is asked for."""

    path: Path
    dataset: Dataset
    """What is known of its columns."""
    roles: Roles
    task: Task

    @classmethod
    def open(cls, path: Path, facts: DatasetFacts) -> "Table":
        """The table of a data set.

        Raises:
            Unusable: it is not there.
        """
        if not path.is_file():
            raise Unusable(f"the rows of data set {facts.name!r} must lie in {path}, where nothing is; add it again")
        known = Dataset(
            id=facts.id, source=facts.source, rows=facts.rows, bytes=path.stat().st_size, columns=tables.columns(path)
        )
        return cls(path, known, facts.roles, facts.task)

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns that are inputs, in the order of the table."""
        return features_of(self.dataset, self.roles)

    @cached_property
    def targets(self) -> Float[np.ndarray, "rows"] | Float[np.ndarray, "rows targets"]:
        """Numbers in their units, or the place of the class among the model's outputs; 1 for having a label."""
        names = class_names(self.path, self.dataset, self.roles, self.task)
        read = tables.read(self.path, self.roles.target)
        columns = [
            codes(values.combine_chunks(), classes).astype(np.float64) if classes else numbers(values)
            for values, classes in zip(read.columns, names, strict=True)
        ]
        return np.stack(columns, axis=1) if self.task.has_several_targets else columns[0]

    @cached_property
    def weights(self) -> Float[np.ndarray, "rows"] | None:
        """How much each row counts; None: all alike."""
        return None if self.roles.weight is None else numbers(self._column(self.roles.weight))

    @cached_property
    def times(self) -> Float[np.ndarray, "rows"]:
        """What rows are ordered by; of a study that has such a column."""
        return numbers(self._column(self.roles.time or ""))

    @cached_property
    def groups(self) -> Int[np.ndarray, "rows"]:
        """The number of each row's group, in the order of their first rows; of a study that has such a column."""
        coded = self._column(self.roles.group or "").combine_chunks()
        coded = coded if isinstance(coded, pa.DictionaryArray) else coded.dictionary_encode()
        number: Int[np.ndarray, rows] = coded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        return number

    @cached_property
    def units(self) -> Int[np.ndarray, "rows"]:
        """The number of each row's unit of rows with equal inputs, in the order of the inputs.

        Inputs are compared column by column, as far as that takes to tell the units apart; missing ones come last.
        """
        unit = tables.units(self.path, self.dataset, self.roles)
        _, first = np.unique(unit, return_index=True)
        place = np.zeros(len(first), dtype=np.int64)
        together = np.arange(len(first))
        for values in self._comparable():
            place[together] = _ranked(place[together], values[first[together]])
            shared = np.bincount(place, minlength=len(place)) > 1
            together = together[shared[place[together]]]
            if not len(together):
                break
        number = np.empty(len(first), dtype=np.int64)
        number[np.argsort(place, kind="stable")] = np.arange(len(first))
        return number[unit]

    def numbers(self, name: str) -> Float[np.ndarray, "rows"]:
        """A column as numbers: dates as microseconds since 1970, false as 0, missing as NaN."""
        return numbers(self._column(name))

    def places(self, column: Column) -> Int[np.ndarray, "rows"]:
        """The place of each row's category: that of the words, in their order, and one more where it is missing."""
        words = list(column.counts or ())
        coded = self._column(column.name).combine_chunks()
        place = {word: index for index, word in enumerate(words)}
        known = np.array([*(place[word] for word in coded.dictionary.to_pylist()), len(words)], dtype=np.int64)
        found: Int[np.ndarray, rows] = known[pc.fill_null(coded.indices, len(words)).to_numpy(zero_copy_only=False)]
        return found

    def arrays(self, column: Column, numbers_at_once: int) -> Iterator[Float[np.ndarray, "block numbers"]]:
        """An array a row, block by block; what is missing or infinite is NaN."""
        size = int(np.prod(column.shape or ()))
        for block in tables.blocks(self.path, [column.name], max(1, numbers_at_once // size)):
            values = block.column(0)
            flat = values.values.slice(values.offset * size, len(values) * size).cast(pa.float64())
            held = np.array(flat.to_numpy(zero_copy_only=False)).reshape(len(values), size)
            held[~np.isfinite(held)] = np.nan
            held[values.is_null().to_numpy(zero_copy_only=False)] = np.nan
            yield held

    def _column(self, name: str) -> pa.ChunkedArray:
        """A column; of inputs, those after it are read with it and held until others are."""
        held = self._held
        if name not in held:
            inputs = [column.name for column in self.features if column.type is not ColumnType.ARRAY]
            start = inputs.index(name) if name in inputs else None
            count = max(1, VALUES_AT_ONCE // max(1, self.dataset.rows))
            read = tables.read(self.path, [name] if start is None else inputs[start : start + count])
            held.clear()
            held.update(zip(read.column_names, read.columns, strict=True))
        return held[name]

    @cached_property
    def _held(self) -> dict[str, pa.ChunkedArray]:
        """The columns that were read last."""
        return {}

    def _comparable(self) -> Iterator[Float[np.ndarray, "rows"]]:
        """Each input as numbers that are ordered as it is."""
        for column in self.features:
            match column.type:
                case ColumnType.CATEGORICAL:
                    yield self.places(column).astype(np.float64)
                case ColumnType.ARRAY:
                    whole = np.concatenate([block.astype(np.float32) for block in self.arrays(column, 2**20)])
                    yield from whole.T
                case _:
                    yield self.numbers(column.name)


def numbers(values: pa.ChunkedArray) -> Float[np.ndarray, "rows"]:
    """Arrow values as numbers, NaN where they are missing or infinite."""
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    elif pa.types.is_boolean(values.type):
        values = values.cast(pa.uint8())
    held = np.array(values.cast(pa.float64(), safe=False).to_numpy())
    held[np.isinf(held)] = np.nan
    return held


def _ranked(places: Int[np.ndarray, "units"], values: Float[np.ndarray, "units"]) -> Int[np.ndarray, "units"]:
    """Places in the order of places, then values; units that share a place and a value share the first one's."""
    order = np.lexsort((values, places))
    places, values = places[order], values[order]
    same_place = places[1:] == places[:-1]
    same_value = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    starts = np.arange(len(order))

    def first(same: np.ndarray) -> Int[np.ndarray, "units"]:
        return np.maximum.accumulate(np.where(np.concatenate([[False], same]), 0, starts))

    ranked = np.empty_like(places)
    ranked[order] = places + first(same_place & same_value) - first(same_place)
    return ranked
