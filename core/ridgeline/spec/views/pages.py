"""Part of a list."""

from typing import Generic, TypeVar

from ridgeline.kinds import Frozen

Item = TypeVar("Item")


class Page(Frozen, Generic[Item]):
    """Part of a list."""

    items: tuple[Item, ...]
    """Items of this page, in the order of the list."""
    next_cursor: str | None
    """Pass as `cursor` for the next page; null: this is the last."""
