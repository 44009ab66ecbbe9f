"""The group lasso on inputs and units."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class GroupLasso(Kind):
    """Group lasso: J = L + strength * sum_g sqrt(size_g) |w_g|, a group being the weights out of one input or unit.

    Exact zeros by a proximal step.  Source: Yuan & Lin 2006; Scardapane et al. 2017.
    """

    kind: Literal["group_lasso"] = "group_lasso"
    """Always group_lasso."""
    strength: Strength = declare(
        "Weight of the sum of group norms in the loss.",
        Bounds(low=1e-05, high=1.0, log=True, default=0.001, neutral=0.0, minimum=0.0),
    )

    title: ClassVar = "Group lasso"
    formula: ClassVar = "J = L + strength * sum_g sqrt(size_g) |w_g|, w_g the weights out of one input or unit"
    acts_on: ClassVar = (
        "weight matrices, after the update (proximal step); all numbers that encode one raw feature are one group"
    )
    source: ClassVar = "Yuan & Lin 2006; Scardapane et al. 2017; Yun, Lozano & Yang 2021 (under Adam)"
    pytorch: ClassVar = "none built in; a proximal step after optimizer.step()"
    elsewhere: ClassVar = {
        "Keras": "none built in",
        "scikit-learn": "MultiTaskLasso(alpha=strength outputs^1.5 / 2), for several numbers",
    }
    relative_cost: ClassVar = 1.02
