"""The first point of the step: its rows and their targets."""

from abc import abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from ridgeline_worker.regularizer.base import Noise, Regularizer, Strengths


@dataclass(frozen=True)
class RowShape:
    """What a row holds: numbers, then codes of categories where the model embeds them, then zeros that fill it up."""

    classes: int
    """Classes that a target tells apart; 0: it is a number."""
    width: int
    """Numbers and codes."""
    numbers: int
    """Those that are numbers; codes cannot be added or scaled."""
    feature: Int[Tensor, "width"]
    """The raw feature of each number or code, counted from 0."""
    features: int
    """Raw features."""
    image: tuple[int, ...] | None
    """Shape where the numbers are one array of channels and one or two axes of places; None: they are columns."""

    @classmethod
    def of(
        cls,
        owners: Sequence[Hashable],
        *,
        classes: int,
        numbers: int | None = None,
        image: tuple[int, ...] | None = None,
    ) -> "RowShape":
        """From whatever names the raw feature of each number; all of them are numbers unless told otherwise."""
        first = {owner: place for place, owner in enumerate(dict.fromkeys(owners))}
        feature = torch.tensor([first[owner] for owner in owners])
        channelled = (1, *image) if image is not None and len(image) == 1 else image
        return cls(classes, len(owners), len(owners) if numbers is None else numbers, feature, len(first), channelled)

    def erased(
        self, x: Float[Tensor, "lanes rows held"], part: Bool[Tensor, "lanes rows width"]
    ) -> Float[Tensor, "lanes rows held"]:
        """The rows without a part: zero, the mean, where there are numbers, no known category where there are codes."""
        cut = x.clone()
        cut[..., : self.numbers].masked_fill_(part[..., : self.numbers], 0.0)
        if self.width > self.numbers:
            cut[..., self.numbers : self.width].masked_fill_(part[..., self.numbers :], -1.0)
        return cut


class Inputs(Regularizer):
    """Acts on the rows of a step while training; evaluation sees them as they are."""

    @abstractmethod
    def changed(
        self, x: Float[Tensor, "lanes rows held"], shape: RowShape, noise: Noise, strengths: Strengths
    ) -> Float[Tensor, "lanes rows held"]:
        """New rows."""


class Examples(Regularizer):
    """Acts on the rows of a step and on their targets.

    Targets are numbers, the share of the second of two classes, or the shares of all classes along a last axis.
    """

    @abstractmethod
    def changed(
        self,
        x: Float[Tensor, "lanes rows held"],
        targets: Float[Tensor, "lanes rows *targets"],
        shape: RowShape,
        noise: Noise,
        strengths: Strengths,
    ) -> tuple[Float[Tensor, "lanes rows held"], Float[Tensor, "lanes rows *targets"]]:
        """New rows and targets."""
