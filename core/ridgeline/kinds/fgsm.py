"""Training on adversarial rows."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class Fgsm(Kind):
    """Adversarial training: J = (L(x) + L(x + epsilon sign(dL/dx))) / 2.  Source: Goodfellow et al. 2015."""

    kind: Literal["fgsm"] = "fgsm"
    """Always fgsm."""
    epsilon: Strength = declare(
        ("How far each number of a row moves against the loss, in standard deviations of the input."),
        Bounds(low=0.001, high=0.3, log=True, default=0.01, neutral=0.0, minimum=0.0, unit="standard deviations"),
    )

    title: ClassVar = "Adversarial training (FGSM)"
    formula: ClassVar = "J = (L(x) + L(x + epsilon sign(dL/dx))) / 2"
    acts_on: ClassVar = "the gradient, by a second pass on adversarial rows"
    source: ClassVar = "Goodfellow et al. 2015"
    pytorch: ClassVar = "none built in; two passes and torch.autograd.grad(loss, x)"
    elsewhere: ClassVar = {"Keras": "none built in", "scikit-learn": "none"}
    relative_cost: ClassVar = 2.5
    excludes: ClassVar = ("mixup", "cutmix", "cutout")
    in_default_cocktail: ClassVar = True
