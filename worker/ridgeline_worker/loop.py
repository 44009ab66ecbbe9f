"""The worker's loop: claim studies, run several at once, leave cleanly."""

import os
import socket
from collections.abc import Collection
from threading import Event, Thread

import structlog

from ridgeline.errors import StoreUnavailable
from ridgeline.files import Files
from ridgeline.store import Store
from ridgeline_worker.engine import Engine, Turns
from ridgeline_worker.heartbeat import Heartbeat
from ridgeline_worker.settings import WorkerSettings
from ridgeline_worker.study_run import StudyRun

SEGMENTS_PER_PROCESS = 2
"""Segments handed to the engine at a time for each process: one runs, one waits ready."""

log = structlog.get_logger(__name__)


def worker_name() -> str:
    """The name of this process among workers."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Worker:
    """Takes studies from the store, or one study only, and carries each in a thread; all take turns on one engine.

    Args:
        leaving: set to make `run` return.
        offers: custom models that are installed here; studies that need another are left to other workers.
        study_id: the only study to take; None: any.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        settings: WorkerSettings,
        leaving: Event,
        *,
        offers: Collection[str] = (),
        study_id: str | None = None,
    ) -> None:
        self._store, self._engine, self._settings = store, engine, settings
        self._files = Files(settings.data_dir)
        self._offers, self._study_id = offers, study_id
        self.name = worker_name()
        self._turns = Turns(engine.processes * SEGMENTS_PER_PROCESS)
        self._leaving = leaving
        self._threads: list[Thread] = []

    def run(self) -> None:
        """Work until `leaving` is set; then finish the running segments, give the studies back, and return."""
        heartbeat = Heartbeat(
            self._store, lease_seconds=self._settings.lease_seconds, renew_seconds=self._settings.renew_seconds
        )
        log.info("worker.ready", worker=self.name, processes=self._engine.processes)
        while not self._leaving.is_set():
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            if len(self._threads) == self._settings.studies_at_once or not self._take(heartbeat):
                self._leaving.wait(self._settings.poll_seconds)
        for thread in self._threads:
            thread.join()
        heartbeat.close()
        log.info("worker.left", worker=self.name)

    def _take(self, heartbeat: Heartbeat) -> bool:
        """Start the next study, if there is one."""
        try:
            claim = self._store.claims.next(
                self.name,
                lease_seconds=self._settings.lease_seconds,
                offers=self._offers,
                study_id=self._study_id,
            )
        except StoreUnavailable as error:
            log.warning("claim.failed", detail=str(error))  # a busy database is no reason to die; look again soon
            return False
        except Exception:
            log.exception("claim.failed")
            return False
        if claim is None:
            return False
        run = StudyRun(self._store, claim, self._engine, self._turns, self._leaving, locate=self._files.path)

        def carry() -> None:
            heartbeat.hold(run)
            try:
                run.run()
            finally:
                heartbeat.drop(run)

        thread = Thread(target=carry, name=f"study-{claim.study_id}")
        thread.start()
        self._threads.append(thread)
        return True
