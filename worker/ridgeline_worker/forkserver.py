"""The process that engine processes are forked from: it has loaded what they need.

Loading torch, scikit-learn and Dask takes seconds of processor time and hundreds of megabytes; forked processes start
in a fraction of a second and share that memory.  It trains nothing itself, so there is no thread that a fork could
lose, and it ends when the process that started it does.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver

PRELOADED = ["distributed", "ridgeline_worker.engine.task"]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Read by the libraries when they are loaded: parallel is what the processes are."""
KEPT_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(2**32))
"""Read by glibc: freed memory is used again instead of faulted in anew, which doubles the pace of 1024-unit layers."""
NO_BACKGROUND = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Read by pyarrow's allocator, which else starts a thread when it is loaded."""


def start_forkserver() -> None:
    """Start it, unless it runs already; returns at once, while it loads."""
    os.environ.update(ONE_THREAD | KEPT_MEMORY | NO_BACKGROUND)
    forkserver.set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()


def end_forkserver() -> None:
    """End it at once: left alone it loads all that it was told to before it sees that nobody needs it."""
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001 - told nowhere else
    if pid is not None:
        os.kill(pid, signal.SIGTERM)


@contextmanager
def later(*numbers: signal.Signals) -> Iterator[None]:
    """Keep signals back to the end of a block: whoever is to end a process that is being started must know its id.

    They are not blocked, since the process would then start with them blocked, and heed none of them.
    """
    came: list[int] = []
    before = {number: signal.signal(number, lambda told, _: came.append(told)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for told in came:
            signal.raise_signal(told)
