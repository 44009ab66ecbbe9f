"""The elastic-net penalty."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class ElasticNet(Kind):
    """Elastic net: J = L + strength * sum (l1_ratio |w| + (1 - l1_ratio)/2 w^2).  Source: Zou & Hastie 2005."""

    kind: Literal["elastic_net"] = "elastic_net"
    """Always elastic_net."""
    strength: Strength = declare(
        "Weight of the mixed penalty in the loss.",
        Bounds(low=1e-6, high=1e-1, log=True, default=1e-4, neutral=0.0, minimum=0.0),
    )
    l1_ratio: Strength = declare(
        "Share of the absolute part: 1 is the lasso, 0 is ridge of half the strength.",
        Bounds(
            low=0.05,
            high=0.95,
            log=False,
            default=0.5,
            neutral=0.5,
            minimum=0.0,
            maximum=1.0,
        ),
    )

    title: ClassVar = "Elastic net"
    formula: ClassVar = "J = L + strength * sum (l1_ratio |w| + (1 - l1_ratio)/2 w^2)"
    acts_on: ClassVar = "weight matrices, after the update (proximal step)"
    source: ClassVar = "Zou & Hastie 2005; Parikh & Boyd 2014"
    pytorch: ClassVar = "none built in; see the snippet's proximal step"
    relative_cost: ClassVar = 1.02
    simplicity: ClassVar = 5
    elsewhere: ClassVar = {
        "Keras": (
            "kernel_regularizer=keras.regularizers.L1L2(l1=strength*l1_ratio, l2=strength*(1-l1_ratio)/2), "
            "without exact zeros"
        ),
        "scikit-learn": "ElasticNet(alpha=strength/2, l1_ratio=l1_ratio)",
    }
    in_default_set: ClassVar = True
