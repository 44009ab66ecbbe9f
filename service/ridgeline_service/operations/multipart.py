"""Reads a multipart form as it arrives: the bytes of its file go straight to disk, hashed on the way."""

import hashlib
from typing import BinaryIO

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.violations import DOCUMENT

FILE = "file"
"""The field that holds the file."""
MAX_PARTS = 12_000
"""Parts of a form: a file, and as many names of columns as may be left out."""


def boundary_of(content_type: str) -> bytes:
    """What parts the parts of a form.

    Raises:
        Invalid: the header lacks it.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise _malformed(content_type, "let your HTTP library write the Content-Type")
    return boundary


class Form:
    """The fields of a form, and where the bytes of its file went.

    Args:
        output: takes the bytes of the file.
        max_field_bytes: of all other fields together.
    """

    def __init__(self, boundary: bytes, output: BinaryIO, max_field_bytes: int) -> None:
        self.fields: list[tuple[str, str]] = []
        self.filename: str | None = None
        self._output, self._max_field_bytes = output, max_field_bytes
        self._hash = hashlib.sha256()
        self._field_bytes = self._parts = 0
        self._header, self._value = bytearray(), bytearray()
        self._name, self._data = "", bytearray()
        self._disposition: bytes | None = None
        self._is_whole = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_header,
                    "on_header_value": self._on_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open,
                    "on_part_data": self._take,
                    "on_part_end": self._close,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise _malformed(str(error), "let your HTTP library write the boundary") from error

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body.

        Raises:
            Invalid: they are no form, or hold what a form of a file may not.
            OSError: the bytes of the file cannot be written.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _malformed(str(error), "send it with an HTTP library, or with curl -F file=@FILE") from error

    def finish(self) -> str:
        """The SHA-256 of the file, once the form is whole.

        Raises:
            Invalid: the end is missing, or there was no file.
        """
        if not self._is_whole:
            raise _malformed("an end before the last boundary", "send the whole file")
        if self.filename is None:
            raise Invalid([Violation(FILE, "is required", None, "send the file as the field `file`")])
        return self._hash.hexdigest()

    @property
    def _is_file(self) -> bool:
        return self._name == FILE

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise Invalid([Violation(DOCUMENT, f"must have at most {MAX_PARTS} parts", self._parts, "send fewer")])
        self._name, self._disposition = "", None
        self._data.clear()

    def _on_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _open(self) -> None:
        told = parse_options_header(self._disposition)[1]
        self._name = _text(told.get(b"name", b""))
        if not self._is_file:
            return
        if self.filename is not None:
            raise Invalid([Violation(FILE, "must be one file", "a second", "send each file by itself")])
        self.filename = _text(told.get(b"filename", b"")) or FILE

    def _take(self, data: bytes, start: int, end: int) -> None:
        part = memoryview(data)[start:end]
        if self._is_file:
            self._hash.update(part)
            self._output.write(part)
            return
        self._field_bytes += len(part)
        if self._field_bytes > self._max_field_bytes:
            rule = f"must have at most {self._max_field_bytes} bytes beside the file"
            raise Invalid([Violation(self._name or DOCUMENT, rule, "more", "send less (RIDGELINE_MAX_BODY_BYTES)")])
        self._data += part

    def _close(self) -> None:
        if not self._is_file:
            self.fields.append((self._name, _text(self._data)))

    def _end(self) -> None:
        self._is_whole = True


def _text(data: bytes | bytearray) -> str:
    """UTF-8; what is none is shown so that it can be told."""
    return data.decode("utf-8", "backslashreplace")


def _malformed(told: str, remedy: str) -> Invalid:
    return Invalid([Violation(DOCUMENT, "must be a multipart form", told, remedy)])
