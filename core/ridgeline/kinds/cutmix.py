"""Rows with parts of other rows."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class CutMix(Kind):
    """CutMix: a part of each row is that of another row, and its target is mixed by the share kept, in some steps.

    Columns: max(1, floor(features c)) raw features, c uniform in [0, 1); arrays: a patch that keeps about the
    share c.
    Source: Yun et al. 2019; for tables Kadra et al. 2021.
    """

    kind: Literal["cutmix"] = "cutmix"
    """Always cutmix."""
    probability: Strength = declare(
        "Probability that a step mixes its rows.",
        Bounds(low=0.05, high=1.0, log=False, default=0.5, neutral=0.0, minimum=0.0, maximum=1.0),
    )

    title: ClassVar = "CutMix"
    formula: ClassVar = "x[part] <- x'[part], t <- k t + (1 - k) t', k the share kept, where u < probability"
    acts_on: ClassVar = "rows and targets in training: whole raw features, or a patch of an array"
    source: ClassVar = "Yun et al. 2019; Kadra et al. 2021"
    pytorch: ClassVar = "none built in; torchvision.transforms.v2.CutMix for images"
    elsewhere: ClassVar = {"Keras": "keras.layers.CutMix for images", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.05
    excludes: ClassVar = ("mixup", "cutout", "fgsm")
    in_default_cocktail: ClassVar = True
