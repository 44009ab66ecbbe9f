"""The default target of a name, checked when it is given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.additions import Default
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.metrics import Task

ASKED = "dataset."
"""Prefix of fields in a study, which the same fields of an upload lack."""

Count = Callable[[Roles, Task], Counts]


@dataclass(frozen=True)
class Known:
    """What is known of a default target; nothing where there is none."""

    roles: Roles | None = None
    task: Task | None = None
    counts: Counts | None = None


def known_of(default: Default, name: str, dataset: Dataset, count: Count) -> Known:
    """Check the default roles of a data set, and count what they need.

    Raises:
        Invalid: no study could use them; fields are named as those of an upload.
    """
    asked = default.asked(name, [column.name for column in dataset.columns])
    if asked is None:
        return Known()
    unnamed = NamedDataset(name=name, created_at=datetime.now(UTC), dataset=dataset)
    try:
        roles = roles_of(asked, unnamed)
        task = task_of(default.task, roles, dataset)
        counts = count(roles, task)
        facts_of(name, dataset, roles, task, counts)
    except Invalid as refused:
        raise outside_of_a_study(refused) from refused
    return Known(roles, task, counts)


def outside_of_a_study(refused: Invalid) -> Invalid:
    """The same refusal with the fields of an upload."""
    return Invalid(
        Violation(broken.field.removeprefix(ASKED), broken.rule, broken.value, broken.remedy)
        for broken in refused.violations
    )
