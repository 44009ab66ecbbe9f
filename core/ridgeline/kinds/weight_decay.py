"""Decoupled weight decay, by its time scale."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class WeightDecay(Kind):
    """Decoupled decay: w <- (1 - learning_rate rate) w beside the update, rate = 1/(learning_rate steps_per_epoch tau).

    Source: Loshchilov & Hutter 2019; the time scale tau: Wang & Aitchison 2025.
    """

    kind: Literal["weight_decay"] = "weight_decay"
    """Always weight_decay."""
    tau: Strength = declare(
        "Time scale of the decay in epochs: weights forget what they learned longer ago; smaller is stronger.",
        Bounds(
            low=0.5,
            high=2.0,
            log=True,
            default=1.0,
            neutral=None,
            minimum=0.0,
            minimum_excluded=True,
            per_epochs=True,
            more_is_stronger=False,
            unit="epochs",
        ),
    )

    title: ClassVar = "Weight decay (decoupled)"
    formula: ClassVar = "w <- w - learning_rate rate w beside the update; rate = 1/(learning_rate steps_per_epoch tau)"
    acts_on: ClassVar = "weight matrices, beside the update"
    source: ClassVar = "Loshchilov & Hutter 2019; Wang & Aitchison 2025"
    pytorch: ClassVar = "weight_decay = rate of torch.optim.AdamW, on weight matrices only"
    relative_cost: ClassVar = 1.0
    simplicity: ClassVar = 1
    elsewhere: ClassVar = {
        "Keras": (
            "weight_decay=rate of keras.optimizers.AdamW, after exclude_from_weight_decay of all but weight matrices"
        ),
        "scikit-learn": "none: its alpha is l2",
    }
    in_default_set: ClassVar = True
    in_default_cocktail: ClassVar = True
