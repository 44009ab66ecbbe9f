"""The first rows of a table, as JSON can tell them."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

PREVIEW_ROWS = 10
_LONGEST = 200


def preview(block: Any, shapes: Mapping[str, tuple[int, ...]]) -> tuple[dict[str, Any], ...]:
    """Each row as a dictionary; an array is told by its shape, a number that is not finite by its name."""
    columns = {
        name: _arrays(values, shapes[name]) if name in shapes else [_told(value) for value in values.to_pylist()]
        for name, values in zip(block.schema.names, block.columns, strict=True)
    }
    return tuple(dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def _arrays(values: Any, shape: tuple[int, ...]) -> list[str | None]:
    told = "array of " + " x ".join(map(str, shape))
    return [told if there else None for there in values.is_valid().to_pylist()]


def _told(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case datetime():
            return value.isoformat()
        case str() if len(value) > _LONGEST:
            return value[: _LONGEST - 3] + "..."
        case _:
            return value
