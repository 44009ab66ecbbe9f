"""A limit on the incoming weights of each unit."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class MaxNorm(Kind):
    """Max norm: after the update, the weights into each unit are scaled back where their norm exceeds limit.

    Source: Srebro & Shraibman 2005; Srivastava et al. 2014.
    """

    kind: Literal["max_norm"] = "max_norm"
    """Always max_norm."""
    limit: Strength = declare(
        "Largest norm of the incoming weights of a unit.",
        Bounds(
            low=0.5,
            high=10.0,
            log=True,
            default=3.0,
            neutral=None,
            minimum=0.0,
            minimum_excluded=True,
            more_is_stronger=False,
        ),
    )

    title: ClassVar = "Max-norm constraint"
    formula: ClassVar = "w_j <- w_j min(1, limit / |w_j|), w_j the weights into one unit"
    acts_on: ClassVar = "weight matrices, after the update (projection)"
    source: ClassVar = "Srebro & Shraibman 2005; Srivastava et al. 2014"
    pytorch: ClassVar = (
        "torch.renorm(weight, p=2, dim=0, maxnorm=limit) after optimizer.step(), on each weight of [outputs, inputs]"
    )
    elsewhere: ClassVar = {"Keras": "kernel_constraint=keras.constraints.MaxNorm(limit)", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
