"""The training loss of each row."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.metrics import Task


def row_losses(outputs: Float[Tensor, "lanes rows outputs"], y: Tensor, task: Task) -> Float[Tensor, "lanes rows"]:
    """Cross-entropy for classes (one logit when there are two), (y - f)^2 without 1/2 for numbers.

    Several labels or several numbers: the mean over them.  A class is its number, or the shares of all classes; one of
    two is the share of the second.
    """
    match task:
        case Task.MULTICLASS if y.is_floating_point():
            return -(functional.log_softmax(outputs, dim=-1) * y).sum(dim=-1)
        case Task.BINARY:
            return functional.binary_cross_entropy_with_logits(outputs.squeeze(-1), y, reduction="none")
        case Task.MULTICLASS:
            losses = functional.cross_entropy(outputs.flatten(0, 1), y.flatten(), reduction="none")
            return losses.view(y.shape)
        case Task.REGRESSION:
            return torch.square(outputs.squeeze(-1) - y)
        case Task.MULTILABEL:
            return functional.binary_cross_entropy_with_logits(outputs, y, reduction="none").mean(dim=-1)
        case Task.MULTI_TARGET:
            return torch.square(outputs - y).mean(dim=-1)
