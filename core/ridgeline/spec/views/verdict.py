"""The verdict: what to use, how sure that is, and what it rests on."""

from enum import StrEnum

from ridgeline.kinds import Frozen
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.resolved import Setting
from ridgeline.spec.states import EndReason
from ridgeline.spec.views.comparisons import Choice, Comparison, Interval
from ridgeline.spec.views.courses import Sparsity
from ridgeline.spec.views.ingredients import IngredientsView
from ridgeline.spec.views.ladders import LadderView
from ridgeline.spec.views.objectives import ConstraintView, Estimated, ObjectivesView


class Role(StrEnum):
    """Why a setting is among the contenders."""

    NONE = "none"  #: no regularizer, at its best learning rate: what the others are compared with
    CONSTANT = "constant"  #: the best constant prediction; it has no setting, costs nothing, and is never recommended
    BASELINE = "baseline"  #: named by the user to be compared with
    BEST = "best"  #: the best of its kind in the search
    DEFAULT = "default"  #: the default of its kind
    WINNER = "winner"  #: of a cocktail, the best of the search with an ingredient or more
    ABLATION = "ablation"  #: the winner without one of its ingredients, and without what requires that
    SIMPLIFIED = "simplified"  #: one ingredient of the winner alone, with what it requires


class Gain(StrEnum):
    """Whether any contender is better than none; it never changes what is recommended."""

    SHOWN = "shown"  #: one is, at a Holm p below 0.05
    NOT_SHOWN = "not shown"  #: no evidence either way; differences up to `possible_gain` are possible
    EXCLUDED = "excluded"  #: nothing helps here: no contender can be better by `min_gain`


class WarningCode(StrEnum):
    """What a reader of the verdict must know."""

    FEW_ROWS = "few_rows"  #: small differences cannot be told from chance
    BOUNDARY_OPTIMUM = (
        "boundary_optimum"  #: a strength lies at an end of what was searched, or the best of a ladder at its end
    )
    NO_BETTER_THAN_CONSTANT = "no_better_than_constant"  #: predicting the same for every row is as good
    TEST_PART_SCORED_BEFORE = "test_part_scored_before"  #: earlier verdicts have looked at these rows
    NORM_UNDER_L2 = "norm_under_l2"  #: with normalization, a penalty of the weights acts as a learning rate
    RUNG_RANKS_DISAGREE = "rung_ranks_disagree"  #: early scores said little of the last ones
    FEW_REPEATS = "few_repeats"  #: fewer repeats of the final than were asked for, or a single one
    STOPPED = "stopped"  #: the search ended before its budget was spent
    CONTENDER_FAILED = "contender_failed"  #: a contender gave no score when it was trained again
    NONE_FAILED = "none_failed"  #: none gave no score when it was trained again, so there is nothing to compare with
    GAIN_OF_ANOTHER = "gain_of_another"  #: a gain is shown, but not of what is recommended
    ROWS_IN_TIME = "rows_in_time"  #: neighbours in time are alike, so that intervals are too narrow
    MADE_ANEW = "made_anew"  #: the study had verdicts before it was extended
    CONSTRAINTS_NOT_MET = "constraints_not_met"  #: no contender is shown to keep all, so they were left aside
    NOISY_TIMINGS = "noisy_timings"  #: timings of one setting differ much on this machine
    TEST_DISAGREES = "test_disagrees"  #: on the test part, none is better than what is recommended


class Caution(Frozen):
    """A warning."""

    code: WarningCode
    """What it is about."""
    text: str
    """The same in words, with the numbers of this study."""


class ContenderView(Frozen):
    """A setting that was trained again beside the others."""

    number: int
    """Number among the contenders."""
    setting: Setting | None
    """Null: the constant prediction."""
    derived: dict[str, float]
    """Numbers that follow from the strengths, such as the rate of weight_decay."""
    roles: tuple[Role, ...]
    """Why it takes part."""
    trial: int | None
    """Number of the trial with this setting; null: the search had none."""
    screening_score: float | None
    """Mean over folds and screening repeats; null: it gave none."""
    went_on: bool
    """Whether it was trained again after screening."""
    score: float | None
    """Cross-validated: mean over fresh folds and repeats, not corrected for the choice; null: it has none."""
    standard_error: float | None
    """Of the score, corrected for rows that training parts share."""
    generalization_gap: float | None
    """How much worse it scores on validation rows than on the rows that it was trained on, in the mean over the models
    of the final's first repeat; null: not known."""
    difference_to_none: Comparison | None
    """Null for none itself, and without scores of both."""
    holm_p: float | None
    """Of `difference_to_none`, corrected for all that entered screening; 1 for those that did not go on; null for none
    and the constant."""
    gain_shown: bool
    """Whether it is better than none at a Holm p below 0.05."""
    in_tie_set: bool
    """Whether it may be the best: not worse than the lowest mean loss at one-sided 0.05/(contenders - 1)."""
    measures: tuple[Estimated, ...] = ()
    """What the second objective and the constraints ask for; those that could not be measured are left out."""
    constraints: tuple[ConstraintView, ...] = ()
    """Whether it keeps each constraint."""


