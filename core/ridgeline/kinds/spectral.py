"""A penalty on the largest singular value of each weight matrix."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Spectral(Kind):
    """Spectral norm penalty: J = L + strength/2 * sum_W sigma(W)^2, sigma the largest singular value.

    By 8 power iterations a step, begun at the longest column of the Gram matrix; filters flattened.  Source: Yoshida &
    Miyato 2017.
    """

    kind: Literal["spectral"] = "spectral"
    """Always spectral."""
    strength: Strength = declare(
        "Weight of half the sum of squared spectral norms in the loss.",
        Bounds(low=1e-4, high=1.0, log=True, default=1e-2, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Spectral norm penalty"
    formula: ClassVar = "J = L + strength/2 * sum_W sigma(W)^2, sigma the largest singular value"
    acts_on: ClassVar = "the gradient of weight matrices: + strength sigma u v^T, u and v the first singular vectors"
    source: ClassVar = "Yoshida & Miyato 2017"
    pytorch: ClassVar = (
        "loss + strength / 2 * torch.linalg.matrix_norm(W.flatten(1), ord=2).square() for each weight W; "
        "torch.nn.utils.parametrizations.spectral_norm divides by it instead"
    )
    elsewhere: ClassVar = {
        "Keras": "none built in; keras.layers.SpectralNormalization divides by it instead",
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.2
