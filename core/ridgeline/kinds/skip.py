"""Skip connections around hidden layers."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Kind, Strength, switch


class Skip(Kind):
    """Skip connections: h <- h + a(h W + b) in place of h <- a(h W + b).

    So it is wherever a hidden layer is as wide as the one before it. Source: He et al. 2016.
    """

    kind: Literal["skip"] = "skip"
    """Always skip."""
    on: Strength = switch("Whether hidden layers add to what they see.")

    title: ClassVar = "Skip connections"
    formula: ClassVar = "h <- h + a(h W + b) in place of h <- a(h W + b), where both are equally wide"
    acts_on: ClassVar = "the structure of the model: hidden layers as wide as the one before"
    source: ClassVar = "He et al. 2016"
    pytorch: ClassVar = "h = h + activation(layer(h)) in forward"
    elsewhere: ClassVar = {"Keras": "keras.layers.Add()([h, layer(h)])", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.05
    refuses: ClassVar = {
        "linear": "it has no hidden units",
        "residual_mlp": "it has skip connections already",
        "conv1d": "its stages change channels and length, so that what they make cannot be added to what they see",
        "conv2d": "its stages change channels and size, so that what they make cannot be added to what they see",
        "custom": "only the built-in models change their structure; put skip connections into the module",
    }
    built_into: ClassVar = ("residual_mlp",)
    is_static: ClassVar = True
    in_default_cocktail: ClassVar = True
