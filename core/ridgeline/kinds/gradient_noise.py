"""Gaussian noise on the gradient."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class GradientNoise(Kind):
    """Gradient noise: g <- g + scale / step^0.275 z, z standard normal, on all parameters.

    Source: Neelakantan et al. 2015.
    """

    kind: Literal["gradient_noise"] = "gradient_noise"
    """Always gradient_noise."""
    scale: Strength = declare(
        "Standard deviation of the noise at the first step; it falls as step^-0.275.",
        Bounds(low=0.0001, high=1.0, log=True, default=0.01, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Gradient noise"
    formula: ClassVar = "g <- g + scale / step^0.275 z (variance scale^2 / step^0.55)"
    acts_on: ClassVar = "the gradient of all parameters"
    source: ClassVar = "Neelakantan et al. 2015"
    pytorch: ClassVar = "p.grad += scale / step ** 0.275 * torch.randn_like(p) before optimizer.step()"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.1
