"""Residual branches that are scaled at random, forward and backward apart."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare
from ridgeline.kinds.structure import BRANCHLESS


class ShakeDrop(Kind):
    """ShakeDrop: h <- h + (b + alpha - b alpha) F(h) forward, b + beta - b beta in place of it backward.

    b = [u >= p], p = rate * l/L in branch l of L; alpha ~ U[-1, 1], beta ~ U[0, 1]; a draw of each for each branch and
    row. Evaluation multiplies F by the mean of the factor, 1 - p. Source: Yamada et al. 2019.
    """

    kind: Literal["shake_drop"] = "shake_drop"
    """Always shake_drop."""
    rate: Strength = declare(
        "Probability that the last residual branch is shaken for a row; the first of L has a L-th of it.",
        Bounds(low=0.02, high=0.5, log=False, default=0.5, neutral=0.0, minimum=0.0, maximum=1.0),
    )

    title: ClassVar = "ShakeDrop"
    formula: ClassVar = (
        "h <- h + (b + alpha - b alpha) F(h); beta for alpha in the backward pass; h + (1 - p) F(h) in evaluation"
    )
    acts_on: ClassVar = "residual branches"
    source: ClassVar = "Yamada et al. 2019"
    pytorch: ClassVar = (
        "none built in: f * (b + beta - b * beta) + (f * (1 - b) * (alpha - beta)).detach(),"
        " a draw of each a row, on branch l of L with P(b = 0) = rate * l / L"
    )
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 1.05
    refuses: ClassVar = BRANCHLESS
    requires: ClassVar = ("skip",)
    excludes: ClassVar = ("shake_shake", "stochastic_depth")
    in_default_cocktail: ClassVar = True
