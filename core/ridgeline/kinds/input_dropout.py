"""Dropout of inputs."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class InputDropout(Kind):
    """Inverted dropout of the inputs: x <- x * [u >= rate] / (1 - rate) in training, x in evaluation.

    Source: Srivastava et al. 2014.
    """

    kind: Literal["input_dropout"] = "input_dropout"
    """Always input_dropout."""
    rate: Strength = declare(
        (
            "Probability that a number of a row is zeroed in a training step, zero being its "
            "mean; the rest are divided by 1 - rate."
        ),
        Bounds(
            low=0.02, high=0.5, log=False, default=0.1, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "Input dropout"
    formula: ClassVar = "x <- x * [u >= rate] / (1 - rate) in training; x in evaluation"
    acts_on: ClassVar = "the numbers of a row"
    source: ClassVar = "Srivastava et al. 2014"
    pytorch: ClassVar = "torch.nn.Dropout(p=rate) before the first layer"
    elsewhere: ClassVar = {"Keras": "keras.layers.Dropout(rate) before the first layer", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
