"""The default engine: a local Dask cluster of one-thread processes.

A killed process comes back, and the scheduler computes again what was lost with it; that is right because tasks
are pure.  The same code runs on any Dask cluster.
"""

import os
from collections.abc import Callable
from typing import Any

import dask
from distributed import Client, LocalCluster, WorkerPlugin

DASK_CONFIG = {
    "distributed.scheduler.allowed-failures": 1,  # a task whose process died twice is given up
    "distributed.scheduler.work-stealing": False,  # a state stays where it was computed
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.admin.tick.limit": "60s",  # a busy training thread is no fault
    "distributed.logging.distributed": "error",
}
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")


class EngineProcess(WorkerPlugin):
    """Prepares a new engine process: lower priority, libraries loaded."""

    name = "ridgeline-engine-process"

    def __init__(self, niceness: int) -> None:
        self.niceness = niceness

    def setup(self, worker: Any) -> None:  # noqa: ARG002
        """Run by Dask in each process before its first task."""
        os.nice(self.niceness)
        from ridgeline_worker.engine import task  # noqa: F401, PLC0415 - loads torch and scikit-learn before the first task


class ClusterEngine:
    """Runs tasks on a local cluster."""

    def __init__(self, processes: int, *, niceness: int = 10) -> None:
        self.processes = processes
        dask.config.set(DASK_CONFIG)
        self._cluster = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            memory_limit=0,
            env=ONE_THREAD,
        )
        self._client = Client(self._cluster, set_as_default=False)
        self._client.register_plugin(EngineProcess(niceness))

    def submit(self, task: Callable[..., Any], *arguments: object) -> Any:
        """Run a task where most of its arguments are."""
        return self._client.submit(task, *arguments, pure=False)

    def pids(self) -> tuple[int, ...]:
        """Process ids of the engine processes."""
        return tuple(self._client.run(os.getpid).values())

    def close(self) -> None:
        """Stop the processes."""
        self._client.close()
        self._cluster.close()