class CorrectedScore(Frozen):
    """A cross-validated score, corrected for having been chosen by it."""

    score: float
    """Cross-validated score less the optimism."""
    interval: Interval
    """Of the score at this number of training rows, 95 %."""
    optimism: float
    """By how much the choice among contenders flatters the score, in units of the metric, as a bootstrap of the rows
    tells (Tsamardinos et al. 2018): positive always means too good."""
    resamples: int
    """Of the bootstrap."""


class TestScores(Frozen):
    """Recommended and none, trained on all but the test part and scored there once."""

    __test__ = False  # not a class of tests

    rows: int
    """Rows of the test part."""
    recommended: float
    """Score of the recommended setting."""
    none: float
    """Score of none."""
    difference: float
    """Recommended minus none, in units of the metric."""
    interval: Interval | None
    """Of the difference, 95 %, from a bootstrap of the rows; null where none is recommended, or where rows are too few
    to tell."""
    scored_before: int
    """How often earlier verdicts scored this test part."""


class Environment(Frozen):
    """What the models were trained with."""

    device: str
    """Where they were trained: `cpu`, or the name of an accelerator."""
    machine: str
    """Kind of the machine, such as `Linux x86_64`."""
    python: str
    """Version of Python."""
    packages: dict[str, str]
    """Version of each package that scores depend on, by its name."""


class Recommended(Choice):
    """What to use: the simplest setting within a plain standard error of the best, of those that keep constraints."""

    score: float
    """Cross-validated, as it was when it was chosen."""
    corrected: CorrectedScore | None
    """The same without the optimism of the choice; null: not known."""
    test: TestScores | None
    """The headline: scores on rows that nothing was chosen by; null: not scored."""
    sparsity: Sparsity | None = None
    """Of the model that was scored on the test part; null: there was none."""


class BestTrial(Frozen):
    """The trial with the best raw score: the lowest of many noisy numbers, shown for comparison only."""

    trial: int
    """Number of the trial."""
    regularizer: str
    """Its kind."""
    strengths: dict[str, float]
    """Each of its strengths by name."""
    learning_rate: float
    """Step size of the optimizer."""
    score: float
    """As the search saw it, flattered by the choice."""

    @property
    def setting(self) -> Setting:
        """What distinguishes it from others."""
        return Setting(regularizer=self.regularizer, strengths=self.strengths, learning_rate=self.learning_rate)


class RestsOn(Frozen):
    """The evidence behind a verdict."""

    statement: str
    """All of it in words."""
    ended_by: EndReason | None
    """Why the search ended."""
    trials_complete: int
    """Trials of the search that reached the last rung."""
    trials_started: int
    """Trials of the search."""
    max_trials: int
    """The budget."""
    contenders: int
    """Settings that entered screening, none included, without the constant."""
    finalists: int
    """Settings trained again after it."""
    screening_repeats: int
    """Repeats of screening; no later figure uses them."""
    final_repeats: int
    """Fresh repeats that the figures come from."""
    final_repeats_planned: int
    """Repeats asked for."""
    folds: int
    """Parts of each cross-validation."""
    train_rows: int
    """Rows that a fold trains on, in the mean."""
    validation_rows: int
    """Rows that a fold is scored on, in the mean."""
    rung_rank_correlation: float | None
    """Spearman's, between the scores of complete trials at their first rung and at their last, or on its folds and on
    the others; null: fewer than five such trials, or one rung."""


class Verdict(Frozen):
    """The answer of a study."""

    study_id: str
    """The study."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better."""
    recommended: Recommended
    """What to use."""
    simplest: Choice
    """The simplest setting within a corrected standard error of the best; shown beside `recommended`."""
    gain: Gain
    """Whether any contender is better than none."""
    gain_statement: str
    """The same in words."""
    possible_gain: float | None
    """The largest difference to none, in the direction of better, that some contender's interval reaches; at least 0;
    null: none gave no score."""
    min_gain: float | None
    """The smallest gain worth having, as asked; null: never excluded."""
    best_trial: BestTrial | None
    """The raw argmin of the search; null: no trial is complete."""
    baseline: Comparison | None
    """Recommended against the user's baseline; null without one, or where it is the baseline."""
    tie_set: tuple[int, ...]
    """Numbers of the contenders that may be the best, of those that what is recommended was chosen among."""
    contenders: tuple[ContenderView, ...]
    """All that entered screening: those that went on first, the best score first."""
    objectives: ObjectivesView | None = None
    """The second objective, the front and the constraints; null where neither was asked for."""
    ladder: LadderView | None = None
    """Score against strength of the recommended kind; null: no ladder of it was trained."""
    ingredients: IngredientsView | None = None
    """Which ingredients of the winner matter; null unless mode is cocktail."""
    paragraph: str
    """The verdict in plain words."""
    warnings: tuple[Caution, ...]
    """What a reader must know besides."""
    rests_on: RestsOn
    """The evidence."""
    environment: Environment | None = None
    """What the models of the final were trained with; null in verdicts from before that was kept."""
