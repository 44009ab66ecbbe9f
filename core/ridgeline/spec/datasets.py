"""Data sets as they are kept: a table with what is known of its columns, and the names that it has."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Flag
from ridgeline.spec.columns import Column
from ridgeline.spec.metrics import Task

MAX_COLUMNS = 10_000
"""Columns that a data set may have."""

DatasetName = Annotated[
    str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+ -]*$", examples=["churn"])
]
"""Letters, digits, `_`, `.`, `+`, `-` and spaces; never a path or a URL."""


class Format(StrEnum):
    """How a file holds its table."""

    CSV = "csv"  #: text, a line a row; also TSV and any other delimiter
    PARQUET = "parquet"  #: Apache Parquet
    ARROW = "arrow"  #: Apache Arrow IPC, file or stream; Feather 2
    NPZ = "npz"  #: NumPy arrays `x`, `y`, and optionally `names` of the columns of x; never pickled objects
    JSONL = "jsonl"  #: a JSON object a line


class ParseOptions(Frozen):
    """How to read a file; what is null is found out."""

    format: Format | None = None
    """How the file holds its table; null: by its first bytes, then by its name."""
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1, examples=[";"])] = None
    """Between the values of a line, for csv."""
    header: Flag | None = None
    """Whether the first line names the columns, for csv; else they are c0, c1, ..."""
    encoding: Annotated[str | None, Field(max_length=40, examples=["latin-1"])] = None
    """Of the text, for csv and jsonl, by a name that Python knows; null: UTF-8, or UTF-16 by its mark."""


class Source(StrEnum):
    """Where the rows of a data set come from."""

    BUILT_IN = "built_in"  #: comes with Ridgeline
    UPLOAD = "upload"  #: a file of a user
    GENERATED = "generated"  #: made by a generator from its parameters
    PLUGIN = "plugin"  #: given by an entry point `ridgeline.datasets` where a worker runs


class Remark(Frozen):
    """Something about a data set that its owner should look at; nothing is refused for it."""

    kind: str
    """Stable slug: constant_column, identifier_column, text_column, equal_columns, duplicated_rows, wide_table,
    missing_values, encoding_found."""
    columns: tuple[str, ...] = ()
    """Columns that it is about; none: the whole table."""
    detail: str
    """The same in words, with what to do."""


class Roles(Frozen):
    """Which column is what to a study; all columns without a role are inputs."""

    target: tuple[str, ...]
    """What is predicted: one column, or several for several labels or numbers."""
    group: str | None = None
    """Rows of one group are always on the same side of a split."""
    time: str | None = None
    """Rows are ordered by it: a model is validated and tested on later rows than it was trained on."""
    weight: str | None = None
    """How much each row counts, in the loss and in the scores."""
    exclude: tuple[str, ...] = ()
    """Columns that are left out."""

    @property
    def taken(self) -> frozenset[str]:
        """Columns that are no inputs."""
        single = (self.group, self.time, self.weight)
        return frozenset((*self.target, *self.exclude, *(name for name in single if name is not None)))


class Counts(Frozen):
    """What only counting the rows tells, for some roles.

    A unit is all rows with equal inputs: they are always on the same side of a split.
    """

    class_counts: dict[str, int] | None = None
    """Rows of each class, in the order of the model's outputs; with several labels, rows that have each.
    Null: numbers."""
    class_units: dict[str, int] | None = None
    """Units of each class, a unit being of the class of its first row; null: numbers or several labels."""
    units: int
    """Units in all."""
    groups: int | None = None
    """Different groups; null without a group column."""


class Dataset(Frozen):
    """A data set: what is stored and known of it."""

    id: str
    """Names the content: SHA-256 of the bytes and the parse options, of a generator's parameters, or of a built-in
    table."""
    source: Source
    """Where the rows come from."""
    parameters: dict[str, Any] = {}
    """Of the generator or plugin; empty otherwise."""
    options: ParseOptions = ParseOptions()
    """How the file was read, with all that was found out."""
    rows: int
    """Rows in all."""
    bytes: int
    """Size of the stored table on disk."""
    columns: tuple[Column, ...]
    """What each column holds, in the order of the file."""
    remarks: tuple[Remark, ...] = ()
    """What its owner should look at."""
    preview: tuple[dict[str, Any], ...] = ()
    """The first ten rows; arrays are shown by their shape."""

    def column(self, name: str) -> Column | None:
        """The column of this name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


class NamedDataset(Frozen):
    """A name by which studies may ask for a data set, with the roles that its columns then have by default."""

    name: DatasetName
    """Unique."""
    roles: Roles | None = None
    """Taken where a study names no target; null: it must name one."""
    task: Task | None = None
    """Task of the default target; null without one."""
    counts: Counts | None = None
    """Counted for the default roles; null without them."""
    created_at: datetime
    """When the name was given, UTC."""
    dataset: Dataset
    """What it stands for."""
