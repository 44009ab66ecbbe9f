"""A penalty on hidden activations."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Activity(Kind):
    """Activity penalty: J = L + strength * mean over rows of sum h^2, over all hidden units of all layers.

    h are the hidden activations before any kind that multiplies them, such as dropout.  Source: Merity, McCann &
    Socher 2017; as Keras has it, with l2.
    """

    kind: Literal["activity"] = "activity"
    """Always activity."""
    strength: Strength = declare(
        "Weight of the sum of squared hidden activations of a row in the loss.",
        Bounds(low=1e-6, high=1e-1, log=True, default=1e-3, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Activity penalty"
    formula: ClassVar = "J = L + strength * mean sum h^2, the mean over rows, the sum over all hidden units"
    acts_on: ClassVar = "the loss of each row, by its hidden activations"
    source: ClassVar = "Merity, McCann & Socher 2017"
    pytorch: ClassVar = "loss + strength * sum(h.square().sum(1).mean() for h in hidden)"
    elsewhere: ClassVar = {
        "Keras": "keras.layers.ActivityRegularization(l2=strength) after each hidden activation",
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.05
    refuses: ClassVar = {"linear": "it has no hidden units"}
