"""The revision of a database and those that are known here, read without Alembic: it takes half a second to load."""

import time
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from ridgeline.errors import SchemaOutdated, SchemaTooNew
from ridgeline.store.database import Database, database_path

VERSIONS = Path(__file__).parent / "migrations" / "versions"
"""The revisions, one a file whose name starts with its number."""

POLL_SECONDS = 0.05


def revisions() -> tuple[str, ...]:
    """Every revision that is known here, the first one first."""
    return tuple(sorted(path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*.py")))


def head() -> str:
    """The newest revision that is known here."""
    return revisions()[-1]


def revision(connection: Connection) -> str | None:
    """The revision of a database; None: it has no schema yet."""
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return None if found is None else str(found)


def refuse_newer(found: str | None) -> None:
    """Leave a database alone that a newer Ridgeline has upgraded.

    Raises:
        SchemaTooNew: the revision is unknown.
    """
    known = revisions()
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"the database must have a known schema, {known[0]} to {known[-1]}, but has {found!r}; "
            "install the Ridgeline that upgraded it, or restore a backup from the data folder"
        )


def require_head(connection: Connection) -> None:
    """Refuse to work on a schema other than the newest that is known here.

    Raises:
        SchemaOutdated: it is older.
        SchemaTooNew: it is unknown.
    """
    found, newest = revision(connection), head()
    refuse_newer(found)
    if found != newest:
        raise SchemaOutdated(
            f"the database must have schema {newest} but has {found or 'none'}; run `ridgeline migrate`"
        )


def wait_for_head(data_dir: Path, database: Database, wait_seconds: float) -> None:
    """Wait until the database has the newest schema that is known here.

    Raises:
        SchemaOutdated: it still has not after so many seconds.
        SchemaTooNew: at once, for an unknown revision.
    """
    deadline = time.monotonic() + wait_seconds
    newest = head()
    while (found := _found(data_dir, database)) != newest:
        refuse_newer(found)
        if time.monotonic() >= deadline:
            raise SchemaOutdated(
                f"the database in {str(data_dir)!r} must have schema {newest} but has {found or 'none'}; "
                "run `ridgeline migrate`, or start the service, which upgrades it"
            )
        time.sleep(POLL_SECONDS)


def _found(data_dir: Path, database: Database) -> str | None:
    if not database_path(data_dir).exists():  # connecting would create it
        return None
    with database.read() as connection:
        return revision(connection)
