"""A penalty on weights of units that are not orthogonal."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Orthogonality(Kind):
    """Soft orthogonality: J = L + strength * sum_W |W^T W - I|^2, the squared Frobenius norm.

    The columns of W are the weights into one unit, filters flattened; where there are more units than numbers that they
    read, W W^T stands for W^T W, which differs by a constant.  Source: Bansal, Chen & Wang 2018; Brock et al. 2017.
    """

    kind: Literal["orthogonality"] = "orthogonality"
    """Always orthogonality."""
    strength: Strength = declare(
        "Weight in the loss of how far the weights of units are from orthogonal and of length 1.",
        Bounds(low=1e-6, high=1e-1, log=True, default=1e-4, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Soft orthogonality"
    formula: ClassVar = "J = L + strength * sum_W |W^T W - I|^2"
    acts_on: ClassVar = "the gradient of weight matrices: + 4 strength W (W^T W - I)"
    source: ClassVar = "Bansal, Chen & Wang 2018; Brock et al. 2017"
    pytorch: ClassVar = (
        "loss + strength * (W.flatten(1) @ W.flatten(1).T - torch.eye(len(W))).square().sum() for each weight W of "
        "[outputs, inputs]; torch.nn.utils.parametrizations.orthogonal is the hard constraint"
    )
    elsewhere: ClassVar = {
        "Keras": (
            "keras.regularizers.OrthogonalRegularizer(mode='columns') is the nearest: of columns scaled to length 1, "
            "without squares"
        ),
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.3
