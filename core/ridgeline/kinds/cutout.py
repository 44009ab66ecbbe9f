"""Rows with parts erased."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Cutout(Kind):
    """Cutout: a share of each row is zeroed in training, without rescaling.

    Columns: max(1, floor(features ratio)) raw features of each row; arrays: a patch with about this share of
    the places.
    Source: DeVries & Taylor 2017.
    """

    kind: Literal["cutout"] = "cutout"
    """Always cutout."""
    ratio: Strength = declare(
        "Share of a row that is zeroed, zero being the mean.",
        Bounds(
            low=0.05, high=0.5, log=False, default=0.2, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "Cutout"
    formula: ClassVar = "x[part] <- 0, the part a share ratio of the row and another for each row"
    acts_on: ClassVar = "rows in training: whole raw features, or a patch of an array"
    source: ClassVar = "DeVries & Taylor 2017"
    pytorch: ClassVar = "none built in; torchvision.transforms.v2.RandomErasing for images"
    elsewhere: ClassVar = {"Keras": "keras.layers.RandomErasing for images", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
    excludes: ClassVar = ("mixup", "cutmix", "fgsm")
    in_default_cocktail: ClassVar = True
