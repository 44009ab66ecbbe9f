"""A penalty on confident outputs."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class ConfidencePenalty(Kind):
    """Confidence penalty: J = L - strength * mean H(p), H the entropy of the predicted classes.

    Source: Pereyra et al. 2017.
    """

    kind: Literal["confidence_penalty"] = "confidence_penalty"
    """Always confidence_penalty."""
    strength: Strength = declare(
        "Weight of the negative entropy of the predictions in the loss.",
        Bounds(low=0.001, high=1.0, log=True, default=0.1, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Confidence penalty"
    formula: ClassVar = "J = L - strength * mean H(p), H(p) = - sum p log p"
    acts_on: ClassVar = "the loss of each row, by its outputs"
    source: ClassVar = "Pereyra et al. 2017"
    pytorch: ClassVar = "loss - strength * torch.distributions.Categorical(logits=z).entropy().mean()"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.05
    refuses_tasks: ClassVar = {
        "regression": "a number has no confidence to penalize",
        "multi_target": "numbers have no confidence to penalize",
    }
