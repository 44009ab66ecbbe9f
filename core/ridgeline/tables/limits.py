"""How large a table may be, and what is said of a file that cannot be one."""

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import Frozen
from ridgeline.spec.datasets import MAX_COLUMNS


class Limits(Frozen):
    """What reading one file may take; what is beyond is refused."""

    file_bytes: int = 4 * 2**30
    """Size of the file."""
    table_bytes: int = 32 * 2**30
    """Size of its values in memory, were they all there at once: far more than the file for a bomb."""
    rows: int = 100_000_000
    """Rows in all."""
    columns: int = MAX_COLUMNS
    """Columns in all."""
    memory_bytes: int = 2 * 2**30
    """Memory of the process that reads it, where it has one of its own."""
    seconds: float = 1800.0
    """Time that it may take, where it has a process of its own."""


class Unreadable(Invalid):
    """A file is no table."""

    def __init__(self, rule: str, value: object, remedy: str, *, field: str = "file") -> None:
        super().__init__([Violation(field, rule, value, remedy)])


class TooLarge(Unreadable):
    """A file, or the table in it, is beyond a limit."""
