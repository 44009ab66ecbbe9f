"""The default engine: a local Dask cluster of one-thread processes.

A killed process comes back, and the scheduler computes again what was lost with it; that is right because tasks
are pure.  The same code runs on any Dask cluster.  Other users of the machine cannot speak to it: each cluster has a
certificate of its own, which never leaves its processes.
"""

import logging
import os
import signal
from collections.abc import Callable
from typing import Any

import dask
from distributed import Client, LocalCluster, Security, WorkerPlugin

from ridgeline_worker.engine.overdue import OverdueWatch
from ridgeline_worker.forkserver import start_forkserver

DASK_CONFIG = {
    "distributed.scheduler.allowed-failures": 1,  # a task whose process died twice is given up
    "distributed.scheduler.work-stealing": False,  # a state stays where it was computed
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.scheduler.http.routes": [],  # pages of what runs, open to every user of the machine
    "distributed.worker.http.routes": [],
    "distributed.worker.multiprocessing-method": "forkserver",
    "distributed.admin.tick.limit": "60s",  # a busy training thread is no fault
}


class EngineProcess(WorkerPlugin):
    """Prepares a new engine process: a lower priority, and Ctrl+C is for the worker, which ends it in good order."""

    name = "ridgeline-engine-process"

    def __init__(self, niceness: int) -> None:
        self.niceness = niceness

    def setup(self, worker: Any) -> None:  # noqa: ARG002
        """Run by Dask in each process before its first task."""
        os.nice(self.niceness)
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class ClusterEngine:
    """Runs tasks on a local cluster.  A task that runs longer than the limit is cancelled and its process replaced."""

    def __init__(self, processes: int, *, niceness: int = 10, task_seconds_limit: float = 120.0) -> None:
        self.processes = processes
        start_forkserver()
        _log_as_we_do()
        dask.config.set(DASK_CONFIG)
        self._cluster = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.ERROR,
            security=Security.temporary(),  # whoever speaks to it could run code: only this process and its own may
        )
        self._client = Client(self._cluster, set_as_default=False)
        self._client.register_plugin(EngineProcess(niceness))
        self._watch = OverdueWatch(self._client, task_seconds_limit)

    def submit(self, task: Callable[..., Any], *arguments: object) -> Any:
        """Run a task where most of its arguments are."""
        return self._client.submit(task, *arguments, pure=False)

    def pids(self) -> tuple[int, ...]:
        """Process ids of the engine processes."""
        return tuple(self._client.run(os.getpid).values())

    def close(self) -> None:
        """Stop the processes."""
        self._watch.close()
        self._client.close()
        self._cluster.close()


def _log_as_we_do() -> None:
    """Dask writes lines of its own to stderr unless its records go where all others do."""
    for name in ("distributed", "tornado", "tornado.application"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.ERROR)
