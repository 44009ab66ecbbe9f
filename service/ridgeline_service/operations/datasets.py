"""Keep a file, or the rows of a generator, as a data set."""

from fastapi import Request

from ridgeline.errors import Invalid, Violation
from ridgeline.files import Files
from ridgeline.library import Library
from ridgeline.spec.additions import AddedRows
from ridgeline.spec.datasets import NamedDataset
from ridgeline.spec.parse import parse_model
from ridgeline.spec.violations import DOCUMENT
from ridgeline_service.deps import Readers
from ridgeline_service.operations.receiving import received
from ridgeline_service.settings import Settings

FORM, JSON = "multipart/form-data", "application/json"


async def add(
    request: Request, library: Library, files: Files, readers: Readers, settings: Settings
) -> tuple[NamedDataset, bool]:
    """Keep what the body holds; the flag tells whether the name is new.

    Raises:
        Invalid: it is no table, or no study could use its default target; nothing is kept.
        Conflict: the name stands for something else.
        StorageFull: the disk is.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        async with received(request, files, readers, settings) as file:
            return await readers.run(library.add_file, file)
    if kind == JSON:
        asked = parse_model(await request.body(), AddedRows)
        return await readers.run(library.add_rows, asked)
    rule = f"must be {FORM} with the field `file`, or {JSON} with a generator,"
    raise Invalid([Violation(DOCUMENT, rule, kind, "declare it in the header Content-Type (curl -F file=@FILE does)")])
