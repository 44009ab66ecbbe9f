"""Residual branches that go out at random."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare
from ridgeline.kinds.structure import BRANCHLESS


class StochasticDepth(Kind):
    """Stochastic depth: h <- h + [u >= p] F(h) / (1 - p) in training, h + F(h) in evaluation.

    p grows with depth: rate * l/L in branch l of L. A draw for each branch and row. Branches that stay are divided by
    1 - p, as in torchvision, where the paper multiplies them in evaluation. Source: Huang et al. 2016.
    """

    kind: Literal["stochastic_depth"] = "stochastic_depth"
    """Always stochastic_depth."""
    rate: Strength = declare(
        "Probability that the last residual branch is left out for a row; the first of L has a L-th of it.",
        Bounds(
            low=0.02, high=0.5, log=False, default=0.1, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "Stochastic depth"
    formula: ClassVar = "h <- h + [u >= p] F(h) / (1 - p) in training, p = rate * l/L in branch l of L; h + F(h) after"
    acts_on: ClassVar = "residual branches"
    source: ClassVar = "Huang et al. 2016"
    pytorch: ClassVar = 'torchvision.ops.StochasticDepth(rate * l / L, mode="row") on branch l of L'
    elsewhere: ClassVar = {
        "Keras": "none built in; DropPath of keras_cv",
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.02
    refuses: ClassVar = BRANCHLESS
    requires: ClassVar = ("skip",)
    excludes: ClassVar = ("shake_drop", "shake_shake")
