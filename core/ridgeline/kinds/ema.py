"""An exponential average of the parameters."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Ema(Kind):
    """EMA: evaluation uses sum_i d^(t-i) theta_i / sum_i d^(t-i), d = 2^(-1/(half_life steps_per_epoch)).

    Bias-corrected: the initial parameters have no part in it.  Source: Polyak & Juditsky 1992; Morales-Brotons
    et al. 2024.
    """

    kind: Literal["ema"] = "ema"
    """Always ema."""
    half_life: Strength = declare(
        "Epochs after which the parameters of a step count half.",
        Bounds(low=0.5, high=10.0, log=True, default=1.0, neutral=0.0, minimum=0.0, unit="epochs"),
    )

    title: ClassVar = "Exponential moving average (EMA)"
    formula: ClassVar = "evaluation uses sum_i d^(t-i) theta_i / sum_i d^(t-i), d = 2^(-1/(half_life steps_per_epoch))"
    acts_on: ClassVar = "what evaluation uses in place of the parameters"
    source: ClassVar = "Polyak & Juditsky 1992; Morales-Brotons et al. 2024"
    pytorch: ClassVar = (
        "torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(d)), "
        "which starts from the first parameters"
    )
    elsewhere: ClassVar = {
        "Keras": "use_ema=True, ema_momentum=d of the optimizer, which starts from the parameters of the first step",
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.05
    excludes: ClassVar = ("swa", "snapshot_ensemble", "early_stopping")
