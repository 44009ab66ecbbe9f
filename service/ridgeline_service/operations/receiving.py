"""Take in the body that a data set comes in: a form with a file, streamed to disk, or the JSON of a generator."""

import asyncio
import errno
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import disk_usage
from typing import Any

from fastapi import HTTPException, Request
from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from ridgeline.errors import Invalid, StorageFull, Violation
from ridgeline.files import Files
from ridgeline.library import Received
from ridgeline.spec.additions import AddedFile
from ridgeline.spec.violations import violations
from ridgeline_service.deps import Readers
from ridgeline_service.operations.multipart import Form, boundary_of
from ridgeline_service.settings import Settings

BLOCK_BYTES = 2**20
"""Bytes that are handed to the disk at a time."""
SEVERAL = frozenset({"target", "exclude"})
"""Fields that may come more than once."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@asynccontextmanager
async def received(request: Request, files: Files, readers: Readers, settings: Settings) -> AsyncIterator[Received]:
    """The file of a form on disk, for the time of the block.

    Raises:
        Invalid: the body is no form of a file.
        StorageFull: the disk is.
        HTTPException: whoever sent it is gone.
    """
    boundary = boundary_of(request.headers.get("content-type", ""))
    async with _folder(files) as folder:
        _refuse_without_room(folder, request.headers.get("content-length", ""))
        path = folder / "upload"
        try:
            form, digest = await _form(request, path, boundary, readers, settings)
        except ClientDisconnect as gone:
            raise HTTPException(400, "the body must come whole but ended early; send it again") from gone
        except OSError as error:
            if error.errno in FULL:
                raise StorageFull("the file") from error
            raise
        told = _told(form.fields)
        yield Received(path=path, sha256=digest, filename=form.filename or "", told=told)


async def _form(
    request: Request, path: Path, boundary: bytes, readers: Readers, settings: Settings
) -> tuple[Form, str]:
    with path.open("wb", buffering=0) as file:
        form = Form(boundary, file, settings.max_body_bytes)
        held: list[bytes] = []
        size = 0
        async for chunk in request.stream():
            held.append(chunk)
            size += len(chunk)
            if size >= BLOCK_BYTES:
                await readers.run(form.write, b"".join(held))
                held, size = [], 0
        await readers.run(form.write, b"".join(held))
        return form, form.finish()


@asynccontextmanager
async def _folder(files: Files) -> AsyncIterator[Path]:
    """A folder that is removed whatever happens; removing a large file takes a while."""
    folder = files.incoming()
    path = await asyncio.to_thread(folder.__enter__)
    try:
        yield path
    finally:
        await asyncio.shield(asyncio.to_thread(folder.__exit__, None, None, None))


def _refuse_without_room(folder: Path, announced: str) -> None:
    needed = int(announced) if announced.isdecimal() else 0
    if disk_usage(folder).free < needed:
        raise StorageFull(f"{needed} bytes")


def _told(fields: Iterable[tuple[str, str]]) -> AddedFile:
    """What was sent beside the file; what is empty, as forms of browsers send it, was not given.

    Raises:
        Invalid: with every rule that it breaks.
    """
    document: dict[str, Any] = {}
    twice: list[Violation] = []
    for name, text in fields:
        if not text:
            continue
        if name in SEVERAL:
            document.setdefault(name, []).append(text)
        elif name in document:
            twice.append(Violation(name, "must be given once", text, "send it once"))
        else:
            document[name] = {"true": True, "false": False}.get(text.lower(), text) if name == "header" else text
    try:
        told = AddedFile.model_validate(document)
    except ValidationError as error:
        raise Invalid((*twice, *violations(error.errors(), document, AddedFile))) from error
    if twice:
        raise Invalid(twice)
    return told
