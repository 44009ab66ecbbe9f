"""label_smoothing in a script: a share of each target is spread over all classes."""

from ridgeline.spec.metrics import Task
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript, Lines


class LabelSmoothing(KindScript):
    """An option of nn.CrossEntropyLoss; PyTorch has none for one logit."""

    def loss_option(self, asked: Asked) -> str | None:
        """Of several classes."""
        if asked.task is not Task.MULTICLASS:
            return None
        return f"label_smoothing={asked.strength('label_smoothing', 'epsilon')}"

    def examples(self, asked: Asked) -> Lines:
        """Of one class and its opposite."""
        if asked.task is not Task.MULTICLASS:
            epsilon = asked.strength("label_smoothing", "epsilon")
            yield f"targets = (1 - {epsilon}) * targets + {epsilon} / 2  # label smoothing"
