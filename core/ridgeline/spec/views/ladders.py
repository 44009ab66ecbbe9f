"""A ladder: strengths of one kind from low to high, trained again side by side, and what its curve says."""

from enum import StrEnum

from ridgeline.kinds import Frozen


class End(StrEnum):
    """An end of a ladder."""

    LOW = "low"  #: its lowest number
    HIGH = "high"  #: its highest number


class Plateau(Frozen):
    """Strengths that are as good as the best, within one standard error of their paired difference to it."""

    low: float
    """Lowest strength of the interval around the best in which all are."""
    high: float
    """Highest strength of it."""
    strengths: tuple[float, ...]
    """All that are, those apart from the interval included, from low to high."""


class Reference(Frozen):
    """None, trained on the same folds and draws: the reference line of the curve."""

    score: float
    """Mean over folds and repeats, in units of the metric."""
    standard_error: float
    """Of the score: s / sqrt(pairs)."""
    difference_to_best: float
    """Its score minus the best strength's, paired."""
    difference_standard_error: float
    """Of the paired difference: s_d / sqrt(pairs)."""
    in_plateau: bool
    """Whether it is within one standard error of the best strength, so that nothing is lost without the kind."""


class LadderRung(Frozen):
    """One strength of a ladder."""

    value: float
    """The strength."""
    score: float | None
    """Mean over folds and repeats, in units of the metric; null: its training gave none."""
    standard_error: float | None
    """Of the score: s / sqrt(pairs), the band; all strengths share folds, so that bands say nothing of differences."""
    difference_to_best: float | None
    """Its score minus the best strength's, paired; 0 for the best."""
    difference_standard_error: float | None
    """Of the paired difference: s_d / sqrt(pairs)."""
    in_plateau: bool
    """Whether it is within one standard error of the best."""
    is_beyond: bool
    """Whether it lies beyond what was searched, where the ladder went on by itself."""


class LadderView(Frozen):
    """Score against one strength of a kind, on folds and draws that nothing was chosen by."""

    regularizer: str
    """The kind."""
    strength: str
    """Name of the strength that varies."""
    held: dict[str, float]
    """The kind's other strengths, at the best of the search."""
    learning_rate: float
    """Step size of all rungs: that of the kind's best trial."""
    repeats: int
    """Repeats that all were trained on."""
    folds: int
    """Parts of each cross-validation."""
    rungs: tuple[LadderRung, ...]
    """From the lowest number to the highest."""
    best: float
    """The strength with the best mean score; of equals the one that regularizes more."""
    plateau: Plateau
    """What is as good."""
    boundary: End | None
    """The end that the best lies at, however far the ladder went on; null: it lies inside."""
    none: Reference | None
    """None on the same folds and draws; null: its training gave no scores."""
    statement: str
    """The same in words."""

    def at(self, value: float) -> LadderRung:
        """The rung of a strength."""
        return next(rung for rung in self.rungs if rung.value == value)

    @property
    def beyond(self) -> tuple[float, ...]:
        """Strengths beyond what was searched, from low to high."""
        return tuple(rung.value for rung in self.rungs if rung.is_beyond)
