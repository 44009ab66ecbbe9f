"""What resolving a study needs to know of its data, and what of the data no study can use."""

from collections.abc import Iterator, Sequence

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import Frozen
from ridgeline.spec.columns import LARGEST_NUMBER, MAX_CATEGORIES, Column, ColumnType, Inputs, inputs_of
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles, Source
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import KeptData


class DatasetFacts(Frozen):
    """A data set as a study sees it."""

    id: str
    """Names the content."""
    name: str
    """The name by which it was asked for, or its id."""
    source: Source
    """Where the rows come from."""
    rows: int
    """Rows in all."""
    roles: Roles
    """What its columns are to the study."""
    task: Task
    """What is predicted."""
    features: int
    """Columns that are inputs."""
    inputs: Inputs
    """What a network sees of a row."""
    counts: Counts
    """Of classes, of units of equal rows, of groups."""

    @property
    def target(self) -> str:
        """The target in words: its column, or its columns with commas between."""
        return ", ".join(self.roles.target)

    @property
    def class_counts(self) -> dict[str, int] | None:
        """Rows of each class, in the order of the model's outputs; None: numbers."""
        return self.counts.class_counts

    @property
    def outputs(self) -> int:
        """Outputs of a model: one logit for two classes, one a class for more, one a label, one a number."""
        match self.task:
            case Task.BINARY | Task.REGRESSION:
                return 1
            case Task.MULTICLASS:
                return len(self.counts.class_counts or ())
            case _:
                return len(self.roles.target)


def roles_of(asked: KeptData, named: NamedDataset) -> Roles:
    """What the columns are to a study that asks so; what it leaves out is as the name has it by default.

    Raises:
        Invalid: a column does not exist, has two roles, or no target is named.
    """
    names = [column.name for column in named.dataset.columns]
    broken = [*_positions(asked, names), *_columns(asked, names)]
    if asked.target is None and named.roles is None:
        rule = "must name the column to predict, since this data set has no default"
        broken.append(Violation("dataset.target", rule, None, f"name one of {_some(names)}"))
    if broken:
        raise Invalid(broken)
    default = named.roles or Roles(target=())
    told = asked.target if asked.target is not None else default.target
    targets = told if isinstance(told, tuple) else (told,)
    roles = Roles(
        target=tuple(names[each] if isinstance(each, int) else each for each in targets),
        group=asked.group if asked.group is not None else default.group,
        time=asked.time if asked.time is not None else default.time,
        weight=asked.weight if asked.weight is not None else default.weight,
        exclude=tuple(sorted({*default.exclude, *asked.exclude})),
    )
    twice = list(_two_roles(roles))
    if twice:
        raise Invalid(twice)
    return roles


def task_of(asked: Task | None, roles: Roles, dataset: Dataset) -> Task:
    """The task of these targets: as asked, if their values allow it, else by their values.

    Raises:
        Invalid: no task, or not the one asked for, fits the target; or a column cannot serve in its role.
    """
    targets = [column for column in dataset.columns if column.name in roles.target]
    broken = [*_targets(targets), *_roles(roles, dataset), *_features(roles, dataset), *_sizes(roles, dataset)]
    if broken:
        raise Invalid(broken)
    possible = tuple(_possible(targets))
    if not possible:
        rule = "must be one column, or several of numbers, or several of two values each"
        types = [f"{column.name}: {column.type}" for column in targets]
        raise Invalid([Violation("dataset.target", rule, types, "name other columns")])
    if asked is None:
        return possible[0]
    if asked not in possible:
        rule = f"must fit the target {', '.join(roles.target)!r}"
        raise Invalid([Violation("dataset.task", rule, asked.value, f"use one of {', '.join(possible)}")])
    return asked


def facts_of(name: str, dataset: Dataset, roles: Roles, task: Task, counts: Counts) -> DatasetFacts:
    """The facts of a data set in these roles.

    Raises:
        Invalid: the target has one class only, or a class with one row.
    """
    broken = list(_classes(task, counts, roles))
    if broken:
        raise Invalid(broken)
    features = features_of(dataset, roles)
    return DatasetFacts(
        id=dataset.id,
        name=name,
        source=dataset.source,
        rows=dataset.rows,
        roles=roles,
        task=task,
        features=len(features),
        inputs=inputs_of(features),
        counts=counts,
    )


def features_of(dataset: Dataset, roles: Roles) -> tuple[Column, ...]:
    """The columns that are inputs, in the order of the table."""
    return tuple(column for column in dataset.columns if column.name not in roles.taken)


_HELD = {
    ColumnType.TEXT: f"text, more than {MAX_CATEGORIES} different words",
    ColumnType.ARRAY: "an array in each row",
    ColumnType.DATETIME: "dates",
}
"""What no target may hold, in words."""


def _some(names: Sequence[str], most: int = 20) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def _positions(asked: KeptData, names: Sequence[str]) -> Iterator[Violation]:
    targets = asked.target if isinstance(asked.target, tuple) else (asked.target,)
    for target in targets:
        if isinstance(target, int) and not -len(names) <= target < len(names):
            rule = f"must be a position from {-len(names)} to {len(names) - 1}"
            yield Violation("dataset.target", rule, target, "count from 0, or name the column")


