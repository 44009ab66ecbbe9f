"""What the owner of a table should look at."""

from collections.abc import Iterator, Sequence

from ridgeline.spec.columns import MAX_CATEGORIES, Column, ColumnType
from ridgeline.spec.datasets import Remark
from ridgeline.tables.profile import ColumnProfile

_FEW = 20  # in fewer rows, values all different say nothing
_MANY = 1000  # in so many rows, whole numbers all different are hardly amounts


def remarks(
    profiles: Sequence[ColumnProfile], columns: Sequence[Column], rows: int, duplicated: int
) -> tuple[Remark, ...]:
    """Everything to be said of a table, in the order in which it hurts."""
    varied = [profile for profile, column in zip(profiles, columns, strict=True) if column.distinct not in {0, 1}]
    return (*_equal(varied), *_each(profiles, columns, rows), *_whole(columns, rows, duplicated))


def _equal(profiles: Sequence[ColumnProfile]) -> Iterator[Remark]:
    alike: dict[int, list[str]] = {}
    for profile in profiles:
        alike.setdefault(profile.content, []).append(profile.name)
    for names in alike.values():
        if len(names) > 1:
            told = "these columns are equal in every row; if one is the target, exclude the others, which give it away"
            yield Remark(kind="equal_columns", columns=tuple(names), detail=told)


def _each(profiles: Sequence[ColumnProfile], columns: Sequence[Column], rows: int) -> Iterator[Remark]:
    constant = tuple(column.name for column in columns if column.distinct in {0, 1} and not _varies(column))
    if constant:
        told = "these columns hold one value or none, from which nothing is learned; exclude them"
        yield Remark(kind="constant_column", columns=constant, detail=told)
    pairs = zip(profiles, columns, strict=True)
    identifiers = tuple(column.name for profile, column in pairs if _identifies(profile, column, rows))
    if identifiers:
        told = "these columns look like names of the rows, which a network learns by heart; exclude them"
        yield Remark(kind="identifier_column", columns=identifiers, detail=told)
    text = tuple(column.name for column in columns if column.type is ColumnType.TEXT)
    if text:
        told = f"these columns hold more than {MAX_CATEGORIES} different words; a study must exclude them, or replace "
        yield Remark(kind="text_column", columns=text, detail=told + "them by numbers or by fewer categories")
    missing = tuple(column.name for column in columns if column.missing or column.infinite)
    if missing:
        told = "these columns lack values or hold infinite ones; each study fills them from its training rows"
        yield Remark(kind="missing_values", columns=missing, detail=told)


def _whole(columns: Sequence[Column], rows: int, duplicated: int) -> Iterator[Remark]:
    if duplicated:
        told = f"{duplicated} of {rows} rows are copies of others; equal rows stay on one side of a split"
        yield Remark(kind="duplicated_rows", detail=told)
    if rows < len(columns):
        told = f"{rows} rows are fewer than the {len(columns)} columns; strong regularization is needed"
        yield Remark(kind="wide_table", detail=told)


def _varies(column: Column) -> bool:
    """Whether some rows have a value and others none."""
    return column.distinct == 1 and column.missing > 0


def _identifies(profile: ColumnProfile, column: Column, rows: int) -> bool:
    if rows < _FEW or not profile.distinct_at_first:
        return False
    if column.type in {ColumnType.TEXT, ColumnType.CATEGORICAL}:
        return True
    if not column.whole or column.minimum is None or column.maximum is None:
        return False
    return rows >= _MANY or column.maximum - column.minimum == rows - 1
