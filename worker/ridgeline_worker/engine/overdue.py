"""Watches the tasks of a Dask cluster: one that runs too long is given up, and its stuck process replaced."""

from collections import Counter
from threading import Event, Thread
from typing import Any

import structlog
from distributed import Client, Future

OVERDUE = "overdue"
"""Why a future was cancelled."""
LOOK_SECONDS = 1.0
LOOKS_AT_LEAST = 10
"""Looks within the limit: it is kept to a tenth."""

log = structlog.get_logger(__name__)


class OverdueWatch:
    """Looks at what runs, again and again, from a thread of its own.

    Time is counted in looks, so that hours in which the machine slept do not count.  Waiting in line does not either.
    """

    def __init__(self, client: Client, seconds_limit: float) -> None:
        self._client, self._seconds_limit = client, seconds_limit
        self._look_seconds = min(LOOK_SECONDS, seconds_limit / LOOKS_AT_LEAST)
        self._looks: Counter[tuple[str, str]] = Counter()
        self._over = Event()
        self._thread = Thread(target=self._watch, name="overdue", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._look_seconds):
            try:
                self._look()
            except Exception:
                log.exception("engine.not_watched")  # the next look tries again

    def _look(self) -> None:
        running: dict[tuple[str, str], list[str]] = self._client.run_on_scheduler(_running)
        self._looks = Counter({task: self._looks[task] + 1 for task in running})
        for (process, task), futures in running.items():
            if self._looks[process, task] * self._look_seconds > self._seconds_limit:
                self._give_up(process, futures)

    def _give_up(self, process: str, futures: list[str]) -> None:
        """Cancel what will not come, then end the process; Dask starts another and moves there what waited in it."""
        told = f"a segment trained for more than {self._seconds_limit:g} seconds and its process was ended"
        remedy = "raise RIDGELINE_SEGMENT_SECONDS_LIMIT of the worker, or make the model or the data smaller"
        log.warning("engine_process.stuck", process=process, detail=told)
        self._client.cancel([Future(key, self._client) for key in futures], reason=OVERDUE, msg=f"{told}; {remedy}")
        self._client.restart_workers([process], raise_for_error=False)


def _running(dask_scheduler: Any) -> dict[tuple[str, str], list[str]]:
    """Run by Dask in its scheduler: what each process runs, and the futures that wait for that."""
    return {
        (process.address, task.key): [waiting.key for waiting in _and_what_follows(task) if waiting.who_wants]
        for process in dask_scheduler.workers.values()
        for task in process.executing
    }


def _and_what_follows(task: Any) -> set[Any]:
    found, new = {task}, [task]
    while new:
        later = set(new.pop().dependents) - found
        found |= later
        new += later
    return found
