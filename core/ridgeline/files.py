"""Stored tables and files of studies, each named by its content; written beside its place, then moved there.

Local paths only: what reads a table maps or seeks it.  A store in another place would fetch a table to such a path.
"""

import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Container, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import ridgeline
from ridgeline.spec.artifacts import FILE_TYPES, ArtifactName, KeptFile
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.spec.datasets import Dataset, Source
from ridgeline.spec.facts import DatasetFacts

_ID = re.compile(r"[0-9a-f]{64}")
_PACKAGED = Path(ridgeline.__file__).parent / "tables" / "built_in"
_BUILT_IN = {named.dataset.id: _PACKAGED / f"{name}.parquet" for name, named in BUILT_IN_SETS.items()}


class Files:
    """The folder `files` of a data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._tables = data_dir / "files" / "tables"
        self._artifacts = data_dir / "files" / "artifacts"
        self._incoming = data_dir / "files" / "incoming"

    def path(self, dataset: Dataset | DatasetFacts) -> Path:
        """Where the table of a data set lies, or would lie; built-in ones lie in the package."""
        return _BUILT_IN[dataset.id] if dataset.source is Source.BUILT_IN else self._place(dataset.id)

    def adopt(self, temporary: Path, dataset_id: str) -> Path:
        """Move a table to its place, so that it is whole there whatever happens; a second copy is dropped.

        The row that names it is written afterwards: a crash between the two leaves a table for `sweep`.
        """
        place = self._place(dataset_id)
        _move(temporary, place)
        return place

    def remove(self, dataset_id: str) -> None:
        """Remove a table; one that is not there is removed already."""
        self._place(dataset_id).unlink(missing_ok=True)

    def artifact(self, kept: KeptFile) -> Path:
        """Where a file of a study lies."""
        return self._artifacts / kept.file

    def keep(self, temporary: Path, study_id: str, name: ArtifactName) -> KeptFile:
        """Move a file of a study to its place, as `adopt` does; the row that names it is written afterwards."""
        with temporary.open("rb") as opened:
            sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        kept = KeptFile(f"{study_id}/{name}-{sha256}{FILE_TYPES[name].ending}", temporary.stat().st_size, sha256)
        _move(temporary, self.artifact(kept))
        return kept

    def keep_only(self, study_id: str, kept: Container[str] = ()) -> None:
        """Remove the files of a study but these: those of a verdict that was made anew, or all of a deleted study."""
        folder = self._artifacts / study_id
        for path in _children(folder):
            if f"{study_id}/{path.name}" not in kept:
                path.unlink(missing_ok=True)
        with suppress(OSError):  # some are left
            folder.rmdir()

    def sweep_artifacts(self, known: Container[str], *, older_than_seconds: float) -> int:
        """Remove old files of studies that no row names, and tell how many."""
        before = time.time() - older_than_seconds
        swept = 0
        for folder in _children(self._artifacts):
            for path in _children(folder):
                if f"{folder.name}/{path.name}" not in known and _youngest(path) < before:
                    path.unlink(missing_ok=True)
                    swept += 1
            if folder.stat().st_mtime < before:  # in a young one, a file may be on its way
                with suppress(OSError):
                    folder.rmdir()
        return swept

    @contextmanager
    def incoming(self) -> Iterator[Path]:
        """A fresh folder for one upload, removed whatever happens, unless the process is killed: see `sweep`.

        It is locked for as long as it is written to, so that a sweep knows what nobody will ever finish.
        """
        folder = self._incoming / uuid4().hex
        self._incoming.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            with _locked(self._incoming):
                folder.mkdir()
                held.enter_context(_locked(folder))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def sweep(self, known: Container[str], *, older_than_seconds: float) -> int:
        """Remove what killed processes left, and tell how much: their uploads, and old tables that no row names."""
        before = time.time() - older_than_seconds
        left: list[Path] = []
        if self._incoming.exists():
            with _locked(self._incoming):
                left = [folder for folder in _children(self._incoming) if _is_left(folder, before)]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        swept = len(left)
        for table in _children(self._tables):
            if table.stem not in known and _youngest(table) < before:
                table.unlink(missing_ok=True)
                swept += 1
        return swept

    def _place(self, dataset_id: str) -> Path:
        if not _ID.fullmatch(dataset_id):
            raise ValueError(f"dataset_id must be 64 hexadecimal digits but got {dataset_id!r}; give the id, no name")
        return self._tables / f"{dataset_id}.parquet"


def _move(temporary: Path, place: Path) -> None:
    """Move a file to its place, flushed to the disk; where it is already, the second copy is dropped."""
    place.parent.mkdir(parents=True, exist_ok=True)
    _flush(temporary)
    try:
        os.link(temporary, place)
    except FileExistsError:
        os.utime(place)  # it is young again, so that no sweep takes it before its row is there
    except OSError:  # a file system without hard links
        temporary.replace(place)
    temporary.unlink(missing_ok=True)
    _flush(place.parent)


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder as long as this process lives, where its file system can; other holders are waited for."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_left(folder: Path, before: float) -> bool:
    """Whether nobody holds the folder of an upload; where that cannot be known, whether it is old."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return _youngest(folder) < before
    finally:
        os.close(handle)
    return True


def _youngest(path: Path) -> float:
    """When a file, or anything in a folder, was last written; 0 where it is gone."""
    times = [0.0]
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        try:
            times.append(each.stat().st_mtime)
        except FileNotFoundError:
            continue
    return max(times)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
