"""What steps need that does not depend on what they learn: made for several of them at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch

from ridgeline_worker.training.batches import Batch

Made = TypeVar("Made")

NUMBERS_AT_ONCE = 2**18
"""Numbers that are made at once, a megabyte in single precision: more would not stay in a processor's cache."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Neighbouring steps."""

    first: int
    """Counted from 0 over the whole training."""
    batches: tuple[Batch, ...]
    """Of each step."""

    @property
    def numbers(self) -> range:
        """Of each step, counted from 0."""
        return range(self.first, self.first + len(self.batches))

    def head(self, count: int) -> "Steps":
        """The first of them, at most so many and at least one."""
        return Steps(self.first, self.batches[: max(1, count)])

    def after(self, number: int) -> "Steps | None":
        """Those from a step on; None: it comes after all of them."""
        return Steps(number, self.batches[number - self.first :]) if number in self.numbers else None


class Ahead(Generic[Made]):
    """Makes something for a step and for those after it, which then find it made.

    A small operation costs what starting it costs: to whoever makes it, the steps of a lane are more lanes.
    """

    def __init__(self, make: Callable[[Steps], Sequence[Made]]) -> None:
        """`make`: gives what each of some steps needs, always the same for the same step."""
        self._make = make
        self._numbers, self._made = range(0), list[Made]()

    def at(self, coming: Steps, numbers: int) -> Made:
        """What the first of these steps needs; it takes so many `numbers`."""
        if coming.first not in self._numbers:
            steps = coming.head(NUMBERS_AT_ONCE // numbers)
            with torch.no_grad():
                self._numbers, self._made = steps.numbers, list(self._make(steps))
        return self._made[coming.first - self._numbers.start]
