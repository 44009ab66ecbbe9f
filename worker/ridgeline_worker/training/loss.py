"""The training loss of each row, and its slope."""

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


def row_slopes(
    outputs: Float[Tensor, "lanes rows outputs"], y: Tensor, task: Task
) -> Float[Tensor, "lanes rows outputs"]:
    """d loss / d outputs of each row: p - y for classes, of probabilities p and shares y that sum to 1; 2 (f - y)."""
    match task:
        case Task.MULTICLASS if y.is_floating_point():
            return torch.softmax(outputs, dim=-1).sub_(y)
        case Task.BINARY:
            return torch.sigmoid(outputs).sub_(y.unsqueeze(-1))
        case Task.MULTICLASS:
            slopes = torch.softmax(outputs, dim=-1)
            return slopes.scatter_add_(-1, y.unsqueeze(-1), slopes.new_full((), -1.0).expand(*y.shape, 1))
        case Task.REGRESSION:
            return (outputs - y.unsqueeze(-1)).mul_(2.0)
        case Task.MULTILABEL:
            return torch.sigmoid(outputs).sub_(y).div_(outputs.shape[-1])
        case Task.MULTI_TARGET:
            return (outputs - y).mul_(2.0 / outputs.shape[-1])
