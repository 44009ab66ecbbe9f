"""Studies take turns: first come, first served for a place in the engine."""

from collections import deque
from threading import Condition


class Turns:
    """So many places; a study asks for one place at a time, so that waiting in line is taking turns."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._line: deque[object] = deque()
        self._changed = Condition()

    def take(self) -> None:
        """Wait in line for a place."""
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(lambda: self._free > 0 and self._line[0] is ticket)
            self._line.popleft()
            self._free -= 1
            self._changed.notify_all()

    def give_back(self) -> None:
        """Leave a place to the next in line."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()
