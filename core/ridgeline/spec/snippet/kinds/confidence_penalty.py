"""confidence_penalty in a script: a term of the loss."""

from ridgeline.spec.metrics import Task
from ridgeline.spec.snippet.asked import Asked
from ridgeline.spec.snippet.kinds.script import KindScript


class ConfidencePenalty(KindScript):
    """-strength H(p), by torch.distributions."""

    def of_outputs(self, asked: Asked) -> str:
        """Of all classes, or of a class and its opposite."""
        name = "Categorical" if asked.task is Task.MULTICLASS else "Bernoulli"
        strength = asked.strength("confidence_penalty")
        return f"- {strength} * torch.distributions.{name}(logits=outputs).entropy()"
