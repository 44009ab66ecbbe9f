"""Normalization of each unit over the rows of a batch."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Kind, Strength, switch

STATISTICS_ROWS = 4096
"""Training rows, evenly spread, whose moments evaluation normalizes by, at most."""


class BatchNorm(Kind):
    """Batch normalization before each nonlinearity: a(gain (z - mean) / sqrt(variance + 1e-5) + shift), z = x W + b.

    Mean and variance are of each unit: in training over the rows of the batch, in evaluation over the training rows
    of the fold (at most 4096 of them, evenly spread) under the parameters that are evaluated, averaged ones too.
    On convolutions they are of each channel, over rows and places. Gain and shift are learned and never penalized.
    Source: Ioffe & Szegedy 2015; evaluation as torch.optim.swa_utils.update_bn.
    """

    kind: Literal["batch_norm"] = "batch_norm"
    """Always batch_norm."""
    on: Strength = switch("Whether units are normalized over the batch.")

    title: ClassVar = "Batch normalization"
    formula: ClassVar = "a(gain (z - mean_rows z) / sqrt(var_rows z + 1e-5) + shift) in place of a(z), z = x W + b"
    acts_on: ClassVar = "the structure of the model: before each nonlinearity"
    source: ClassVar = "Ioffe & Szegedy 2015"
    pytorch: ClassVar = (
        "torch.nn.BatchNorm1d(units) before each nonlinearity (BatchNorm2d on images); before evaluation"
        " torch.optim.swa_utils.update_bn over all training rows as one batch"
    )
    elsewhere: ClassVar = {"Keras": "keras.layers.BatchNormalization(epsilon=1e-5)", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.5
    refuses: ClassVar = {
        "linear": "it has no hidden units",
        "custom": "only the built-in models change their structure; put normalization into the module",
    }
    excludes: ClassVar = ("layer_norm",)
    is_static: ClassVar = True
    in_default_cocktail: ClassVar = True
