"""Points of the update and after it."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int, Shaped
from torch import Tensor

from ridgeline_worker.regularizer.base import Active, Clock, Memory, Penalty, Regularizer, Strengths

Matrix = Float[Tensor, "lanes inputs outputs"]


class Schedule(Regularizer):
    """Scales a lane's learning rate from step to step."""

    @abstractmethod
    def scale(self, clock: Clock, setting: Mapping[str, float]) -> float:
        """Factor of the learning rate at a step; 1 leaves it."""


class Decay(Regularizer):
    """Shrinks the weights beside the update, decoupled from the gradient and its moments."""

    @abstractmethod
    def kept(self, steps_per_epoch: int | Float[Tensor, "lanes 1"], strengths: Strengths) -> Float[Tensor, "lanes 1"]:
        """The share of each weight that a step keeps; a scaled learning rate counts as so many more steps."""


class Proximal(Penalty):
    """A penalty with kinks: the step applies its proximal operator, which gives exact zeros."""

    @abstractmethod
    def prox(
        self,
        w: Float[Tensor, "lanes weights"],
        step: Float[Tensor, "lanes #weights"],
        strengths: Strengths,
    ) -> Float[Tensor, "lanes weights"]:
        """argmin_z (z - w)^2 / (2 step) + penalty(z), coordinate by coordinate."""


@dataclass(frozen=True)
class InputGroups:
    """Inputs of a weight matrix whose outgoing weights belong together."""

    sizes: Float[Tensor, "groups"]
    """Weights of each group; those that only fill a matrix up do not count."""
    group: Int[Tensor, "inputs"] | None
    """The group of each input; None: each input is its own."""
    are_single: bool
    """Whether no group has more than one weight."""

    @classmethod
    def of(cls, sizes: Float[Tensor, "groups"], group: Int[Tensor, "inputs"] | None) -> "InputGroups":
        """Groups of these sizes."""
        return cls(sizes, group, bool((sizes <= 1).all()))

    def beside(self, other: "InputGroups") -> "InputGroups":
        """The groups of both, the inputs of the other after its own."""
        sizes = torch.cat([self.sizes, other.sizes])
        if self.group is None and other.group is None:
            return InputGroups.of(sizes, None)
        first, second = (
            torch.arange(len(each.sizes), device=sizes.device) if each.group is None else each.group
            for each in (self, other)
        )
        return InputGroups.of(sizes, torch.cat([first, second + len(self.sizes)]))

    def total(self, of_inputs: Float[Tensor, "lanes inputs"]) -> Float[Tensor, "lanes groups"]:
        """Sum over the inputs of each group."""
        if self.group is None:
            return of_inputs
        return of_inputs.new_zeros(len(of_inputs), len(self.sizes)).index_add_(1, self.group, of_inputs)

    def largest(self, of_inputs: Float[Tensor, "lanes inputs"]) -> Float[Tensor, "lanes groups"]:
        """Maximum over the inputs of each group, at least 0."""
        if self.group is None:
            return of_inputs.clamp(min=0)
        zeros = of_inputs.new_zeros(len(of_inputs), len(self.sizes))
        return zeros.scatter_reduce_(1, self.group.expand_as(of_inputs), of_inputs, "amax")

    def spread(self, of_groups: Shaped[Tensor, "lanes groups"]) -> Shaped[Tensor, "lanes inputs"]:
        """What each input's group has."""
        return of_groups if self.group is None else of_groups.index_select(1, self.group)


class GroupProximal(Regularizer):
    """A penalty on groups of inputs: the step applies its proximal operator, matrix by matrix."""

    @abstractmethod
    def penalty(self, w: Matrix, groups: InputGroups, strengths: Strengths) -> Float[Tensor, "lanes"]:
        """The penalty in the loss of each lane."""

    @abstractmethod
    def prox(
        self, w: Matrix, step: Float[Tensor, "lanes #inputs #outputs"], groups: InputGroups, strengths: Strengths
    ) -> Matrix:
        """argmin_z sum (z - w)^2 / (2 step) + penalty(z); where the step of a weight is 0, it stays."""


class Projection(Regularizer):
    """A constraint on the incoming weights of each unit, which are projected after the update."""

    @abstractmethod
    def projected(
        self, incoming: Float[Tensor, "lanes outputs inputs"], strengths: Strengths
    ) -> Float[Tensor, "lanes outputs inputs"]:
        """The nearest weights that meet the constraint."""


class Slow(Regularizer):
    """Moves all parameters after the update, with a memory of its own."""

    @abstractmethod
    def begin(self, theta: Float[Tensor, "lanes columns"], active: Active) -> dict[str, Float[Tensor, "lanes columns"]]:
        """The memory of a cohort before the first step; `active` says what its lanes use."""

    @abstractmethod
    def move(self, theta: Float[Tensor, "lanes columns"], memory: Memory, clock: Clock, active: Active) -> None:
        """Move the parameters and the memory in place."""


def soft_threshold(
    w: Float[Tensor, "lanes weights"], threshold: Float[Tensor, "lanes #weights"]
) -> Float[Tensor, "lanes weights"]:
    """S(w, t) = sign(w) max(|w| - t, 0), written as w minus its projection on [-t, t].

    A threshold of 0 gives back w bit for bit.  Source: Parikh & Boyd 2014, section 6.5.2.
    """
    return w - torch.clamp(w, min=-threshold, max=threshold)
