"""What a model file says of itself: everything but numbers that were learned."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import JsonValue

from ridgeline.kinds import Frozen, structure_of
from ridgeline.spec import Setting
from ridgeline.spec.columns import DATETIME_NUMBERS, Column, ColumnType, Inputs
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import AnyModel
from ridgeline.spec.study import Precision, Preparation
from ridgeline_worker.data import Wishes
from ridgeline_worker.models.model import ALIGNMENT

FORMAT: Literal["ridgeline-model"] = "ridgeline-model"
VERSION: Literal[1] = 1
"""Grows when a file cannot be read as before."""
OF_DATES = ("days since 1970", "sine of the week", "cosine of the week", "sine of the year", "cosine of the year")


class InputColumn(Frozen):
    """A column that the model sees."""

    name: str
    """As in the data set."""
    type: ColumnType
    """What it holds."""
    words: tuple[str, ...] = ()
    """Its categories, in the order of their places."""
    lacks: bool = False
    """Whether the data set has rows without a value: there is a place that tells so."""
    shape: tuple[int, ...] | None = None
    """Of the array in each row."""

    @property
    def column(self) -> Column:
        """As a column of a table that holds the same."""
        counts = dict.fromkeys(self.words, 1) if self.type is ColumnType.CATEGORICAL else None
        return Column(name=self.name, type=self.type, missing=int(self.lacks), counts=counts, shape=self.shape)


class Target(Frozen):
    """What is predicted."""

    name: str
    """Its column in the data set."""
    classes: tuple[str, ...] = ()
    """In the order of the outputs; of a label the second is to have it; none: numbers."""


class Manifest(Frozen):
    """A model and how rows are prepared for it."""

    format: Literal["ridgeline-model"] = FORMAT
    """Always ridgeline-model."""
    version: Literal[1] = VERSION
    """Of the format."""
    ridgeline: str
    """Version that wrote it."""
    study: str
    """Id of the study that recommends it."""
    setting: Setting
    """What is recommended."""
    regularizers: dict[str, dict[str, float]]
    """Strengths by kind, with what is always on."""
    model: AnyModel
    """With all its options."""
    inputs: Inputs
    """What it sees of a row."""
    outputs: int
    """Numbers that it gives of a row."""
    task: Task
    """What is predicted."""
    columns: tuple[InputColumn, ...]
    """In the order of the data set."""
    targets: tuple[Target, ...]
    """In the order of the outputs."""
    others: tuple[str, ...]
    """Columns of the data set that the model does not see, targets among them."""
    preparation: Preparation
    """How columns become numbers."""
    codes: bool
    """Whether categories are places for embeddings instead of zeros and ones."""
    channels: int | None
    """Of an array, where the model knows."""
    precision: Precision
    """Of its parameters."""
    members: int
    """Networks whose predictions are averaged."""
    names: dict[str, str]
    """By name of a parameter in a lane: its name among the weights."""
    moments: dict[int, str]
    """By place of a batch normalization: what stands in front of its moments among the weights."""
    about: dict[str, JsonValue] = {}
    """For readers: nothing depends on it."""

    @property
    def structure(self) -> frozenset[str]:
        """Static kinds that are on."""
        return structure_of(self.regularizers)

    @property
    def wishes(self) -> Wishes:
        """How rows are prepared."""
        return Wishes(
            preparation=self.preparation,
            codes=self.codes,
            channels=self.channels,
            dtype=np.float32 if self.precision is Precision.FLOAT32 else np.float64,
            multiple=ALIGNMENT,
        )

    @property
    def places(self) -> tuple[str, ...]:
        """What each number of a prepared row is, in words."""
        numbers = [place for column in self.columns for place in _of_numbers(column)]
        words = [column for column in self.columns if column.type is ColumnType.CATEGORICAL]
        if self.codes:
            return (*numbers, *(f"place of {column.name}" for column in words))
        every = ((column, word) for column in words for word in (*column.words, *(["missing"] if column.lacks else [])))
        return (*numbers, *(f"{column.name} is {word}" for column, word in every))


def _of_numbers(column: InputColumn) -> Iterator[str]:
    plain = column.column.numbers
    if column.type is ColumnType.ARRAY:
        yield from (f"{column.name}[{place}]" for place in range(plain))
        return
    if not plain:
        return
    if column.type is ColumnType.DATETIME:
        yield from (f"{column.name}: {told}" for told in OF_DATES[:DATETIME_NUMBERS])
    else:
        yield column.name
    if column.lacks:
        yield f"{column.name} is missing"
