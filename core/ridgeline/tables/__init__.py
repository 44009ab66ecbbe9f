"""Tables: read a file of any format once into a stored Parquet table, and count and read its rows.

pyarrow is imported when one of the functions is first asked for: who only speaks of tables stays small.  No module here
has the name of one of them, since an import of it would stand in the function's place.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ridgeline.tables.limits import Limits, TooLarge, Unreadable

if TYPE_CHECKING:
    from ridgeline.tables.counting import count, units
    from ridgeline.tables.generating import generate
    from ridgeline.tables.identities import generated_identity, identity
    from ridgeline.tables.ingesting import ingest, keep
    from ridgeline.tables.stored import ROW_HASH, blocks, columns, read

__all__ = [
    "ROW_HASH",
    "Limits",
    "TooLarge",
    "Unreadable",
    "blocks",
    "columns",
    "count",
    "generate",
    "generated_identity",
    "identity",
    "ingest",
    "keep",
    "read",
    "units",
]

_HOMES = {
    "ROW_HASH": "stored",
    "blocks": "stored",
    "columns": "stored",
    "count": "counting",
    "generate": "generating",
    "generated_identity": "identities",
    "identity": "identities",
    "ingest": "ingesting",
    "keep": "ingesting",
    "read": "stored",
    "units": "counting",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
