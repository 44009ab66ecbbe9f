"""Sharpness-aware minimization."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Sam(Kind):
    """SAM: the gradient is taken at theta + rho g / |g|, g the gradient at theta; both passes see the same noise.

    Source: Foret et al. 2021.
    """

    kind: Literal["sam"] = "sam"
    """Always sam."""
    rho: Strength = declare(
        "How far the parameters move against the loss before the gradient is taken.",
        Bounds(low=0.005, high=0.5, log=True, default=0.05, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Sharpness-aware minimization (SAM)"
    formula: ClassVar = "g <- dL/dtheta at theta + rho g / |g|"
    acts_on: ClassVar = "the gradient of all parameters, by a second pass"
    source: ClassVar = "Foret et al. 2021"
    pytorch: ClassVar = "none built in; two passes, the first one moves the parameters"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 2.0
