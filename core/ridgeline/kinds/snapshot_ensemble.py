"""Cosine restarts, and the mean of what each cycle found."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class SnapshotEnsemble(Kind):
    """Snapshot ensemble: the learning rate restarts in cycles, and the networks at their ends predict together.

    Before the first cycle has ended, the network as it is predicts.  Source: Huang et al. 2017; Loshchilov &
    Hutter 2017.
    """

    kind: Literal["snapshot_ensemble"] = "snapshot_ensemble"
    """Always snapshot_ensemble."""
    cycles: Strength = declare(
        "Cycles of the learning rate, a whole number; 1 leaves it constant and keeps nothing.",
        Bounds(low=2.0, high=5.0, log=False, default=3.0, neutral=1.0, minimum=1.0, maximum=20.0, whole=True),
    )

    title: ClassVar = "Snapshot ensemble"
    formula: ClassVar = (
        "learning_rate/2 (1 + cos(pi c)), c the share of the cycle that is done; p = mean of "
        "the predictions at the ends of cycles"
    )
    acts_on: ClassVar = "the learning rate, and what evaluation uses in place of the parameters"
    source: ClassVar = "Huang et al. 2017; Loshchilov & Hutter 2017"
    pytorch: ClassVar = (
        "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=steps // cycles),"
        " a copy of the network after each cycle"
    )
    elsewhere: ClassVar = {
        "Keras": (
            "keras.optimizers.schedules.CosineDecayRestarts(learning_rate, steps // cycles, t_mul=1.0), "
            "a copy after each cycle"
        ),
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.02
    excludes: ClassVar = ("ema", "swa", "early_stopping")
    in_default_cocktail: ClassVar = True
