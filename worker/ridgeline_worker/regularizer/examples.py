"""The first point of the step: its rows and their targets."""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ridgeline.spec.columns import Inputs as RowInputs
from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer.base import Noise, Regularizer, Strengths


@dataclass(frozen=True)
class RowShape:
    """What the numbers of a row are; those beyond `width` are zeros that fill it up."""

    task: Task
    classes: int
    """Classes that a target tells apart; 0: it is a number."""
    width: int
    """Numbers of a row."""
    feature: Int[Tensor, "width"]
    """The raw feature that each number encodes, counted from 0."""
    features: int
    """Raw features."""
    image: tuple[int, ...] | None
    """Shape where the numbers are one array of channels and one or two axes of places; None: they are columns."""

    @classmethod
    def of(
        cls, task: Task, inputs: RowInputs, outputs: int, *, codes: bool = False, image: tuple[int, ...] | None = None
    ) -> "RowShape":
        """Of rows with a number for each category, or with its code; `image` is how a model sees them."""
        spans = (*(inputs.spans or (1,) * inputs.numbers), *(1 if codes else n for n in inputs.categories))
        owners = torch.arange(len(spans)).repeat_interleave(torch.tensor(spans))
        classes = (outputs if task is Task.MULTICLASS else 2) if task.is_classification else 0
        return cls(task, classes, len(owners), owners, len(spans), image or _image(inputs.shape))


def _image(shape: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Channels first; an array without channels gets one."""
    if shape is None:
        return None
    return (1, *shape) if len(shape) == 1 else shape


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
