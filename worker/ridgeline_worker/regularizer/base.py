"""What all points of the step share: strengths, noise, time and memory."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Protocol, runtime_checkable

from jaxtyping import Float, Int
from torch import Tensor

Strengths = Mapping[str, Float[Tensor, "lanes 1"]]

Memory = Mapping[str, Float[Tensor, "lanes columns"]]
"""What a kind remembers of each lane between steps, by name."""


class Purpose(IntEnum):
    """What a draw is for; the numbers are part of every key and never change."""

    INITIAL_WEIGHTS = 0
    BATCH_ORDER = 1
    ACTIVATION_NOISE = 2
    INPUT_DROPOUT = 3
    GAUSSIAN_DROPOUT = 4
    INPUT_NOISE = 5
    MIXUP = 6
    CUTOUT = 7
    CUTMIX = 8
    DROPCONNECT = 9
    GRADIENT_PENALTY = 10
    GRADIENT_NOISE = 11
    STOCHASTIC_DEPTH = 20
    SHAKE_DROP = 21
    SHAKE_SHAKE = 22


@runtime_checkable
class Noise(Protocol):
    """Draws of one step for a kind: equal for all lanes of an evaluation, and again the same when drawn again.

    `site` tells apart several draws of one kind in one step.
    """

    def uniform(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent uniforms in [0, 1)."""

    def normal(self, *shape: int, site: int = 0) -> Float[Tensor, "lanes *shape"]:
        """Independent normals of mean 0 and variance 1."""

    def ranks(self, *shape: int, site: int = 0) -> Int[Tensor, "lanes *shape"]:
        """Random permutations of 0, 1, 2, ... along the last axis: the ranks of `uniform`."""

    def partners(self) -> Int[Tensor, "lanes rows"]:
        """A random permutation of each lane's rows; padding stays where it is."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where in the training a step stands."""

    step: int
    """Steps taken, this one included."""
    steps_per_epoch: int
    epochs: int

    @property
    def steps(self) -> int:
        """Steps of the whole training."""
        return self.steps_per_epoch * self.epochs


class Regularizer(ABC):
    """A kind's formula; it holds no state and no strength."""

    kind: ClassVar[str]
    purpose: ClassVar[Purpose | None] = None
    """What its draws are for; None: it draws nothing."""


class Penalty(Regularizer):
    """Adds strength * Omega(w) to the loss, whichever way the step minimizes it."""

    @abstractmethod
    def penalty(self, w: Float[Tensor, "lanes *weights"], strengths: Strengths) -> Float[Tensor, "lanes"]:
        """The penalty in the loss of each lane."""


@dataclass(frozen=True, slots=True)
class Active:
    """A regularizer at work on neighbouring lanes of a cohort, each with its own strengths.

    Lanes of the span that do not use it have its neutral strengths, which change nothing.
    """

    regularizer: Regularizer
    span: slice
    strengths: dict[str, Float[Tensor, "lanes 1"]]
    settings: tuple[Mapping[str, float], ...]
    """The same strengths as numbers, lane by lane."""

    def within(self, part: slice) -> "Active | None":
        """The same in some of the lanes, counted from the first of them; None: it acts on none of these."""
        start, stop = max(self.span.start, part.start), min(self.span.stop, part.stop)
        if start >= stop:
            return None
        held = slice(start - self.span.start, stop - self.span.start)
        strengths = {name: column[held] for name, column in self.strengths.items()}
        span = slice(start - part.start, stop - part.start)
        return Active(self.regularizer, span, strengths, self.settings[held])

    def over(self, steps: int) -> "Active":
        """The same on lanes that have so many steps side by side, each of which is a lane."""
        if steps == 1:
            return self
        span = slice(self.span.start * steps, self.span.stop * steps)
        strengths = {name: column.repeat_interleave(steps, 0) for name, column in self.strengths.items()}
        settings = tuple(setting for setting in self.settings for _ in range(steps))
        return Active(self.regularizer, span, strengths, settings)
