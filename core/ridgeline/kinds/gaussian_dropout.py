"""Multiplicative Gaussian noise on hidden units."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class GaussianDropout(Kind):
    """Gaussian dropout: h <- h * (1 + sqrt(rate / (1 - rate)) z) in training, z standard normal; h in evaluation.

    Source: Srivastava et al. 2014, section 10.
    """

    kind: Literal["gaussian_dropout"] = "gaussian_dropout"
    """Always gaussian_dropout."""
    rate: Strength = declare(
        (
            "The rate of dropout with the same variance: the factor of a hidden unit has mean 1 "
            "and variance rate / (1 - rate)."
        ),
        Bounds(
            low=0.02, high=0.7, log=False, default=0.2, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "Gaussian dropout"
    formula: ClassVar = "h <- h * (1 + sqrt(rate / (1 - rate)) z) in training; h in evaluation"
    acts_on: ClassVar = "hidden activations; not the inputs, not the outputs"
    source: ClassVar = "Srivastava et al. 2014, section 10"
    pytorch: ClassVar = "none built in: h * (1 + (rate / (1 - rate)) ** 0.5 * torch.randn_like(h)) in training"
    elsewhere: ClassVar = {"Keras": "keras.layers.GaussianDropout(rate)", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.1
    refuses: ClassVar = {"linear": "it has no hidden units"}
