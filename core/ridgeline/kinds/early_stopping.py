"""Training that ends early."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class EarlyStopping(Kind):
    """Early stopping: evaluation uses the parameters that the network had after so many epochs.

    Without a number the epoch is read off the curve: one trial trains as none does and is scored on its validation rows
    after every epoch; it takes the epoch whose mean over folds is best, and all folds take the same.  Source: Prechelt
    1998; Morgan & Bourlard 1990.
    """

    kind: Literal["early_stopping"] = "early_stopping"
    """Always early_stopping."""
    epochs: Strength = declare(
        "Epochs after which the parameters are kept; those of the training: never before its end.",
        Bounds(
            low=1.0,
            high=1.0,
            log=True,
            default=1.0,
            neutral=None,
            minimum=1.0,
            per_epochs=True,
            more_is_stronger=False,
            unit="epochs",
            whole=True,
            read_off=True,
        ),
    )

    title: ClassVar = "Early stopping"
    formula: ClassVar = (
        "evaluation uses theta after `epochs` epochs; read off: argmin over epochs of the mean over folds"
    )
    acts_on: ClassVar = "what evaluation uses in place of the parameters"
    source: ClassVar = "Prechelt 1998; Morgan & Bourlard 1990"
    pytorch: ClassVar = "none built in; train for `epochs` epochs, or keep a copy of the network then"
    elsewhere: ClassVar = {
        "Keras": "keras.callbacks.EarlyStopping(restore_best_weights=True), which lets each training choose for itself",
        "scikit-learn": "early_stopping=True of MLPClassifier, likewise; max_iter=epochs is the same",
    }
    relative_cost: ClassVar = 1.0
    excludes: ClassVar = ("ema", "swa", "snapshot_ensemble")
