"""What is asked of a process that reads, makes or counts a table, and what it answers."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import Frozen
from ridgeline.spec.additions import Default
from ridgeline.spec.datasets import Counts, Dataset, ParseOptions, Roles
from ridgeline.spec.default_target import Known
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import GeneratedData
from ridgeline.tables.limits import Limits, TooLarge, Unreadable


class Ingest(Frozen):
    """Read a file, and count what its default target needs."""

    do: Literal["ingest"] = "ingest"
    path: Path
    output: Path
    options: ParseOptions
    filename: str
    dataset_id: str | None
    limits: Limits
    name: str = ""
    default: Default = Default()


class Generate(Frozen):
    """Make the rows of a generator, and count them."""

    do: Literal["generate"] = "generate"
    asked: GeneratedData
    output: Path
    limits: Limits


class Count(Frozen):
    """Count what some roles need."""

    do: Literal["count"] = "count"
    path: Path
    dataset: Dataset
    roles: Roles
    task: Task
    limits: Limits


Request = Ingest | Generate | Count
REQUEST: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="do")])
"""Reads a request from JSON."""


class Broken(Frozen):
    """A broken rule, as it travels."""

    field: str
    rule: str
    value: Any
    remedy: str


class Answer(Frozen):
    """What came of a request: either some of the first, or broken rules."""

    dataset: Dataset | None = None
    roles: Roles | None = None
    task: Task | None = None
    counts: Counts | None = None
    violations: tuple[Broken, ...] = ()
    kind: str = Invalid.__name__

    @classmethod
    def known(cls, dataset: Dataset, known: Known) -> "Answer":
        """An answer that tells of a data set and its default target."""
        return cls(dataset=dataset, roles=known.roles, task=known.task, counts=known.counts)

    @classmethod
    def of(cls, error: Invalid) -> "Answer":
        """An answer that tells of an error."""
        broken = [Broken(field=v.field, rule=v.rule, value=_plain(v.value), remedy=v.remedy) for v in error.violations]
        return cls(violations=tuple(broken), kind=type(error).__name__)

    def check(self) -> None:
        """Raise the error that it tells of.

        Raises:
            Invalid: or the subclass that was raised in the process.
        """
        if self.violations:
            broken = [Violation(each.field, each.rule, each.value, each.remedy) for each in self.violations]
            raise _error(self.kind, broken)


def _error(kind: str, broken: list[Violation]) -> Invalid:
    found = {"Unreadable": Unreadable, "TooLarge": TooLarge}.get(kind)
    if found is None:
        return Invalid(broken)
    (first,) = broken
    return found(first.rule, first.value, first.remedy, field=first.field)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if abs(value) < float("inf") else str(value)
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case _:
            return str(value)
