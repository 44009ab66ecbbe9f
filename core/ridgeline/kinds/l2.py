"""The ridge penalty."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class L2(Kind):
    """Ridge: J = L + strength * sum w^2, in the loss (coupled).  Source: Hoerl & Kennard 1970."""

    kind: Literal["l2"] = "l2"
    """Always l2."""
    strength: Strength = declare(
        "Weight of the sum of squared weights in the loss.",
        Bounds(low=1e-6, high=1.0, log=True, default=1e-4, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "L2 (ridge)"
    formula: ClassVar = "J = L + strength * sum w^2"
    acts_on: ClassVar = "the gradient of weight matrices: + 2 strength w"
    source: ClassVar = "Hoerl & Kennard 1970"
    pytorch: ClassVar = "weight_decay = 2 * strength of torch.optim.SGD or Adam, on weight matrices only"
    relative_cost: ClassVar = 1.0
    simplicity: ClassVar = 2
    elsewhere: ClassVar = {
        "Keras": "kernel_regularizer=keras.regularizers.L2(strength)",
        "scikit-learn": (
            "Ridge(alpha=n strength); LogisticRegression(C=1/(2 n strength)); "
            "MLPClassifier(alpha=2 batch_size strength)"
        ),
    }
    in_default_set: ClassVar = True
