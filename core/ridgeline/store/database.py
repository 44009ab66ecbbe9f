"""The database file and the two engines on it: one connection that writes, a pool that reads."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, TimeoutError  # noqa: A004 - of the pool
from sqlalchemy.pool import QueuePool

from ridgeline.errors import StoreUnavailable

BUSY_SECONDS = 30.0
"""How long a writer waits for the writer of another process."""

READERS = 8
MORE_READERS = 32
"""Connections beyond READERS are opened when needed and closed after use."""


def database_path(data_dir: Path) -> Path:
    """Where the database of a data folder lies."""
    return data_dir / "ridgeline.db"


def database_url(data_dir: Path) -> str:
    """The SQLAlchemy URL of a data folder's database."""
    return _url(data_dir).render_as_string()


class Database:
    """Reads see one snapshot and never wait; writes wait their turn and are all or nothing.

    A deferred transaction that turns from reading to writing fails at once when another has written meanwhile,
    whatever the timeout.  So writers take the lock at BEGIN, and there is one writing connection a process.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._writer = writer_engine(data_dir)
        self._reader = _engine(data_dir, "BEGIN", pool_size=READERS, max_overflow=MORE_READERS)
        event.listen(self._reader, "connect", partial(_run, "PRAGMA query_only = ON"))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that cannot write.

        Raises:
            StoreUnavailable: nothing was read.
        """
        with _available(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back by an exception.

        Raises:
            StoreUnavailable: nothing was written.
        """
        with _available(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _available() -> Iterator[None]:
    """Tell what the machine is to blame for from SQL that is wrong."""
    try:
        yield
    except TimeoutError as error:
        raise StoreUnavailable(error) from error
    except OperationalError as error:
        if getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR:
            raise
        raise StoreUnavailable(error.orig) from error


def writer_engine(data_dir: Path, *, foreign_keys: bool = True) -> Engine:
    """The engine of one connection whose transactions hold the write lock from their start."""
    return _engine(data_dir, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0, foreign_keys=foreign_keys)


def _url(data_dir: Path) -> URL:
    return URL.create("sqlite", database=str(database_path(data_dir)))


def _engine(data_dir: Path, begin: str, *, pool_size: int, max_overflow: int, foreign_keys: bool = True) -> Engine:
    engine = create_engine(
        _url(data_dir),
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=BUSY_SECONDS,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        json_serializer=partial(json.dumps, separators=(",", ":"), allow_nan=False),
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        connection.execute("PRAGMA synchronous = NORMAL")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _run(statement: str, connection: Any, _record: object) -> None:
    connection.execute(statement)
