"""What regularizers multiply weights and hidden activations of a step by."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline_worker.regularizer import Active, Noise, Strengths
from ridgeline_worker.training.ahead import Ahead, Steps
from ridgeline_worker.training.noise import Drawers, LaneNoise
from ridgeline_worker.training.problem import Problem

Hidden = Float[Tensor, "_ batch units"]
Factors = Sequence[tuple[slice, Hidden]]
"""Lanes, and what they are multiplied by."""
Make = Callable[[Noise, Strengths], Float[Tensor, "lanes *numbers"]]


class Factor:
    """What a regularizer multiplies something of neighbouring lanes by, made for several steps at once."""

    def __init__(self, problem: Problem, evaluation: Int[Tensor, "lanes"], active: Active, make: Make) -> None:
        """Make nothing yet.

        Args:
            evaluation: of all lanes of the part.
            make: makes the factor, of draws and strengths.
        """  # fmt: skip
        self.span = active.span
        self._problem, self._active, self._make = problem, active, make
        self._drawers = Drawers.of(evaluation[active.span])
        self._ahead = Ahead(self._made)

    def at(self, coming: Steps, numbers: int) -> Float[Tensor, "lanes *numbers"]:
        """The factor at the first of these steps, of so many `numbers` a lane."""
        return self._ahead.at(coming, numbers * (self.span.stop - self.span.start))

    def _made(self, steps: Steps) -> Sequence[Float[Tensor, "lanes *numbers"]]:
        count = len(steps.batches)
        noise = LaneNoise(self._problem, self._active.regularizer.purpose, self._drawers, steps)
        made = self._make(noise, self._active.over(count).strengths)
        of_steps: tuple[Tensor, ...] = made.unflatten(0, (-1, count)).unbind(1)
        return of_steps


class ActedOn(torch.autograd.Function):
    """Hidden activations, those of some lanes multiplied, and what some lanes were before.

    One copy of all activations and one of their gradient, however many regularizers act: the gradient of a slice would
    be written anew, with zeros for all other lanes.
    """

    @staticmethod
    def forward(ctx: Any, hidden: Hidden, factors: Factors, seen: Sequence[slice]) -> tuple[Hidden, ...]:
        """The activations, then those of the lanes of each slice as they were."""
        ctx.factors, ctx.seen = factors, seen
        return _multiplied(hidden, factors), *(hidden[span].clone() for span in seen)

    @staticmethod
    def backward(ctx: Any, gradient: Hidden, *of_seen: Hidden) -> tuple[Hidden, None, None]:
        """The gradient, multiplied likewise, and what comes from the lanes that were seen."""
        whole = _multiplied(gradient, ctx.factors)
        for span, own in zip(ctx.seen, of_seen, strict=True):
            whole[span].add_(own)
        return whole, None, None


def acted_on(hidden: Hidden, factors: Factors, seen: Sequence[slice]) -> tuple[Hidden, ...]:
    """What `ActedOn` gives, to be differentiated."""
    found: tuple[Tensor, ...] = ActedOn.apply(hidden, factors, seen)  # type: ignore[no-untyped-call]
    return found


def _multiplied(hidden: Hidden, factors: Factors) -> Hidden:
    if len(factors) == 1 and factors[0][1].shape == hidden.shape:
        return hidden * factors[0][1]
    whole = hidden.clone()
    for span, factor in factors:
        whole[span].mul_(factor)
    return whole
