"""Rows mixed with other rows."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Mixup(Kind):
    """Mixup: x <- b x + (1 - b) x', t <- b t + (1 - b) t' with another row of the batch.

    b = max(c, 1 - c) with c ~ Beta(alpha, alpha), one a step.  Source: Zhang et al. 2018.
    """

    kind: Literal["mixup"] = "mixup"
    """Always mixup."""
    alpha: Strength = declare(
        (
            "Both parameters of the Beta distribution that the share of the other row is drawn "
            "from; 1 is uniform, 0 mixes nothing."
        ),
        Bounds(low=0.05, high=2.0, log=True, default=0.2, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Mixup"
    formula: ClassVar = (
        "x <- b x + (1 - b) x', t <- b t + (1 - b) t'; b = max(c, 1 - c), c ~ Beta(alpha, alpha), one a step"
    )
    acts_on: ClassVar = "rows and targets in training, numbers too"
    source: ClassVar = "Zhang et al. 2018"
    pytorch: ClassVar = "none built in; torchvision.transforms.v2.MixUp(alpha=alpha, num_classes=...) for images"
    elsewhere: ClassVar = {"Keras": "keras.layers.MixUp(alpha) for images", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.05
    excludes: ClassVar = ("cutmix", "cutout", "fgsm")
    in_default_cocktail: ClassVar = True
