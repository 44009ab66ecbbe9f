"""Data sets as people read them."""

from collections.abc import Iterable

from rich.markup import escape

from ridgeline.cli.tables import print_table, say, table_of
from ridgeline.spec.columns import Column, ColumnType
from ridgeline.spec.datasets import Dataset, NamedDataset, Roles
from ridgeline.spec.views import DatasetSummary
from ridgeline.spec.words import number

SHOWN_VALUES = 4
"""Values of a column that are named."""
SHOWN_COLUMNS = 100
PREVIEWED_COLUMNS = 8
SHOWN_CHARACTERS = 40


def print_datasets(found: Iterable[DatasetSummary]) -> None:
    """One row a name."""
    table = table_of(("name", "rows", "columns", "target", "task", "source", "size"), right=("rows", "columns", "size"))
    for each in found:
        target = ", ".join(each.target) or "-"
        counts = (str(each.rows), str(each.columns))
        table.add_row(each.name, *counts, escape(cut(target)), each.task or "-", each.source, size(each.bytes))
    print_table(table)


def print_added(named: NamedDataset) -> None:
    """A line on what is kept, then what to look at."""
    dataset = named.dataset
    say(f"data set {named.name} has {dataset.rows} rows and {len(dataset.columns)} columns{_predicts(named)}")
    _print_remarks(dataset)
    more = "" if named.roles else "; name the column to predict in each study, or add it again with --target"
    say(f"look at it with: ridgeline datasets show {named.name!r}{more}")


def print_dataset(named: NamedDataset) -> None:
    """Columns, remarks and the first rows."""
    dataset = named.dataset
    say(f"{named.name}: {dataset.rows} rows, {len(dataset.columns)} columns, {size(dataset.bytes)}{_predicts(named)}")
    say(f"id {dataset.id}, {dataset.source}")
    table = table_of(("column", "role", "type", "missing", "different", "values"), right=("missing", "different"))
    for column in dataset.columns[:SHOWN_COLUMNS]:
        missing = column.missing + column.infinite
        table.add_row(
            escape(cut(column.name)),
            _role(column.name, named.roles),
            column.type,
            str(missing) if missing else "-",
            "-" if column.distinct is None else str(column.distinct),
            escape(_values(column)),
        )
    print_table(table)
    if len(dataset.columns) > SHOWN_COLUMNS:
        say(f"and {len(dataset.columns) - SHOWN_COLUMNS} more columns (--json tells all)")
    _print_remarks(dataset)
    _print_preview(dataset)


def size(count: int) -> str:
    """Bytes in the largest unit that fits."""
    value = float(count)
    for unit in ("B", "KiB", "MiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} GiB"


def cut(text: str) -> str:
    """The start of a long text."""
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


def _predicts(named: NamedDataset) -> str:
    return "" if named.roles is None else f"; predicts {cut(', '.join(named.roles.target))} ({named.task})"


def _role(name: str, roles: Roles | None) -> str:
    if roles is None:
        return ""
    if name in roles.target:
        return "target"
    if name in roles.exclude:
        return "left out"
    return next((role for role in ("group", "time", "weight") if getattr(roles, role) == name), "")


def _values(column: Column) -> str:
    """A few values with their rows, or the range."""
    if column.shape is not None:
        return f"{' x '.join(map(str, column.shape))} numbers"
    if column.counts:
        told = [f"{cut(value)} ({rows})" for value, rows in list(column.counts.items())[:SHOWN_VALUES]]
        return ", ".join(told) + (", ..." if len(column.counts) > SHOWN_VALUES else "")
    if column.minimum is None or column.maximum is None or column.type is ColumnType.DATETIME:
        return ""
    mean = "" if column.mean is None else f", mean {number(column.mean)}"
    return f"{number(column.minimum)} to {number(column.maximum)}{mean}"


def _print_remarks(dataset: Dataset) -> None:
    for remark in dataset.remarks:
        columns = ", ".join(remark.columns[:SHOWN_VALUES]) + (", ..." if len(remark.columns) > SHOWN_VALUES else "")
        say(f"note{f' on {columns}' if columns else ''}: {remark.detail}")


def _print_preview(dataset: Dataset) -> None:
    names = [column.name for column in dataset.columns[:PREVIEWED_COLUMNS]]
    if not dataset.preview:
        return
    table = table_of([escape(cut(name)) for name in names])
    for row in dataset.preview:
        table.add_row(*("" if row.get(name) is None else escape(cut(str(row[name]))) for name in names))
    more = len(dataset.columns) - len(names)
    say(f"first {len(dataset.preview)} rows{f', first {len(names)} columns' if more > 0 else ''}:")
    print_table(table)
