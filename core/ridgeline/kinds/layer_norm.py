"""Normalization of each row over its units."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Kind, Strength, switch


class LayerNorm(Kind):
    """Layer normalization before each nonlinearity: a(gain (z - mean) / sqrt(variance + 1e-5) + shift), z = x W + b.

    Mean and variance are of each row over the units of the layer, the same in training and evaluation. On
    convolutions they are over channels and places, with a gain and a shift a channel. Gain and shift are learned and
    never penalized. Source: Ba, Kiros & Hinton 2016.
    """

    kind: Literal["layer_norm"] = "layer_norm"
    """Always layer_norm."""
    on: Strength = switch("Whether rows are normalized over the units of each layer.")

    title: ClassVar = "Layer normalization"
    formula: ClassVar = "a(gain (z - mean_units z) / sqrt(var_units z + 1e-5) + shift) in place of a(z), z = x W + b"
    acts_on: ClassVar = "the structure of the model: before each nonlinearity"
    source: ClassVar = "Ba, Kiros & Hinton 2016"
    pytorch: ClassVar = "torch.nn.LayerNorm(units) before each nonlinearity; torch.nn.GroupNorm(1, channels) on images"
    elsewhere: ClassVar = {"Keras": "keras.layers.LayerNormalization(epsilon=1e-5)", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.5
    refuses: ClassVar = {
        "linear": "it has no hidden units",
        "custom": "only the built-in models change their structure; put normalization into the module",
    }
    excludes: ClassVar = ("batch_norm",)
    is_static: ClassVar = True
