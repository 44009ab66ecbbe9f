"""A study in the format that was asked for, piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from ridgeline.errors import NotReady, NoVerdict
from ridgeline.exports.csv_rows import csv_lines
from ridgeline.exports.json_document import json_pieces
from ridgeline.exports.outside import write_optuna
from ridgeline.files import Files
from ridgeline.spec.formats import ExportFormat
from ridgeline.spec.states import ENDED
from ridgeline.spec.views import TrialView, Verdict
from ridgeline.store import Store, answers
from ridgeline.tables.children import Children

AT_ONCE = 2
"""Processes that write files of Optuna at a time."""
TRIALS_AT_ONCE = 500
"""Trials that are read together: a page is in memory, whatever the size of the study."""
PIECE_BYTES = 2**16
"""What is sent together, about."""


@dataclass(frozen=True)
class Export:
    """A file on its way."""

    filename: str
    media_type: str
    pieces: Iterator[bytes]


class Exports:
    """Exports the studies of a data folder; threads may share one."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self._store, self._data_dir = store, data_dir
        self._files = Files(data_dir)
        self._children = Children()
        self._turns = BoundedSemaphore(AT_ONCE)

    def close(self) -> None:
        """End every process that writes a file."""
        self._children.end()

    def of(self, study_id: str, form: ExportFormat) -> Export:
        """A study in a format; what can be refused is refused before the first piece.

        A study that has not ended is exported as it is now, and its name says that it is provisional.

        Raises:
            NotFound: there is no such study.
            WritingFailed: the process that writes Optuna's file failed.
        """
        view = self._store.studies.get(study_id)
        provisional = view.state not in ENDED
        match form:
            case ExportFormat.CSV:
                pieces = csv_lines(view.study, self._trials(study_id))
            case ExportFormat.JSON:
                pieces = json_pieces(view, self._verdict(study_id), self._trials(study_id), provisional=provisional)
            case ExportFormat.OPTUNA:
                pieces = self._optuna(study_id)
        stem = f"ridgeline-{study_id}{'-provisional' if provisional else ''}"
        return Export(f"{stem}.{form.suffix}", form.media_type, _gathered(pieces))

    def _trials(self, study_id: str) -> Iterator[TrialView]:
        """Every trial by number; each page is a transaction of its own, so that a slow reader holds up nobody."""
        cursor: str | None = None
        while True:
            page = self._store.trials.page(study_id, cursor=cursor, limit=TRIALS_AT_ONCE)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _verdict(self, study_id: str) -> Verdict | None:
        try:
            return answers.verdict(self._store, study_id)
        except (NotReady, NoVerdict):
            return None

    def _optuna(self, study_id: str) -> Iterator[bytes]:
        """The bytes of Optuna's file, which has no name any more once it is open: whoever hangs up leaves nothing."""
        with self._files.incoming() as folder:
            path = folder / "optuna.db"
            with self._turns:
                write_optuna(self._data_dir, study_id, path, self._children)
            opened = path.open("rb")
        return _read(opened)


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same in fewer pieces, since each costs a turn of a thread."""
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) >= PIECE_BYTES:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _read(opened: BinaryIO) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece
