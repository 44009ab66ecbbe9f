"""Gaussian noise on inputs."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class InputNoise(Kind):
    """Input noise: x <- x + sigma z in training, z standard normal; x in evaluation.  Source: Bishop 1995."""

    kind: Literal["input_noise"] = "input_noise"
    """Always input_noise."""
    sigma: Strength = declare(
        "Standard deviation of the noise, in standard deviations of the input.",
        Bounds(low=0.01, high=1.0, log=True, default=0.1, neutral=0.0, minimum=0.0, unit="standard deviations"),
    )

    title: ClassVar = "Input noise"
    formula: ClassVar = "x <- x + sigma z in training; x in evaluation"
    acts_on: ClassVar = "the numbers of a row"
    source: ClassVar = "Bishop 1995"
    pytorch: ClassVar = "x + sigma * torch.randn_like(x) in training"
    elsewhere: ClassVar = {"Keras": "keras.layers.GaussianNoise(sigma) before the first layer", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
