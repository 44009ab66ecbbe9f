"""No regularization: always in the race."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Kind


class NoRegularizer(Kind):
    """The plain training loss: J = L."""

    kind: Literal["none"] = "none"
    """Always none."""

    title: ClassVar = "No regularizer"
    formula: ClassVar = "J = L"
    acts_on: ClassVar = "nothing"
    source: ClassVar = "the reference that every kind is compared with"
    pytorch: ClassVar = "the plain loss and optimizer"
    relative_cost: ClassVar = 1.0
    simplicity: ClassVar = 0
    elsewhere: ClassVar = {"Keras": "no regularizer", "scikit-learn": "alpha=0 of MLPClassifier"}
    in_default_set: ClassVar = True
    in_default_cocktail: ClassVar = True
