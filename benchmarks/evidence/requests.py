"""What studies of made-up worlds ask for: models so small that a study takes a second or two."""

from collections.abc import Mapping, Sequence

FRESH = 50_000
"""Rows by which the truth is known."""
REPEATS = 3
"""Of the final."""


def request(
    model: Mapping[str, object],
    kinds: Sequence[object],
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int = 40,
    max_trials: int = 48,
) -> dict[str, object]:
    """A study but for its data set; the rest is as by default, but that no test part is set aside."""
    return {
        "model": model,
        "regularizers": ["none", *kinds],
        "evaluation": {"folds": 5, "final_repeats": REPEATS, "test_fraction": 0},
        "training": {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate},
        "budget": {"max_trials": max_trials},
    }


LINEAR = request({"kind": "linear"}, ["l2", "l1", "input_dropout"], epochs=12, learning_rate=0.06)
PERCEPTRON = request(
    {"kind": "mlp", "hidden": [16]}, ["l2", "dropout", "label_smoothing"], epochs=15, learning_rate=0.02, batch_size=80
)
REGRESSION = request(
    {"kind": "mlp", "hidden": [16]}, ["l2", "dropout", "input_noise"], epochs=24, learning_rate=0.05, batch_size=60
)
