"""What regularizers multiply weights and hidden activations of a step by."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import prod

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline_worker.regularizer import Activation, Active, Noise, Strengths
from ridgeline_worker.training.ahead import Ahead, Steps
from ridgeline_worker.training.noise import Drawers, LaneNoise
from ridgeline_worker.training.problem import Problem

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
        return made.unflatten(0, (-1, count)).unbind(1)


class HiddenFactor:
    """What all regularizers together multiply the hidden activations at a site by, 1 where none acts.

    One product for all lanes takes less time than cutting and joining the activations, and their gradient, for few.
    """

    def __init__(
        self,
        problem: Problem,
        evaluation: Int[Tensor, "lanes"],
        acting: Sequence[tuple[Activation, Active]],
        site: int,
        shape: Sequence[int],
    ) -> None:
        """`shape`: of the activations."""
        self._whole = torch.ones(*shape, dtype=problem.dtype, device=problem.device)
        self._numbers = prod(shape[1:])
        self._each = [Factor(problem, evaluation, held, _of_noise(kind, site, shape[1:])) for kind, held in acting]
        borders = {border for factor in self._each for border in (factor.span.start, factor.span.stop)}
        cuts = (slice(start, stop) for start, stop in pairwise(sorted(borders)))
        pieces = [(cut, [i for i, factor in enumerate(self._each) if _holds(factor.span, cut)]) for cut in cuts]
        self._pieces = [(cut, factors) for cut, factors in pieces if factors]
        self._number: int | None = None

    def at(self, coming: Steps) -> Float[Tensor, "lanes batch units"]:
        """The factor at the first of these steps."""
        if len(self._each) == 1 and self._pieces[0][0] == slice(0, len(self._whole)):
            return self._each[0].at(coming, self._numbers)
        if self._number != coming.first:
            made = [factor.at(coming, self._numbers) for factor in self._each]
            for cut, (first, *others) in self._pieces:
                piece = self._whole[cut]
                piece.copy_(self._of(made, first, cut))
                for other in others:
                    piece.mul_(self._of(made, other, cut))
            self._number = coming.first
        return self._whole

    def _of(self, made: Sequence[Tensor], factor: int, cut: slice) -> Float[Tensor, "piece batch units"]:
        start = self._each[factor].span.start
        return made[factor][cut.start - start : cut.stop - start]


def _of_noise(kind: Activation, site: int, shape: Sequence[int]) -> Make:
    return lambda noise, strengths: kind.factor(getattr(noise, kind.noise)(*shape, site=site), strengths)


def _holds(span: slice, part: slice) -> bool:
    return bool(span.start <= part.start and part.stop <= span.stop)
