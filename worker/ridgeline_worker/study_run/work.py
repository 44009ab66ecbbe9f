"""What all parts of a run work with."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import structlog

from ridgeline.files import Files
from ridgeline.spec import ResolvedStudy
from ridgeline.store import Claim, Store
from ridgeline_worker.engine import Engine, Race, Turns
from ridgeline_worker.training import Watch

log = structlog.get_logger(__name__)


class Work:
    """A claimed study, where its rows are, and where it trains."""

    def __init__(
        self,
        store: Store,
        claim: Claim,
        engine: Engine,
        turns: Turns,
        leaving: Event,
        *,
        table: Path,
        leaves_files: bool = True,
    ) -> None:
        """Prepare the work.

        Args:
            table: the stored table of the data set.
            leaving: set when the worker is to leave.
            leaves_files: whether the study leaves files with its verdict.
        """  # fmt: skip
        self.store, self.claim, self.leaving = store, claim, leaving
        self.study: ResolvedStudy = claim.study
        self.table, self.leaves_files = table, leaves_files
        self.files = Files(store.data_dir)
        self._engine, self._turns = engine, turns
        self._started = time.monotonic()
        self.log = log.bind(study=claim.study_id, claim=claim.number)

    @property
    def seconds_here(self) -> float:
        """Since this claim."""
        return time.monotonic() - self._started

    @property
    def running_seconds(self) -> float:
        """Running time of the study, all claims together."""
        return self.claim.running_seconds + self.seconds_here

    def race(self, study: ResolvedStudy, between_segments: Callable[[], None], watch: Watch | None = None) -> Race:
        """A race for lanes of the study, or of a variant of it; `watch`: what is scored while they train."""
        return Race(study, self.table, self._engine, self._turns, between_segments, watch)

    def ask(self, task: Callable[..., Any], *arguments: object, alone: bool = False) -> Any:
        """What a task finds in the rows of the study; it is called with the study and its table first.

        Args:
            alone: nothing else runs in the engine meanwhile.
        """  # fmt: skip
        places = self._turns.take(alone=alone)
        try:
            return self._engine.submit(task, self.study.model_dump_json(), str(self.table), *arguments).result()
        finally:
            self._turns.give_back(places)
