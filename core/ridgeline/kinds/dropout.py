"""Dropout of hidden units."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Dropout(Kind):
    """Inverted dropout: h <- h * [u >= rate] / (1 - rate) in training, h in evaluation.

    Source: Srivastava et al. 2014.
    """

    kind: Literal["dropout"] = "dropout"
    """Always dropout."""
    rate: Strength = declare(
        "Probability that a hidden unit is zeroed in a training step; the rest are divided by 1 - rate.",
        Bounds(
            low=0.02,
            high=0.8,
            log=False,
            default=0.2,
            neutral=0.0,
            minimum=0.0,
            maximum=1.0,
            maximum_excluded=True,
        ),
    )

    title: ClassVar = "Dropout"
    formula: ClassVar = "h <- h * [u >= rate] / (1 - rate) in training; h in evaluation"
    acts_on: ClassVar = "hidden activations; not the inputs, not the outputs"
    source: ClassVar = "Srivastava et al. 2014"
    pytorch: ClassVar = "torch.nn.Dropout(p=rate) after each hidden activation"
    relative_cost: ClassVar = 1.1
    refuses: ClassVar = {"linear": "it has no hidden units"}
    simplicity: ClassVar = 3
    elsewhere: ClassVar = {"Keras": "keras.layers.Dropout(rate) after each hidden activation", "scikit-learn": "none"}
    in_default_set: ClassVar = True
    in_default_cocktail: ClassVar = True
