"""Studies take turns: first come, first served for a place in the engine."""

from collections import deque
from threading import Condition


class Turns:
    """So many places; a study asks for one place at a time, so that waiting in line is taking turns."""

    def __init__(self, places: int) -> None:
        self._places = self._free = places
        self._line: deque[object] = deque()
        self._changed = Condition()

    def take(self, *, alone: bool = False) -> int:
        """Wait in line for a place, or for all of them to be alone in the engine; returns how many were taken."""
        ticket, wanted = object(), self._places if alone else 1
        with self._changed:
            self._line.append(ticket)
            self._changed.wait_for(lambda: self._free >= wanted and self._line[0] is ticket)
            self._line.popleft()
            self._free -= wanted
            self._changed.notify_all()
        return wanted

    def give_back(self, places: int = 1) -> None:
        """Leave places to the next in line."""
        with self._changed:
            self._free += places
            self._changed.notify_all()
