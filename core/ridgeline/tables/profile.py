"""What is known of a column, from its values block by block in bounded memory."""

import math
from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ridgeline.spec.columns import MAX_CATEGORIES, MAX_CLASSES_OF_NUMBERS, Column, ColumnType
from ridgeline.tables.hashing import Hashes, mix

_WORDS = 200  # words may be so long on average before their categories are no longer counted


class ColumnProfile:
    """Takes the blocks of a column one after another, then tells what it holds."""

    def __init__(self, name: str, kind: Any, shape: tuple[int, ...] | None, order: tuple[str, ...] = ()) -> None:
        """`order`: its categories in their order, where this is not the order of the words."""
        self.name = name
        self._kind, self._shape, self._order = kind, shape, order
        self._missing = self._infinite = self._rows = 0
        self._values: Counter[Any] | None = None if shape is not None else Counter()
        self._whole = True
        self._moments = _Moments()
        self._content = np.uint64(0)
        self.distinct_at_first = False  #: whether all values of the first block differ

    def take(self, values: Any, hashes: Hashes, first_row: int) -> None:
        """Count a block of values, whose hashes are known already."""
        self._missing += values.null_count
        if self._shape is not None:
            self._take_arrays(values)
        else:
            present = values.drop_null() if values.null_count else values
            if not self._is_words:
                self._take_numbers(_numbers(present))
            self._take_values(present)
        if first_row == 0:
            self.distinct_at_first = values.null_count == 0 and len(np.unique(hashes)) == len(hashes)
        self._rows += len(values)
        with np.errstate(over="ignore"):
            rows = np.arange(first_row, first_row + len(values), dtype=np.uint64)
            self._content += np.sum(mix(hashes + mix(rows)), dtype=np.uint64)

    @property
    def content(self) -> int:
        """Equal for columns with equal values in every row."""
        return int(self._content)

    def column(self) -> Column:
        """What is known after the last block."""
        kind = self.type
        moments = self._moments
        counted = moments.count > 0 and kind is not ColumnType.ARRAY
        of_numbers = kind in {ColumnType.NUMERIC, ColumnType.BOOLEAN} and counted
        whole = kind is ColumnType.NUMERIC and self._whole and counted
        distinct = len(self._values) if self._values is not None else None
        return Column(
            name=self.name,
            type=kind,
            missing=self._missing,
            infinite=self._infinite,
            distinct=distinct,
            counts=self._counts(kind, whole=whole),
            minimum=moments.minimum if counted else None,
            maximum=moments.maximum if counted else None,
            mean=moments.mean if of_numbers and math.isfinite(moments.mean) else None,
            standard_deviation=moments.standard_deviation if of_numbers else None,
            whole=whole,
            shape=self._shape,
        )

    @property
    def type(self) -> ColumnType:
        """What the column holds."""
        if self._shape is not None:
            return ColumnType.ARRAY
        if self._is_words:
            return ColumnType.TEXT if self._values is None else ColumnType.CATEGORICAL
        if pa.types.is_boolean(self._kind):
            return ColumnType.BOOLEAN
        return ColumnType.DATETIME if pa.types.is_timestamp(self._kind) else ColumnType.NUMERIC

    @property
    def _is_words(self) -> bool:
        return bool(pa.types.is_string(self._kind) or pa.types.is_large_string(self._kind))

    def _counts(self, kind: ColumnType, *, whole: bool) -> dict[str, int] | None:
        values = self._values
        if values is None or kind is ColumnType.DATETIME:
            return None
        if kind is ColumnType.NUMERIC and not (whole and len(values) <= MAX_CLASSES_OF_NUMBERS):
            return None
        known = [value for value in self._order if value in values]
        order = known + sorted(value for value in values if value not in set(known))
        return {class_name(value): values[value] for value in order}

    def _take_values(self, present: Any) -> None:
        if self._values is None:
            return
        if self._is_words and present.nbytes > _WORDS * max(len(present), 1000):
            self._values = None
            return
        if not self._is_words and not pa.types.is_boolean(self._kind):
            found, counts = np.unique(_numbers(present), return_counts=True)
            if len(found) > MAX_CATEGORIES:
                self._values = None
                return
            block = dict(zip(found.tolist(), counts.tolist(), strict=True))
        else:
            told = pc.value_counts(present)
            if len(told) > MAX_CATEGORIES:
                self._values = None
                return
            block = dict(zip(told.field("values").to_pylist(), told.field("counts").to_pylist(), strict=True))
        self._values.update(block)
        if len(self._values) > MAX_CATEGORIES:
            self._values = None

    def _take_numbers(self, numbers: npt.NDArray[Any]) -> None:
        if numbers.dtype.kind == "f":
            finite = np.isfinite(numbers)
            if not finite.all():
                self._infinite += int(np.sum(~finite))
                numbers = numbers[finite]
            self._whole = self._whole and bool(np.all(numbers == np.floor(numbers)))
        if len(numbers):
            scaled = numbers / 1e6 if pa.types.is_timestamp(self._kind) else numbers.astype(np.float64)
            self._moments.take(scaled)

    def _take_arrays(self, values: Any) -> None:
        size = values.type.list_size
        if not size or not pa.types.is_floating(values.type.value_type):
            return
        flat = np.asarray(values.values.slice(values.offset * size, len(values) * size).to_numpy(zero_copy_only=False))
        rows = flat.reshape(len(values), size)
        there = ~values.is_null().to_numpy(zero_copy_only=False)
        self._missing += int(np.sum(np.isnan(rows).any(axis=1) & there))
        self._infinite += int(np.sum(np.isinf(rows).any(axis=1) & there))


class _Moments:
    """Count, mean and squared deviations, block by block.  Source: Chan, Golub, LeVeque 1979."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = self._squares = 0.0
        self.minimum, self.maximum = math.inf, -math.inf

    def take(self, values: npt.NDArray[np.float64]) -> None:
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(values.mean())
            squares = float(np.square(values - mean).sum())
        total = self.count + len(values)
        apart = mean - self.mean
        self._squares += squares + apart * apart * self.count * len(values) / total
        self.mean += apart * len(values) / total
        self.count = total
        self.minimum = min(self.minimum, float(values.min()))
        self.maximum = max(self.maximum, float(values.max()))

    @property
    def standard_deviation(self) -> float | None:
        spread = math.sqrt(self._squares / self.count)
        return spread if math.isfinite(spread) else None


def class_name(value: object) -> str:
    """The name of a class: the word, or the number, without `.0` where it is whole."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _numbers(present: Any) -> npt.NDArray[Any]:
    """The values as numbers; times as microseconds since 1970."""
    if pa.types.is_timestamp(present.type):
        present = present.cast(pa.int64())
    elif pa.types.is_boolean(present.type):
        present = present.cast(pa.uint8())
    return np.asarray(present.to_numpy(zero_copy_only=False))
