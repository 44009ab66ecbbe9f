"""How the values of a line are set apart, and whether the first line names the columns."""

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ridgeline.tables.guess import MISSING, is_number

_DELIMITERS = (",", "\t", ";", "|", " ")  # the likelier first
_SAMPLE = 2**16


def delimiter_of(path: Path, encoding: str) -> str:
    """The delimiter that cuts most of the first lines into the same number of values, more than one.

    Beats csv.Sniffer, which takes letters for delimiters and fails on one column.
    """
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        sample = file.read(_SAMPLE)
    lines = sample.splitlines(keepends=True)
    if len(sample) == _SAMPLE and len(lines) > 1:
        lines.pop()  # it may be cut
    best, most = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        share, width = _evenness(lines, delimiter)
        if width > 1 and (share > most[0] or (share == most[0] and width > most[1] and delimiter != " ")):
            best, most = delimiter, (share, width)
    return best


def names_columns(first: Sequence[str | None]) -> bool:
    """Whether the first line names the columns: nothing in it is a value, or it counts 0, 1, 2, ..."""
    told = [(each or "").strip() for each in first]
    if len(told) > 2 and told in ([str(i) for i in range(len(told))], [str(i + 1) for i in range(len(told))]):
        return True
    if not any(told):
        return False
    return not any(is_number(each) or (each in MISSING and each != "") for each in told)


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """Share of the lines that have the commonest number of values, and this number."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, count = max(widths.items(), key=lambda each: (each[1], each[0]))
    return count / widths.total(), width
