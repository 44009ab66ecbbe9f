"""Send a file, piece by piece."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from pydantic import ValidationError

from ridgeline.client.transport import Transport
from ridgeline.errors import Invalid
from ridgeline.spec.additions import AddedFile
from ridgeline.spec.violations import violations

READING_SECONDS = 3600.0
"""How long the service may take to read a table that it has received."""

Progress = Callable[[int, int], object]
"""Called with the bytes sent so far and in all."""


class Watched:
    """A file that tells how far it has been read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file, self._progress = file, progress
        self._size = os.fstat(file.fileno()).st_size
        self._read = 0

    def fileno(self) -> int:
        """By which its size is found."""
        return self._file.fileno()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._read += len(data)
        self._progress(self._read, self._size)
        return data


def send_file(transport: Transport, path: Path, fields: Mapping[str, Any], progress: Progress | None) -> bytes:
    """The answer to an upload.

    Raises:
        OSError: the file cannot be read.
        Invalid: what the service refused.
    """
    with path.open("rb") as file:
        watched = file if progress is None else cast("IO[bytes]", Watched(file, progress))
        return transport.ask(
            "POST",
            "/v1/datasets",
            data=fields,
            files={"file": (path.name, watched)},
            wait_seconds=READING_SECONDS,
        )


def fields_of(
    name: str | None, target: str | int | Sequence[str | int] | None, told: Mapping[str, Any]
) -> dict[str, str | list[str]]:
    """What goes with a file, as fields of a form.

    Raises:
        Invalid: a field is unknown or wrong; nothing need be sent to know it.
    """
    targets = [] if target is None else [target] if isinstance(target, str | int) else list(target)
    document = {"name": name, "target": [str(each) for each in targets], **told}
    try:
        added = AddedFile.model_validate(document)
    except ValidationError as error:
        raise Invalid(violations(error.errors(), document, AddedFile)) from error
    given = added.model_dump(mode="json", exclude_defaults=True)
    return {field: value if isinstance(value, list) else _text(value) for field, value in given.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
