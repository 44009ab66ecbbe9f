"""A limit on the gradient."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class GradientClipping(Kind):
    """Gradient clipping: g <- g min(1, limit / |g|), g that of all parameters of a network, penalties included.

    Source: Pascanu et al. 2013.
    """

    kind: Literal["gradient_clipping"] = "gradient_clipping"
    """Always gradient_clipping."""
    limit: Strength = declare(
        "Largest norm of the gradient.",
        Bounds(
            low=0.01,
            high=10.0,
            log=True,
            default=1.0,
            neutral=None,
            minimum=0.0,
            minimum_excluded=True,
            more_is_stronger=False,
        ),
    )

    title: ClassVar = "Gradient clipping"
    formula: ClassVar = "g <- g min(1, limit / |g|)"
    acts_on: ClassVar = "the gradient of all parameters"
    source: ClassVar = "Pascanu et al. 2013"
    pytorch: ClassVar = "torch.nn.utils.clip_grad_norm_(network.parameters(), max_norm=limit) before optimizer.step()"
    elsewhere: ClassVar = {"Keras": "global_clipnorm=limit of the optimizer", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
