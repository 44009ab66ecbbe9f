"""The lasso penalty."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class L1(Kind):
    """Lasso: J = L + strength * sum |w|.  Exact zeros by a proximal step.  Source: Tibshirani 1996."""

    kind: Literal["l1"] = "l1"
    """Always l1."""
    strength: Strength = declare(
        "Weight of the sum of absolute weights in the loss.",
        Bounds(low=1e-6, high=1e-1, log=True, default=1e-4, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "L1 (lasso)"
    formula: ClassVar = "J = L + strength * sum |w|"
    acts_on: ClassVar = "weight matrices, after the update (proximal step)"
    source: ClassVar = "Tibshirani 1996; Parikh & Boyd 2014; Yun, Lozano & Yang 2021 (under Adam)"
    pytorch: ClassVar = "none built in: weight_decay is L2, never L1; see the snippet's proximal step"
    relative_cost: ClassVar = 1.02
    simplicity: ClassVar = 4
    elsewhere: ClassVar = {
        "Keras": "kernel_regularizer=keras.regularizers.L1(strength), without exact zeros",
        "scikit-learn": "Lasso(alpha=strength/2); LogisticRegression(solver='saga', l1_ratio=1, C=1/(n strength))",
    }
    in_default_set: ClassVar = True
