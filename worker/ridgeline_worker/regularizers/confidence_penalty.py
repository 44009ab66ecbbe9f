"""What confidence_penalty does: predictions of low entropy cost."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer import Outputs, Strengths


class ConfidencePenalty(Outputs):
    """J = L - strength * mean H(p)."""

    kind: ClassVar = "confidence_penalty"

    def added(
        self, outputs: Float[Tensor, "lanes rows outputs"], task: Task, strengths: Strengths
    ) -> Float[Tensor, "lanes rows"]:
        """-strength H(p): of all classes, or of a class and its opposite, the mean over several labels."""
        if task is Task.MULTICLASS:
            logs = functional.log_softmax(outputs, dim=-1)
            entropy = -(logs.exp() * logs).sum(dim=-1)
        else:
            having = outputs.sigmoid()
            entropy = functional.binary_cross_entropy_with_logits(outputs, having, reduction="none").mean(dim=-1)
        return -strengths["strength"] * entropy

    def slope(
        self,
        outputs: Float[Tensor, "lanes rows outputs"],
        row_weights: Float[Tensor, "lanes rows"],
        task: Task,
        strengths: Strengths,
    ) -> Float[Tensor, "lanes rows outputs"]:
        """strength p (log p + H(p)), or strength z p (1 - p) of a class and its opposite, with z the output."""
        weighted = (strengths["strength"] * row_weights).unsqueeze(2)
        if task is Task.MULTICLASS:
            logs = functional.log_softmax(outputs, dim=-1)
            p = logs.exp()
            return p * (logs - (p * logs).sum(dim=-1, keepdim=True)) * weighted
        p = outputs.sigmoid()
        return outputs * p * (1 - p) * (weighted / outputs.shape[-1])
