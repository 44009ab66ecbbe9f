"""How training went: scores on the way, the fit of the training rows, and what is left of the weights."""

from ridgeline.kinds import Frozen
from ridgeline.spec.views.trials import EpochScore


class Sparsity(Frozen):
    """How many of a model's weights do nothing; biases and normalization are no weights."""

    weights: int
    """Weights in all; those that differ by a lane's structure included."""
    zero: float
    """Share of them that are exactly zero, 0 to 1."""
    small: float
    """Share of them whose size is less than `below`, zeros included."""
    below: float
    """What counts as small."""
    inputs: int | None
    """Input features; null: the model reads no columns one by one."""
    unread: int | None
    """Input features all of whose weights are exactly zero; null likewise."""


class Course(Frozen):
    """How the training of a contender went in some repeats of the final; means are over their folds."""

    curve: tuple[EpochScore, ...]
    """Scores on validation rows after some epochs, the last one included."""
    fitted: tuple[tuple[float | None, ...], ...]
    """Scores of the trained models on the rows that they were trained on, fold by fold of each repeat; null: not
    finite."""
    sparsity: Sparsity
    """Of the trained models, in the mean."""
