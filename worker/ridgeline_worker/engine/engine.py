"""Where cohorts run, as seen from a study: tasks go in, futures come out, states stay where they were computed."""

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Future(Protocol):
    """A result that may not be there yet; it can be an argument of the next task without travelling."""

    def result(self, timeout: float | None = None) -> Any:
        """The result, once it is there; raises what the task raised."""

    def add_done_callback(self, callback: Callable[[Any], object], /) -> None:
        """Call back once it is there, or never will be."""


@runtime_checkable
class Engine(Protocol):
    """A place where tasks run."""

    processes: int
    """Tasks that run at the same time."""

    def submit(self, task: Callable[..., Any], *arguments: object) -> Future:
        """Run a pure function once its arguments are there; futures among them stand for their results."""

    def close(self) -> None:
        """Stop its processes."""
