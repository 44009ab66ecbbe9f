"""Slow weights that follow the fast ones."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Lookahead(Kind):
    """Lookahead: every k steps slow <- slow + alpha (theta - slow), and theta <- slow.

    Source: Zhang et al. 2019.
    """

    kind: Literal["lookahead"] = "lookahead"
    """Always lookahead."""
    k: Strength = declare(
        "Steps between two moves of the slow weights, a whole number.",
        Bounds(low=5.0, high=10.0, log=False, default=6.0, neutral=6.0, minimum=1.0, whole=True),
    )
    alpha: Strength = declare(
        "How far the slow weights move; 1 is none.",
        Bounds(
            low=0.5,
            high=0.8,
            log=False,
            default=0.5,
            neutral=1.0,
            minimum=0.0,
            minimum_excluded=True,
            maximum=1.0,
            more_is_stronger=False,
        ),
    )

    title: ClassVar = "Lookahead"
    formula: ClassVar = "every k steps: slow <- slow + alpha (theta - slow); theta <- slow"
    acts_on: ClassVar = "all parameters, after the update"
    source: ClassVar = "Zhang et al. 2019"
    pytorch: ClassVar = "none built in; a copy of the parameters and torch.lerp every k steps"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.02
    in_default_cocktail: ClassVar = True
