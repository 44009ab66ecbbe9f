"""The columns of a data set: what each holds, and what a network sees of it."""

from enum import StrEnum
from math import prod

from ridgeline.kinds import Frozen

MAX_CATEGORIES = 1000
"""Different values that a categorical column or a target of classes may have."""
MAX_CLASSES_OF_NUMBERS = 20
"""A column of whole numbers with at most so many different values is taken for classes when it is the target."""
LARGEST_NUMBER = 1e100
"""Size of the largest number that is trained on: sums of squares stay finite, and so does a score in its units."""
DATETIME_NUMBERS = 5
"""A date becomes its time since 1970, and sine and cosine of its place in the week and in the year."""


class ColumnType(StrEnum):
    """What a column holds."""

    NUMERIC = "numeric"  #: numbers
    BOOLEAN = "boolean"  #: true or false
    CATEGORICAL = "categorical"  #: a word out of at most 1000
    DATETIME = "datetime"  #: a date, with or without a time
    TEXT = "text"  #: words out of more than 1000; nothing is trained on it
    ARRAY = "array"  #: numbers of one shape a row, such as an image


class Column(Frozen):
    """What is known of a column."""

    name: str
    """As in the file; unique."""
    type: ColumnType
    """What it holds."""
    missing: int = 0
    """Rows without a value, NaN among them."""
    infinite: int = 0
    """Rows with an infinite number."""
    distinct: int | None = None
    """Different values; null: more than 1000, or not counted, as for arrays."""
    counts: dict[str, int] | None = None
    """Rows of each value, in the order of the values: for boolean and categorical columns, and for whole numbers with
    at most 20 different ones."""
    minimum: float | None = None
    """Smallest number, or earliest time in seconds since 1970; null for words and where there is none."""
    maximum: float | None = None
    """Largest number, or latest time, likewise."""
    mean: float | None = None
    """Mean of the finite numbers."""
    standard_deviation: float | None = None
    """Of the finite numbers, divided by their count."""
    whole: bool = False
    """Whether all its numbers are whole."""
    shape: tuple[int, ...] | None = None
    """Of the array in each row, channels first; null for all other types."""

    @property
    def may_be_classes(self) -> bool:
        """Whether a target in it is taken for classes unless asked otherwise."""
        if self.type is ColumnType.NUMERIC:
            return self.whole and self.distinct is not None and self.distinct <= MAX_CLASSES_OF_NUMBERS
        return self.type in {ColumnType.BOOLEAN, ColumnType.CATEGORICAL}

    @property
    def numbers(self) -> int:
        """Numbers that a network sees of a row of it, a 1 where a value is missing included; 0 for categories."""
        indicator = 1 if self.missing + self.infinite else 0
        match self.type:
            case ColumnType.NUMERIC | ColumnType.BOOLEAN:
                return 1 + indicator
            case ColumnType.DATETIME:
                return DATETIME_NUMBERS + indicator
            case ColumnType.ARRAY:
                return prod(self.shape or ())
            case _:
                return 0

    @property
    def categories(self) -> int:
        """Places of its categories, one for missing values included; 0 unless it is categorical."""
        if self.type is not ColumnType.CATEGORICAL:
            return 0
        return len(self.counts or ()) + (1 if self.missing else 0)


class Inputs(Frozen):
    """What a network sees of a row: numbers, then categories."""

    numbers: int
    """Numbers, indicators of missing values included."""
    categories: tuple[int, ...] = ()
    """Places of each categorical column, one for missing values included."""
    shape: tuple[int, ...] | None = None
    """Shape of the numbers where they are one array, channels first; null: they are columns."""

    @property
    def width(self) -> int:
        """Numbers of a row with each category as a column of zeros and ones."""
        return self.numbers + sum(self.categories)


def inputs_of(features: tuple[Column, ...]) -> Inputs:
    """What a network sees of these columns."""
    arrays = [column.shape for column in features if column.shape is not None]
    return Inputs(
        numbers=sum(column.numbers for column in features),
        categories=tuple(column.categories for column in features if column.categories),
        shape=arrays[0] if len(features) == 1 and arrays else None,
    )
