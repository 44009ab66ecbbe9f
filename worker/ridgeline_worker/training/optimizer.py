"""Optimizers on the whole matrix of lanes, with a learning rate for each lane."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from jaxtyping import Float
from torch import Tensor
from torch.optim.adam import adam

from ridgeline.spec.study import Adam, AnyOptimizer, Sgd

Moments = dict[str, Float[Tensor, "lanes columns"]]
"""What an optimizer remembers, by name."""


@dataclass(frozen=True, slots=True)
class LearningRates:
    """The learning rate of each lane, and the runs of lanes that share one."""

    column: Float[Tensor, "lanes 1"]
    runs: tuple[tuple[float, slice], ...]

    @classmethod
    def of(cls, rates: Sequence[float], dtype: torch.dtype, device: torch.device) -> "LearningRates":
        """Rates of the lanes, in their order."""
        runs, start = [], 0
        for rate, run in groupby(rates):
            stop = start + len(list(run))
            runs.append((rate, slice(start, stop)))
            start = stop
        return cls(torch.tensor(rates, dtype=dtype, device=device).unsqueeze(1), tuple(runs))


@dataclass(frozen=True, slots=True)
class Update:
    """What a step of the optimizer goes by."""

    number: int
    """Counted from 1."""
    gradient: Float[Tensor, "lanes columns"]
    moments: Moments
    rates: LearningRates


class Optimizer(ABC):
    """An update of the matrix, and the metric in which it is a proximal one."""

    @abstractmethod
    def moments(self, theta: Float[Tensor, "lanes columns"]) -> Moments:
        """What it remembers before the first step."""

    @abstractmethod
    def apply(self, update: Update, theta: Float[Tensor, "lanes columns"]) -> None:
        """Take a step in place."""

    @abstractmethod
    def proximal_step(self, update: Update, span: slice, weights: int) -> Float[Tensor, "span #weights"]:
        """Step size of the proximal operator that belongs to the update just taken, a lane or a weight."""


class SgdOptimizer(Optimizer):
    """b <- momentum b + g; w <- w - lr b, or with Nesterov w - lr (g + momentum b)."""

    def __init__(self, options: Sgd) -> None:
        self.options = options

    def moments(self, theta: Float[Tensor, "lanes columns"]) -> Moments:
        """A buffer of zeros, if there is momentum."""
        return {"buffer": torch.zeros_like(theta)} if self.options.momentum else {}

    def apply(self, update: Update, theta: Float[Tensor, "lanes columns"]) -> None:
        """Take a step in place."""
        direction = update.gradient
        if self.options.momentum:
            buffer = update.moments["buffer"].mul_(self.options.momentum).add_(direction)
            direction = direction.add(buffer, alpha=self.options.momentum) if self.options.nesterov else buffer
        theta.addcmul_(direction, update.rates.column, value=-1.0)

    def proximal_step(self, update: Update, span: slice, weights: int) -> Float[Tensor, "span #weights"]:  # noqa: ARG002
        """lr / (1 - momentum): with lr alone the fixed point is that of (1 - momentum) times the penalty."""
        return update.rates.column[span] / (1 - self.options.momentum)


class AdamOptimizer(Optimizer):
    """Adam by torch's fused kernel, once for each run of lanes with one learning rate."""

    def __init__(self, options: Adam) -> None:
        self.options = options

    def moments(self, theta: Float[Tensor, "lanes columns"]) -> Moments:
        """Zeros for the means of the gradient and of its square."""
        return {"mean": torch.zeros_like(theta), "mean_square": torch.zeros_like(theta)}

    def apply(self, update: Update, theta: Float[Tensor, "lanes columns"]) -> None:
        """Take a step in place."""
        taken = torch.tensor(float(update.number - 1), device=theta.device)
        for rate, run in update.rates.runs:
            adam(
                [theta[run]],
                [update.gradient[run]],
                [update.moments["mean"][run]],
                [update.moments["mean_square"][run]],
                [],
                [taken.clone()],  # the kernel counts
                fused=True,
                amsgrad=False,
                beta1=self.options.beta1,
                beta2=self.options.beta2,
                lr=rate,
                weight_decay=0.0,
                eps=self.options.epsilon,
                maximize=False,
            )

    def proximal_step(self, update: Update, span: slice, weights: int) -> Float[Tensor, "span #weights"]:
        """lr / (sqrt(v_hat) + eps) a weight, 0 where v_hat is 0.  Source: Yun, Lozano & Yang 2021 (ProxGen)."""
        root = update.moments["mean_square"][span, :weights].sqrt()
        correction = (1 - self.options.beta2**update.number) ** 0.5
        epsilon = self.options.epsilon * correction
        size: Tensor = update.rates.column[span] * correction / (root + epsilon)
        return size.mul_(root.sign_())


def build_optimizer(options: AnyOptimizer) -> Optimizer:
    """The optimizer of a study."""
    return SgdOptimizer(options) if isinstance(options, Sgd) else AdamOptimizer(options)
