"""Dropout of weights."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class DropConnect(Kind):
    """DropConnect: w <- w * [u >= rate] / (1 - rate) in the forward pass of a training step; w in evaluation.

    One mask a step, for all its rows.  Source: Wan et al. 2013.
    """

    kind: Literal["dropconnect"] = "dropconnect"
    """Always dropconnect."""
    rate: Strength = declare(
        ("Probability that a weight takes no part in a training step; the rest are divided by 1 - rate."),
        Bounds(
            low=0.02, high=0.6, log=False, default=0.2, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "DropConnect"
    formula: ClassVar = "w <- w * [u >= rate] / (1 - rate) in the forward pass in training; w in evaluation"
    acts_on: ClassVar = "weight matrices, in the forward pass"
    source: ClassVar = "Wan et al. 2013"
    pytorch: ClassVar = "torch.nn.functional.dropout(weight, rate) in forward, while training"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.3
