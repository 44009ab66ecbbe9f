"""The encoding of a text: given, or found by reading it once from end to end."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from ridgeline.spec.datasets import Remark
from ridgeline.tables.limits import Unreadable

_BLOCK = 2**20
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
FALLBACK = "windows-1252"
"""What text that is no UTF-8 is taken for: the encoding of western spreadsheets."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a text that decodes to its end."""

    name: str
    remarks: tuple[Remark, ...] = ()


def encoding_of(path: Path, given: str | None) -> Encoding:
    """The encoding in which the whole text can be read.

    Raises:
        Unreadable: the given one is unknown, some bytes are none of its characters, or the file is no text.
    """
    if given is not None:
        name = _known(given)
        _require(path, name, f"must be text in the encoding {given}", "give its true encoding")
        return Encoding("utf-8-sig" if name == "utf-8" else name)
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((name for mark, name in _MARKS.items() if start.startswith(mark)), None)
    if marked is not None:
        _require(path, marked, f"must be {marked} text, by the mark at its start", "check that it was written whole")
        return Encoding(marked)
    wrong = _first_wrong(path, "utf-8")
    if wrong is None:
        return Encoding("utf-8-sig")
    if _first_wrong(path, FALLBACK) is not None:
        raise Unreadable("must be UTF-8 text", wrong, "give its encoding, such as latin-1, cp1251 or shift_jis")
    told = (
        f"not UTF-8 (at {wrong}), so read as {FALLBACK}; if words look wrong, remove the data set and give the encoding"
    )
    return Encoding(FALLBACK, (Remark(kind="encoding_found", detail=told),))


def _known(given: str) -> str:
    try:
        found = codecs.lookup(given)
    except (LookupError, ValueError):  # a NUL in the name is a ValueError
        found = None
    if found is None or not getattr(found, "_is_text_encoding", False):
        remedy = "name one that Python knows, such as utf-8, latin-1 or cp1252"
        raise Unreadable("must be the name of a text encoding", given, remedy, field="encoding")
    return found.name


def _require(path: Path, name: str, rule: str, remedy: str) -> None:
    wrong = _first_wrong(path, name)
    if wrong is not None:
        raise Unreadable(rule, wrong, remedy)


def _first_wrong(path: Path, name: str) -> str | None:
    """The first place where the text does not decode, in words.

    Raises:
        Unreadable: it has zero bytes, which no text in such an encoding has.
    """
    decoder = codecs.getincrementaldecoder(name)()
    wide = name.startswith(_WIDE)
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            if not wide and b"\0" in block:
                rule = "must be text to be read as csv or jsonl"
                raise Unreadable(rule, "binary data", "name its format, or export it as CSV or Parquet")
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                bad = error.object[error.start : error.start + 1].hex()
                return f"byte 0x{bad} in line {line + error.object[: error.start].count(10)}"
            except UnicodeError as error:  # a UTF-16 text without its mark
                return f"{error} in line {line}"
            if not block:
                return None
            line += text.count("\n")
