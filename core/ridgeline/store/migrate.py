"""Create and upgrade the schema: one process at a time, after a backup."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from ridgeline.errors import RidgelineError
from ridgeline.spec.built_in import BUILT_IN_SETS
from ridgeline.store import schema
from ridgeline.store.database import database_path, writer_engine
from ridgeline.store.datasets import enter_built_in
from ridgeline.store.schema import head, refuse_newer, revision

LOCK_SECONDS = 120.0
"""How long one upgrade waits for another."""


def upgrade(data_dir: Path) -> None:
    """Create the database of a data folder, or bring it to the newest schema, and enter the built-in data sets.

    An existing database of an older schema is copied to `backups/` before.

    Raises:
        SchemaTooNew: a newer Ridgeline has upgraded it; nothing was changed.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with _alone(data_dir):
        engine = writer_engine(data_dir, foreign_keys=False)  # else rebuilding a table deletes what refers to it
        try:
            _upgrade(engine, data_dir)
        finally:
            engine.dispose()


def _upgrade(engine: Engine, data_dir: Path) -> None:
    with closing(sqlite3.connect(database_path(data_dir))) as plain:
        plain.execute("PRAGMA journal_mode = WAL")  # stays with the file; readers then never wait for the writer
    with engine.connect() as connection:
        found = revision(connection)
    refuse_newer(found)
    if found not in {None, head()}:
        _back_up(data_dir, str(found))
    with engine.begin() as connection:  # one transaction: whoever sees the new schema sees the data sets
        if found != head():
            _migrate(connection)
        enter_built_in(connection, BUILT_IN_SETS.values(), time.time())


def _migrate(connection: Connection) -> None:
    """All revisions that are missing, in one transaction."""
    from alembic import command  # noqa: PLC0415  # half a second that a database of today's schema need not wait
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(schema.VERSIONS.parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RidgelineError(f"every row must refer to one that exists but {broken[0]} does not; nothing was upgraded")


def _back_up(data_dir: Path, found: str) -> None:
    """Copy the database, what other processes have just written included; a cut-off copy is never taken for one."""
    folder = data_dir / "backups"
    folder.mkdir(exist_ok=True)
    copy = folder / f"ridgeline-{found}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.db"
    unfinished = copy.with_suffix(".part")
    with closing(sqlite3.connect(database_path(data_dir))) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.replace(copy)


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Hold a lock among processes: the write lock of an empty database, which the system frees if we are killed."""
    with closing(sqlite3.connect(data_dir / "upgrade.lock", timeout=LOCK_SECONDS, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        yield
