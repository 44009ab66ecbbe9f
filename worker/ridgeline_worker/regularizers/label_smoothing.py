"""What label_smoothing does: a share of each target is spread over all classes."""

from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from ridgeline_worker.regularizer import Examples, Noise, RowShape, Strengths


class LabelSmoothing(Examples):
    """t <- (1 - epsilon) t + epsilon / classes."""

    kind: ClassVar = "label_smoothing"

    def changed(
        self,
        x: Float[Tensor, "lanes rows held"],
        targets: Float[Tensor, "lanes rows *targets"],
        shape: RowShape,
        noise: Noise,
        strengths: Strengths,
    ) -> tuple[Float[Tensor, "lanes rows held"], Float[Tensor, "lanes rows *targets"]]:
        """(1 - epsilon) t + epsilon / classes; the share of one class of two has 1/2 for it."""
        epsilon = strengths["epsilon"].view(-1, *(1 for _ in targets.shape[1:]))
        return x, (1 - epsilon) * targets + epsilon / shape.classes
