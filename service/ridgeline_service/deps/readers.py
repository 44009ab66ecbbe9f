"""Threads for work that may take minutes, so that quick answers never wait for one."""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread

AT_ONCE = 16

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class Readers:
    """At most so many uploads and studies are looked at together; the others wait their turn."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._limiter = CapacityLimiter(at_once)

    async def run(self, work: Callable[[Unpack[Arguments]], Result], *arguments: *Arguments) -> Result:
        """What the work returns."""
        return await to_thread.run_sync(work, *arguments, limiter=self._limiter)
