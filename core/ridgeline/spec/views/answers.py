"""What a study has found."""

from ridgeline.kinds import Frozen, Search
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.states import Evidence, Likeness, Origin
from ridgeline.spec.statistics import PairedDifference
from ridgeline.spec.views.ladders import End, Plateau, Reference
from ridgeline.spec.views.trials import TrialCounts, TrialView
from ridgeline.spec.views.verdict import Gain, Recommended


class BestView(Frozen):
    """The best trial of a study, or of one kind in it."""

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    trial: TrialView | None
    """Null until a trial is complete."""
    regularizer: str | None
    """Kind of the best trial, or cocktail; before there is one, the kind asked for."""
    strengths: dict[str, float]
    """Each strength of the best trial by name."""
    score: float | None
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float | None
    """Of the score, over folds and repeats."""
    difference_to_none: PairedDifference | None
    """Null for none itself and until none is complete."""


class LeaderboardEntry(Frozen):
    """The best of one kind."""

    rank: int | None
    """1 is best; null until a trial of the kind is complete."""
    regularizer: str
    """Kind of the catalogue, or cocktail: two of them or more."""
    trial: int | None
    """Number of its best trial; null until one is complete."""
    strengths: dict[str, float]
    """Each strength of that trial by name."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float | None
    """Step size of that trial."""
    score: float | None
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float | None
    """Of the score, over folds and repeats."""
    difference_to_none: PairedDifference | None
    """Paired with the best none trial; null for none itself and until both are complete."""
    trials: TrialCounts
    """Trials of this kind, by state."""


class MixEntry(Frozen):
    """The best of one set of ingredients."""

    rank: int
    """1 is best, among sets of two kinds or more."""
    ingredients: tuple[str, ...]
    """Kinds that are on together."""
    trial: int
    """Number of its best trial."""
    strengths: dict[str, float]
    """Each strength of that trial as `kind.name`."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    learning_rate: float
    """Step size of that trial."""
    score: float
    """Mean over folds at the last rung, in units of the metric."""
    standard_error: float
    """Of the score, over folds and repeats."""
    difference_to_none: PairedDifference | None
    """Paired with the best none trial; null until none is complete."""


class LeaderboardView(Frozen):
    """The best setting of each kind, best first; of a cocktail, of each kind alone and of all mixes."""

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    entries: tuple[LeaderboardEntry, ...]
    """One a kind, best first; kinds without a complete trial last.  In mode cocktail a kind's own row is of trials
    in which it is alone, and the row `cocktail` is the best mix."""
    mixes: tuple[MixEntry, ...] = ()
    """The best setting of each set of ingredients, best first, at most 10 of them; none unless mode is cocktail."""


class CurvePoint(Frozen):
    """One setting of a kind: a complete trial, one of its epochs, or a strength of the ladder."""

    trial: int | None
    """Number of the trial; null: it is a strength of the ladder."""
    strengths: dict[str, float]
    """Each of its strengths by name."""
    learning_rate: float
    """Its step size."""
    score: float
    """Mean over folds at the last rung, in units of the metric; of a ladder, over its fresh folds and repeats."""
    standard_error: float
    """Of the score, over folds and repeats."""
    difference_to_best: float | None = None
    """Its score minus that of the ladder's best strength, paired; null for a trial."""
    difference_standard_error: float | None = None
    """Of the paired difference: s_d / sqrt(pairs); null for a trial."""
    in_plateau: bool = False
    """Whether it is a strength of the ladder within one standard error of the best."""


class CurveView(Frozen):
    """Score against strength, weakest regularization first; the band is score +- standard_error.

    Trials are scored on folds that the search chose by; the ladder, once the final has trained it, on fresh ones.  All
    strengths of the ladder share folds and draws, so bands that overlap say nothing of a difference: `plateau` goes by
    paired differences.
    """

    study_id: str
    """The study."""
    provisional: bool
    """Whether more trials, or the ladder, may come."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    regularizer: str
    """The kind."""
    searched: dict[str, Search]
    """What is searched for each strength."""
    points: tuple[CurvePoint, ...]
    """Complete trials and strengths of the ladder, the weakest regularization first."""
    strength: str | None = None
    """Name of the strength that the ladder varies; null: there is no ladder, as for all fields below but the last."""
    best: CurvePoint | None = None
    """The best strength of the ladder."""
    plateau: Plateau | None = None
    """Strengths of the ladder that are as good as the best, within one standard error of their paired difference."""
    boundary: End | None = None
    """The end of the ladder that its best lies at, however far it went on; null: it lies inside."""
    none: Reference | None = None
    """None on the ladder's folds and draws: the reference line."""
    statement: str = ""
    """What the ladder says, or why there is none, in words."""


class WarmFrom(Frozen):
    """An earlier study that another started from."""

    study_id: str
    """The earlier study."""
    how: Likeness
    """How alike both studies are."""
    settings: int
    """Settings of it that were asked first."""


class Obtained(Frozen):
    """How an answer was obtained."""

    evidence: Evidence
    """What it rests on."""
    study_id: str
    """By which study."""
    study: str
    """Name of that study."""
    model: str
    """Kind of its model."""
    origin: Origin | None
    """Where the setting came from in its search; null: it was in no trial of it, as a default that only the final
    trained."""
    warm_start: tuple[WarmFrom, ...]
    """Earlier studies that its search started from; empty: none."""
    statement: str
    """The same in words."""


class RecommendedOver(Recommended):
    """What the verdict of one of several studies recommends."""

    gain: Gain
    """Whether that verdict shows anything to be better than none."""
    obtained: Obtained
    """How it was obtained."""


class BestTrialOver(TrialView):
    """The best trial of the searches of several studies."""

    obtained: Obtained
    """How it was obtained."""


class StudyBest(Frozen):
    """What is best among studies whose scores may be compared, and how that was obtained."""

    comparison: str
    """Equal for studies with equal data, target, metric and split."""
    dataset: str
    """Name of the data set."""
    target: str
    """Name of its target column."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    folds: int
    """Parts of the cross-validation."""
    test_fraction: float
    """Share of rows that no trial saw."""
    studies: int
    """Studies with a complete trial that are compared."""
    use: Evidence
    """Which of the two answers to use: `verdict`, that is `recommended`, wherever there is one, else `best_trial`."""
    recommended: RecommendedOver | None
    """Of the verdicts of these studies, the recommendation with the best score; null: no verdict recommends such."""
    best_trial: BestTrialOver
    """The best trial of all searches: the lowest of many noisy numbers."""
