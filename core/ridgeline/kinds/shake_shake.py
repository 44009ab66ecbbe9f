"""Two branches in place of one, mixed at random."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Kind, Strength, switch
from ridgeline.kinds.structure import BRANCHLESS


class ShakeShake(Kind):
    """Shake-shake: each residual branch is double, and h <- h + alpha F1(h) + (1 - alpha) F2(h).

    alpha ~ U[0, 1] in the forward pass, an independent beta ~ U[0, 1] in its place in the backward pass, a draw for
    each branch and row; 1/2 in evaluation. F2 has weights of its own. Source: Gastaldi 2017 (shake-shake-image).
    """

    kind: Literal["shake_shake"] = "shake_shake"
    """Always shake_shake."""
    on: Strength = switch("Whether residual branches are double and mixed at random.")

    title: ClassVar = "Shake-shake"
    formula: ClassVar = (
        "h <- h + alpha F1(h) + (1 - alpha) F2(h); beta for alpha in the backward pass; 1/2 in evaluation"
    )
    acts_on: ClassVar = "the structure of the model: residual branches, which are doubled"
    source: ClassVar = "Gastaldi 2017"
    pytorch: ClassVar = (
        "none built in: m = beta * f1 + (1 - beta) * f2; h = h + m + (alpha * f1 + (1 - alpha) * f2 - m).detach(),"
        " alpha and beta = torch.rand(rows, 1)"
    )
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.8
    refuses: ClassVar = BRANCHLESS
    requires: ClassVar = ("skip",)
    excludes: ClassVar = ("shake_drop", "stochastic_depth")
    is_static: ClassVar = True
    in_default_cocktail: ClassVar = True
