"""Data sets in a list."""

from datetime import datetime

from ridgeline.kinds import Frozen
from ridgeline.spec.datasets import Source
from ridgeline.spec.metrics import Task


class DatasetSummary(Frozen):
    """A name of a data set and what it stands for, without its columns."""

    name: str
    """By which a study asks for it."""
    id: str
    """Names the content; names of one content have one id."""
    source: Source
    """Where the rows come from."""
    rows: int
    """Rows in all."""
    columns: int
    """Columns in all, the target among them."""
    bytes: int
    """Size of the stored table on disk."""
    target: tuple[str, ...]
    """What a study predicts unless it names another target; empty: it must name one."""
    task: Task | None
    """Task of that target; null without one."""
    created_at: datetime
    """When the name was given, UTC."""
