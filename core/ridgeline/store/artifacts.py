"""Files of studies, as rows: a file is in its place before there is a row of it, and goes after its row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ridgeline.spec.artifacts import Artifact, ArtifactName, KeptFile
from ridgeline.store.database import Database
from ridgeline.store.tables import artifacts


@dataclass(frozen=True)
class Stored(Artifact):
    """A file of a study as it was recorded."""

    created_at: float = 0.0  #: seconds since the epoch


class Artifacts:
    """The files of all studies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, study_id: str) -> tuple[Stored, ...]:
        """What a study has left with its last verdict, in the order of their names in `ArtifactName`."""
        query = select(artifacts).where(artifacts.c.study_id == study_id)
        with self._database.read() as connection:
            found = {row.name: _stored(row) for row in connection.execute(query)}
        return tuple(found[name] for name in ArtifactName if name in found)

    def find(self, study_id: str, name: ArtifactName) -> Stored | None:
        """One of them; None: the study has recorded nothing of it."""
        query = select(artifacts).where(artifacts.c.study_id == study_id, artifacts.c.name == name)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _stored(row)

    def sweep(self, discard: Callable[[frozenset[str]], int]) -> int:
        """Let `discard` remove every file but these; returns how many it did."""
        query = select(artifacts.c.file).where(artifacts.c.file.is_not(None))
        with self._database.read() as connection:
            known = frozenset(connection.execute(query).scalars())
        return discard(known)


def replace_all(connection: Connection, study_id: str, made: Iterable[Artifact], now: float) -> None:
    """Record the files of a study's newest verdict, and forget those of the one before."""
    connection.execute(delete(artifacts).where(artifacts.c.study_id == study_id))
    for one in made:
        kept = one.kept
        connection.execute(
            insert(artifacts).values(
                study_id=study_id,
                name=one.name,
                file=None if kept is None else kept.file,
                bytes=None if kept is None else kept.bytes,
                sha256=None if kept is None else kept.sha256,
                detail=one.detail,
                created_at=now,
            )
        )


def _stored(row: Row[Any]) -> Stored:
    kept = None if row.file is None else KeptFile(row.file, row.bytes, row.sha256)
    return Stored(ArtifactName(row.name), kept, row.detail, row.created_at)
