"""Child processes: the service and the worker, started and ended by this one."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from types import FrameType
from typing import IO, Any

from ridgeline.errors import RidgelineError

GRACE_SECONDS = 20.0
"""How long a child may take to end after SIGTERM."""
LOOK_SECONDS = 0.1


class ChildDied(RidgelineError):
    """A process that should run has ended."""

    kind = "child_died"

    def __init__(self, name: str, code: int) -> None:
        self.code = code
        super().__init__(f"the {name} ended unexpectedly with exit code {code}; its log says why")


class Interrupted(RidgelineError):
    """The user or the system asked this process to end."""

    kind = "interrupted"


class Child:
    """One process of a deployable, in a session of its own so that Ctrl-C reaches it through this process."""

    def __init__(
        self, name: str, module: str, arguments: Sequence[str], *, pipe: bool = False, log: IO[str] | None = None
    ) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else log or sys.stderr,
            stderr=log or sys.stderr,
            text=True,
            start_new_session=True,
        )

    def lines(self) -> Iterator[dict[str, Any]]:
        """JSON objects that the child prints, to its end."""
        if self.process.stdout is None:
            raise ValueError("the child was started without a pipe")
        for line in self.process.stdout:
            yield json.loads(line)

    def check(self) -> None:
        """Raise ChildDied if it does not run."""
        code = self.process.poll()
        if code is not None:
            raise ChildDied(self.name, code)


def first_line(child: Child) -> dict[str, Any]:
    """What the child prints first; what comes later is read and dropped, so that its pipe never fills."""
    lines = child.lines()
    told = next(lines, None)
    if told is None:
        raise ChildDied(child.name, child.process.wait())
    Thread(target=lambda: [None for _ in lines], daemon=True).start()
    return told


def watch_over(children: Sequence[Child]) -> None:
    """Block until a child ends.

    Raises:
        ChildDied: naming the first that did.
    """
    while True:
        for child in children:
            child.check()
        time.sleep(LOOK_SECONDS)


def end(children: Sequence[Child]) -> None:
    """Ask all children to end, wait, and kill what is left."""
    for child in children:
        if child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdout is not None and child.process.poll() is not None:
            child.process.stdout.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn SIGINT and SIGTERM into Interrupted while children run; a second one is ignored while they end."""

    def interrupt(number: int, _frame: FrameType | None) -> None:
        for each in handled:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(f"ended by {signal.Signals(number).name}")

    handled = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