def _columns(asked: KeptData, names: Sequence[str]) -> Iterator[Violation]:
    targets = asked.target if isinstance(asked.target, tuple) else (asked.target,)
    named = [("target", target) for target in targets if isinstance(target, str)]
    named += [(role, name) for role in ("group", "time", "weight") if (name := getattr(asked, role)) is not None]
    named += [("exclude", name) for name in asked.exclude]
    for role, name in named:
        if name not in names:
            yield Violation(f"dataset.{role}", "must be a column", name, f"use one of {_some(names)}")


def _two_roles(roles: Roles) -> Iterator[Violation]:
    told = [("target", name) for name in roles.target]
    told += [(role, name) for role in ("group", "time", "weight") if (name := getattr(roles, role)) is not None]
    seen: dict[str, str] = {}
    for role, name in (*told, *(("exclude", name) for name in roles.exclude)):
        if name in seen:
            rule = f"must name no column that is the {seen[name]} already,"
            yield Violation(f"dataset.{role}", rule, name, "give each column one role")
        seen[name] = role


def _targets(targets: Sequence[Column]) -> Iterator[Violation]:
    for column in targets:
        if column.type in {ColumnType.TEXT, ColumnType.ARRAY, ColumnType.DATETIME}:
            rule = f"must hold numbers or at most {MAX_CATEGORIES} classes in {column.name!r}"
            yield Violation("dataset.target", rule, _HELD[column.type], "name another column")
        bad = column.missing + column.infinite
        if bad:
            rule = f"must have a finite value in every row of {column.name!r}"
            yield Violation("dataset.target", rule, f"{bad} rows without", "remove them and add the data set anew")


def _roles(roles: Roles, dataset: Dataset) -> Iterator[Violation]:
    for role in ("group", "time", "weight"):
        column = dataset.column(getattr(roles, role) or "")
        if column is None:
            continue
        field = f"dataset.{role}"
        bad = column.missing + column.infinite
        if bad:
            rule = f"must have a value in every row of {column.name!r}"
            yield Violation(field, rule, f"{bad} rows without", "fill them, or leave it out")
        if role == "group" and column.type is ColumnType.ARRAY:
            yield Violation(field, "must hold one value a row", column.type.value, "name another column")
        if role == "time" and column.type not in {ColumnType.NUMERIC, ColumnType.DATETIME}:
            yield Violation(field, "must hold dates or numbers", column.type.value, "name another column")
        if role == "weight" and column.type is not ColumnType.NUMERIC:
            yield Violation(field, "must hold numbers", column.type.value, "name another column")
        if role == "weight" and column.minimum is not None and column.minimum < 0:
            yield Violation(field, "must be at least 0 in every row", column.minimum, "correct the weights")
        if role == "weight" and column.maximum is not None and column.maximum <= 0:
            yield Violation(field, "must be above 0 in some row", column.maximum, "correct the weights")


def _features(roles: Roles, dataset: Dataset) -> Iterator[Violation]:
    features = features_of(dataset, roles)
    if not features:
        yield Violation("dataset.exclude", "must leave an input column", len(roles.exclude), "exclude fewer")
    for column in features:
        if column.type is ColumnType.TEXT:
            rule = (
                f"must name every column of text, and {column.name!r} has more than {MAX_CATEGORIES} different words,"
            )
            remedy = "exclude it, or replace it by numbers or categories and add the data set anew"
            yield Violation("dataset.exclude", rule, list(roles.exclude), remedy)
    arrays = [column.name for column in features if column.type is ColumnType.ARRAY]
    if arrays and len(features) > 1:
        rule = "must leave either one array or plain columns"
        yield Violation("dataset.exclude", rule, list(roles.exclude), f"exclude {_some(arrays)} or all others")


def _sizes(roles: Roles, dataset: Dataset) -> Iterator[Violation]:
    """Numbers whose squares no sum could hold have no deviation to scale by."""
    for column in dataset.columns:
        size = max(abs(column.minimum or 0.0), abs(column.maximum or 0.0))
        if size <= LARGEST_NUMBER or column.name in {*roles.exclude, roles.group, roles.time}:
            continue
        role = "target" if column.name in roles.target else "weight" if column.name == roles.weight else "exclude"
        rule = f"must leave numbers of at most {LARGEST_NUMBER:g} in {column.name!r}"
        yield Violation(f"dataset.{role}", rule, size, "divide them, or leave the column out")


def _possible(targets: Sequence[Column]) -> Iterator[Task]:
    """Tasks that the values allow, the likeliest first."""
    if len(targets) > 1:
        if all(column.distinct == 2 for column in targets):
            yield Task.MULTILABEL
        if all(column.type is ColumnType.NUMERIC for column in targets):
            yield Task.MULTI_TARGET
        return
    (target,) = targets
    classes = Task.BINARY if target.distinct == 2 else Task.MULTICLASS
    numeric = target.type is ColumnType.NUMERIC
    if target.may_be_classes:
        yield classes
    if numeric:
        yield Task.REGRESSION
    if numeric and target.whole and target.distinct is not None and not target.may_be_classes:
        yield classes


def _classes(task: Task, counts: Counts, roles: Roles) -> Iterator[Violation]:
    if not task.has_classes:
        return
    sizes = counts.class_counts or {}
    if len(sizes) < 2:
        rule = f"must have two classes or more in {roles.target[0]!r}"
        yield Violation("dataset.target", rule, list(sizes), "name another column")
    for name, rows in sizes.items():
        if rows < 2:
            rule = "must have two rows or more of each class"
            yield Violation("dataset.target", rule, f"{rows} of {name!r}", "remove the class, or merge it with another")
