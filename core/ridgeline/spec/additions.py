"""What is said of a data set when it is added: its name, how to read it, and the roles that it has by default."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from ridgeline.kinds import Frozen
from ridgeline.spec.datasets import DatasetName, ParseOptions
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import ColumnName, GeneratedData, KeptData


class Default(Frozen):
    """What the columns are to studies that do not say it themselves."""

    target: Annotated[tuple[ColumnName, ...], Field(max_length=1000, examples=[["churned"]])] = ()
    """Column to predict, by name, or by position (from 0; negative from the end) where no column has this name;
    several: several labels, or several numbers; none: each study must name its own."""
    task: Task | None = None
    """What is predicted; null: by the target's values."""
    group: ColumnName | None = None
    """Column whose equal values are never parted by a split."""
    time: ColumnName | None = None
    """Column to order rows by."""
    weight: ColumnName | None = None
    """Column of how much each row counts."""
    exclude: Annotated[tuple[ColumnName, ...], Field(max_length=10_000)] = ()
    """Columns that are left out."""

    def asked(self, name: str, columns: Sequence[str]) -> KeptData | None:
        """The same as a study says it, of a table of these columns; None: nothing is said."""
        if self == Default():
            return None
        targets = tuple(_column(told, columns) for told in self.target)
        return KeptData(
            id=name,
            target=(targets[0] if len(targets) == 1 else targets) or None,
            task=self.task,
            group=self.group,
            time=self.time,
            weight=self.weight,
            exclude=self.exclude,
        )


class AddedFile(Default, ParseOptions):
    """The fields that go with an uploaded file."""

    name: DatasetName | None = None
    """By which studies ask for it; null: the file's, without its ending."""

    @property
    def options(self) -> ParseOptions:
        """How to read the file, as far as it was given."""
        return ParseOptions(**self._part(ParseOptions))

    @property
    def default(self) -> Default:
        """The roles of its columns."""
        return Default(**self._part(Default))

    def _part(self, kind: type[Frozen]) -> dict[str, Any]:
        return {name: getattr(self, name) for name in kind.model_fields}


class AddedRows(GeneratedData):
    """Rows of a generator, to be kept under a name."""

    name: DatasetName | None = None
    """By which studies ask for it; null: the generator's with the start of the id."""

    @property
    def asked(self) -> GeneratedData:
        """The generator alone."""
        return GeneratedData(generator=self.generator, parameters=self.parameters, seed=self.seed)


def _column(told: str, columns: Sequence[str]) -> str | int:
    """A name, or a position where no column has this name."""
    is_position = told not in columns and told.removeprefix("-").isdecimal() and told.isascii()
    return int(told) if is_position else told
