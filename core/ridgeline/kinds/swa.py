"""An average of the parameters of the last epochs."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Swa(Kind):
    """Stochastic weight averaging: evaluation uses the mean of the parameters at the end of each epoch after start.

    Source: Izmailov et al. 2018; here at the learning rate of the training.
    """

    kind: Literal["swa"] = "swa"
    """Always swa."""
    start: Strength = declare(
        "Share of the training after which epochs are averaged; 1: none.",
        Bounds(
            low=0.5, high=0.9, log=False, default=0.75, neutral=1.0, minimum=0.0, maximum=1.0, more_is_stronger=False
        ),
    )

    title: ClassVar = "Stochastic weight averaging (SWA)"
    formula: ClassVar = "evaluation uses mean theta over the ends of epochs e > start * epochs"
    acts_on: ClassVar = "what evaluation uses in place of the parameters"
    source: ClassVar = "Izmailov et al. 2018"
    pytorch: ClassVar = "torch.optim.swa_utils.AveragedModel(network), updated after each epoch from start on"
    elsewhere: ClassVar = {
        "Keras": "none built in; keras.callbacks.SwapEMAWeights, an exponential average, is the nearest",
        "scikit-learn": "average=True of SGDClassifier, for linear models",
    }
    relative_cost: ClassVar = 1.02
    excludes: ClassVar = ("ema", "snapshot_ensemble", "early_stopping")
    in_default_cocktail: ClassVar = True
