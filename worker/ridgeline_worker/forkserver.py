"""The process that engine processes are forked from: it has loaded what they need.

Loading torch, scikit-learn and Dask takes seconds of processor time and hundreds of megabytes; forked processes start
in a fraction of a second and share that memory.  It trains nothing itself, so there is no thread that a fork could
lose, and it ends when the process that started it does.

A worker loads everything once and is then forked itself.  Where a process of somebody else trains, which may have
threads, or where the first is lost, it is a new process that loads what it is told to.
"""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import forkserver, resource_tracker, util
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

PRELOADED = ["distributed", "ridgeline_worker.engine.task"]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
"""Read by the libraries when they are loaded: parallel is what the processes are."""
KEPT_MEMORY = dict.fromkeys(("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"), str(2**32))
"""Read by glibc: freed memory is used again instead of faulted in anew, which doubles the pace of 1024-unit layers."""
NO_BACKGROUND = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Read by pyarrow's allocator, which else starts a thread when it is loaded."""
ENVIRONMENT = ONE_THREAD | KEPT_MEMORY | NO_BACKGROUND
_SPAWN = util.spawnv_passfds


def start_forkserver() -> None:
    """Start it, unless it runs already, as a new process; returns at once, while it loads."""
    os.environ.update(ENVIRONMENT)
    forkserver.set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()


def fork_forkserver() -> None:
    """Start it as a copy of this process, which has loaded what it is to load and has no second thread."""
    resource_tracker.ensure_running()  # else it would be another copy
    with patch.object(util, "spawnv_passfds", _forked):
        start_forkserver()


def begin_in_environment() -> None:
    """Begin this process again where the environment is another: glibc reads it only at the beginning."""
    if ENVIRONMENT.items() - os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | ENVIRONMENT)  # noqa: S606


def _forked(_path: bytes, arguments: Sequence[str], kept: Sequence[int]) -> int:
    """Stands for the start of a new process: this one is forked, and its child runs the code of the last argument."""
    return os.fork() or _serve(arguments[-1], kept)


def _serve(code: str, kept: Sequence[int]) -> NoReturn:
    """Be the fork server, as a new process would: no handlers and no open files of the one that was forked."""
    try:
        util.spawnv_passfds = _SPAWN  # this process and all its forks start processes as ever
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        for descriptor in {int(opened.name) for opened in Path("/dev/fd").iterdir()} - {0, 1, 2, *kept}:
            with suppress(OSError):  # the one that listed them is closed
                os.close(descriptor)
        forkserver._forkserver.__init__()  # type: ignore[misc]  # noqa: SLF001 - its lock is held
        exec(code)  # noqa: S102 - of the standard library
    except SystemExit:  # nobody is left to serve
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    os._exit(1)
