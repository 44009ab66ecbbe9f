"""The rows of a study: what they hold, and how they were dealt."""

from collections.abc import Iterator, Sequence

from ridgeline.report.figures import Table
from ridgeline.report.material import Material
from ridgeline.report.words import share
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Roles
from ridgeline.spec.words import number

MOST_COLUMNS = 60
MOST_VALUES = 6
MOST_CLASSES = 30
MOST_CHARACTERS = 60

Fact = tuple[str, str]
"""What is told, and what of it."""


def facts(material: Material) -> list[Fact]:
    """The table and its target."""
    known = material.study.study.dataset
    return [
        ("data set", known.name),
        ("SHA-256" if len(known.id) == 64 else "id", known.id),
        ("source", known.source.value.replace("_", " ")),
        ("rows", f"{known.rows:,} ({known.counts.units:,} different)"),
        ("inputs", f"{known.features:,} columns, {known.inputs.width:,} numbers to the network"),
        ("target", f"{_cut(known.target)} ({known.task.replace('_', ' ')})"),
        *_roles(known.roles),
    ]


def splits(material: Material) -> list[Fact]:
    """How rows were dealt to training, validation and test."""
    asked, rests = material.study.study.evaluation, material.verdict.rests_on
    test = material.verdict.recommended.test
    tested = "none" if test is None else f"{test.rows:,} rows ({share(asked.test_fraction)}), scored once"
    if test is not None and test.scored_before:
        tested = f"{tested} here and {test.scored_before} times by earlier verdicts"
    final = f"{rests.final_repeats} fresh repeats of {rests.folds} folds"
    return [
        ("dealt", asked.split.value),
        ("search", f"{asked.folds} folds, {asked.repeats} {'repeat' if asked.repeats == 1 else 'repeats'}"),
        ("final", f"{final}, {rests.train_rows:,} rows to train and {rests.validation_rows:,} to validate"),
        ("test part", tested),
    ]


def classes(material: Material) -> Table | None:
    """Rows of each class or label; None: the target is a number."""
    counts = material.study.study.dataset.class_counts
    if not counts:
        return None
    rows = material.study.study.dataset.rows
    told = [(_cut(name), f"{count:,}", share(count / rows)) for name, count in list(counts.items())[:MOST_CLASSES]]
    if len(counts) > MOST_CLASSES:
        told.append((f"and {len(counts) - MOST_CLASSES} more", "", ""))
    return Table(("class", "rows", "share"), told, frozenset({1, 2}))


def columns(material: Material) -> Table:
    """What each column holds; of a wide table, the first ones."""
    dataset, roles = material.dataset, material.study.study.dataset.roles
    rows = [tuple(_column(column, roles)) for column in dataset.columns[:MOST_COLUMNS]]
    if len(dataset.columns) > MOST_COLUMNS:
        rows.append((f"and {len(dataset.columns) - MOST_COLUMNS:,} more", "", "", "", ""))
    return Table(("column", "role", "type", "missing", "values"), rows, frozenset({3}))


def remarks(material: Material) -> list[str]:
    """What the owner of the data should look at."""
    return [
        f"{', '.join(map(_cut, remark.columns[:MOST_VALUES]))}: {remark.detail}" if remark.columns else remark.detail
        for remark in material.dataset.remarks
    ]


def _roles(roles: Roles) -> Iterator[Fact]:
    for role in ("group", "time", "weight"):
        name = getattr(roles, role)
        if name is not None:
            yield role, _cut(name)
    if roles.exclude:
        yield "left out", _listed(roles.exclude)


def _column(column: Column, roles: Roles) -> Iterator[str]:
    yield _cut(column.name)
    yield _role(column.name, roles)
    yield column.type.value
    yield f"{column.missing + column.infinite:,}"
    yield _values(column)


def _role(name: str, roles: Roles) -> str:
    if name in roles.target:
        return "target"
    if name in roles.exclude:
        return "left out"
    return next((role for role in ("group", "time", "weight") if getattr(roles, role) == name), "input")


def _values(column: Column) -> str:
    """A few values with their rows, or the range with mean and deviation."""
    if column.shape is not None:
        return f"{' × '.join(map(str, column.shape))} numbers"
    if column.counts:
        return _listed([f"{_cut(value)} ({rows:,})" for value, rows in column.counts.items()])
    if column.minimum is None or column.maximum is None or column.type is ColumnType.DATETIME:
        return ""
    told = f"{number(column.minimum)} to {number(column.maximum)}"
    if column.mean is None or column.standard_deviation is None:
        return told
    return f"{told}, mean {number(column.mean)}, deviation {number(column.standard_deviation)}"


def _listed(items: Sequence[str]) -> str:
    more = f" and {len(items) - MOST_VALUES} more" if len(items) > MOST_VALUES else ""
    return ", ".join(_cut(item) for item in items[:MOST_VALUES]) + more


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
