"""Processes that read tables and write files for this one, and how all of them end when it does."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from threading import Lock, Thread

from ridgeline.errors import NotReadyToServe

_LOOK_SECONDS = 0.5


class Children:
    """Runs commands; threads may share one."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = Lock()
        self._is_ending = False

    def run(
        self, command: Sequence[str], told: bytes, environment: Mapping[str, str], seconds: float
    ) -> "subprocess.CompletedProcess[bytes]":
        """What a command answers to what it is told.

        Raises:
            subprocess.TimeoutExpired: it took longer; it has been killed.
            NotReadyToServe: this process ends, and with it all its children.
        """
        with self._lock:
            self._refuse_at_the_end()
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(environment),
            )
            self._running.add(process)
        try:
            out, errors = process.communicate(told, timeout=seconds)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        finally:
            with self._lock:
                self._running.discard(process)
        if process.returncode:
            self._refuse_at_the_end()
        return subprocess.CompletedProcess(command, process.returncode, out, errors)

    def end(self) -> None:
        """Kill all that run, and start no more."""
        with self._lock:
            self._is_ending = True
            for process in self._running:
                process.kill()

    def _refuse_at_the_end(self) -> None:
        if self._is_ending:
            raise NotReadyToServe("this process must finish this table or file but is ending itself; ask again later")


def end_with(parent: int) -> None:
    """End this process when the one that asked does, even by a kill: nobody is left to read the answer, or tidy up."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    Thread(target=look, daemon=True).start()
