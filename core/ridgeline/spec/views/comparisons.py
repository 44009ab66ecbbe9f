"""What answers of the final say of a contender, and of one against another."""

from ridgeline.kinds import Frozen
from ridgeline.spec.resolved import Setting


class Interval(Frozen):
    """Both limits, each with 2.5 % beyond it, unless said otherwise."""

    low: float
    """Lower limit."""
    high: float
    """Upper limit."""


class Comparison(Frozen):
    """A setting against another, paired on equal folds and draws."""

    reference: int
    """Number of the contender that it is compared with."""
    mean: float
    """Its score minus the reference's, in units of the metric; the mean over folds and repeats."""
    interval: Interval
    """Of the mean difference, 95 %, by the corrected resampled t."""
    standard_error: float
    """Corrected for rows that training parts share (Nadeau & Bengio 2003)."""
    plain_standard_error: float
    """s_d / sqrt(pairs), without that correction."""
    p: float
    """Of no difference, both sides; the corrected resampled t with pairs - 1 degrees of freedom."""
    probability_better: float
    """That it is truly better than the reference (Corani & Benavoli 2015)."""
    pairs: int
    """Folds times repeats."""
    correlation: float | None
    """Achieved correlation of the paired scores: the higher, the more pairing has gained; null: one does not vary."""


class Choice(Frozen):
    """A contender with its setting."""

    number: int
    """Number among the contenders."""
    regularizer: str
    """Its kind."""
    strengths: dict[str, float]
    """Each of its strengths by name."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float
    """Step size of the optimizer."""

    @property
    def setting(self) -> Setting:
        """What distinguishes it from others."""
        return Setting(regularizer=self.regularizer, strengths=self.strengths, learning_rate=self.learning_rate)
