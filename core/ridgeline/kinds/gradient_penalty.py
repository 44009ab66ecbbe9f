"""A penalty on the slope of the outputs."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class GradientPenalty(Kind):
    """Jacobian penalty: J = L + strength/2 * C mean |d(v.z)/dx|^2 with v uniform on the unit sphere, one a row.

    z are the C outputs. The expectation is strength/2 times the mean squared Frobenius norm of dz/dx.  Source:
    Hoffman et al. 2019.
    """

    kind: Literal["gradient_penalty"] = "gradient_penalty"
    """Always gradient_penalty."""
    strength: Strength = declare(
        "Weight of the squared slope in the loss.",
        Bounds(low=0.0001, high=10.0, log=True, default=0.01, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Gradient penalty"
    formula: ClassVar = "J = L + strength/2 * C mean |d(v.z)/dx|^2, v uniform on the unit sphere"
    acts_on: ClassVar = "the gradient, by a pass that is differentiated twice"
    source: ClassVar = "Hoffman et al. 2019; Drucker & LeCun 1992"
    pytorch: ClassVar = "none built in; torch.autograd.grad(..., create_graph=True)"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 3.0
