"""An engine without processes: a task runs when it is submitted.  For tests and debugging."""

from collections.abc import Callable
from concurrent.futures import Future as Done
from typing import Any


class InlineEngine:
    """Runs each task at once, in the calling thread."""

    processes = 1

    def submit(self, task: Callable[..., Any], *arguments: object) -> "Done[Any]":
        """Run a task; its exception is kept for whoever asks for the result."""
        future: Done[Any] = Done()
        try:
            future.set_result(task(*(a.result() if isinstance(a, Done) else a for a in arguments)))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """Nothing to stop."""
