"""Softened targets of classes."""

from typing import ClassVar, Literal

from ridgeline.kinds.kind import Bounds, Kind, Strength, declare


class LabelSmoothing(Kind):
    """Label smoothing: the target t of a row becomes (1 - epsilon) t + epsilon / classes.

    Source: Szegedy et al. 2016.
    """

    kind: Literal["label_smoothing"] = "label_smoothing"
    """Always label_smoothing."""
    epsilon: Strength = declare(
        "Share of a target that is spread evenly over all classes.",
        Bounds(
            low=0.005, high=0.3, log=True, default=0.1, neutral=0.0, minimum=0.0, maximum=1.0, maximum_excluded=True
        ),
    )

    title: ClassVar = "Label smoothing"
    formula: ClassVar = "t <- (1 - epsilon) t + epsilon / classes"
    acts_on: ClassVar = (
        "the targets of classes in training; often hurts log loss on clean labels and helps on noisy ones"
    )
    source: ClassVar = "Szegedy et al. 2016"
    pytorch: ClassVar = "torch.nn.CrossEntropyLoss(label_smoothing=epsilon); with one logit, smooth the target by hand"
    elsewhere: ClassVar = {
        "Keras": "keras.losses.CategoricalCrossentropy(label_smoothing=epsilon); BinaryCrossentropy has the same",
        "scikit-learn": "none",
    }
    relative_cost: ClassVar = 1.0
    refuses_tasks: ClassVar = {
        "regression": "a number has no classes to smooth over",
        "multi_target": "numbers have no classes to smooth over",
    }
