"""The store of one data folder."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from ridgeline.store.artifacts import Artifacts
from ridgeline.store.claims import Claims
from ridgeline.store.database import Database
from ridgeline.store.datasets import Datasets
from ridgeline.store.earlier import EarlierStudies
from ridgeline.store.events import Events
from ridgeline.store.finals import Finals
from ridgeline.store.models import Models
from ridgeline.store.schema import require_head, wait_for_head
from ridgeline.store.studies import Studies
from ridgeline.store.tokens import Tokens
from ridgeline.store.trials import Trials
from ridgeline.store.verdicts import Verdicts


class Store:
    """Everything that Ridgeline remembers; threads may share one, processes open their own."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self.data_dir = database.data_dir
        self.studies = Studies(database, clock)
        self.trials = Trials(database)
        self.claims = Claims(database, clock)
        self.finals = Finals(database, clock)
        self.verdicts = Verdicts(database)
        self.artifacts = Artifacts(database)
        self.earlier = EarlierStudies(database, self.trials, self.verdicts)
        self.datasets = Datasets(database, clock)
        self.models = Models(database, clock)
        self.events = Events(database, clock)
        self.tokens = Tokens(database, clock)

    @classmethod
    def open(cls, data_dir: Path, *, wait_seconds: float = 0.0, clock: Callable[[], float] = time.time) -> Self:
        """Open the store of a data folder; never upgrades it.

        Args:
            wait_seconds: how long to wait for whoever upgrades it.
            clock: seconds since the epoch.

        Raises:
            SchemaOutdated: its schema is missing or old, still after the wait.
            SchemaTooNew: a newer Ridgeline has upgraded it.
        """  # fmt: skip
        database = Database(data_dir)
        try:
            wait_for_head(data_dir, database, wait_seconds)
        except BaseException:
            database.close()
            raise
        return cls(database, clock)

    def check(self) -> None:
        """Make sure that the store can work now: its schema is the newest known here, and it can be written.

        Raises:
            SchemaOutdated, SchemaTooNew: another Ridgeline has changed the schema since.
        """
        with self._database.write() as connection:
            require_head(connection)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
