"""The study request: what a user may ask for.  Only `dataset` is required."""

from enum import StrEnum
from typing import Annotated, Literal

import pydantic
from pydantic import Discriminator, Field

from ridgeline.kinds import CATALOGUE, AnyKind, Frozen, Search
from ridgeline.kinds.kind import Flag, Number, Whole
from ridgeline.spec.constraints import Constraints
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Metric
from ridgeline.spec.models import AnyModel, Mlp
from ridgeline.spec.named import or_name
from ridgeline.spec.sources import AskedData

Tag = Annotated[str, Field(min_length=1, max_length=64)]


class Mode(StrEnum):
    """How kinds are combined."""

    SINGLE = "single"  #: each trial has one kind beside `always`
    COCKTAIL = "cocktail"  #: each trial has any of the kinds together beside `always`, as far as they go together


class Split(StrEnum):
    """How rows are dealt to folds."""

    STRATIFIED = "stratified"  #: each fold keeps the class shares; equal rows stay together
    SHUFFLED = "shuffled"  #: at random; equal rows stay together
    GROUP = "group"  #: no group is parted; class shares are kept as far as that allows
    TIME = "time"  #: each fold is validated on the rows after those that it trains on; the test part is the latest


class Precision(StrEnum):
    """Floating-point type of training."""

    FLOAT32 = "float32"
    FLOAT64 = "float64"


class Objective(Frozen):
    """What is optimized, and what else counts; each direction follows from the measure.

    Search, pruning and screening go by the metric alone; the second objective and constraints are told by the final.
    """

    metric: Metric | None = None
    """Score on validation rows; null: log_loss for classes, rmse for numbers."""
    second: Measure | None = None
    """A measure that the verdict weighs against the metric: the front holds contenders that none is better than in
    both.  It never changes what is recommended; null: no such."""
    constraints: Constraints = ()
    """Bounds such as `accuracy >= 0.95`, or `{"measure": "accuracy", "at_least": 0.95}`: what is recommended is chosen
    among the contenders that are shown to keep all of them, by a one-sided 95 % bound each."""


MIN_FINAL_REPEATS = 3
"""Below it, a paired comparison says little."""
MAX_FINAL_REPEATS = 100


class Evaluation(Frozen):
    """How a trial is scored: cross-validation on all rows but the test part."""

    folds: Annotated[Whole, Field(ge=2, le=50)] = 5
    """Parts of a cross-validation, 2 to 50; each serves once as validation rows."""
    repeats: Annotated[Whole, Field(ge=1, le=100)] = 1
    """Cross-validations with fresh folds and seeds, 1 to 100; a trial trains folds x repeats models."""
    test_fraction: Annotated[Number, Field(ge=0, le=0.5)] = 0.2
    """Share of rows that no trial ever sees, 0 to 0.5; 0: the verdict has no scores on a test part."""
    split: Split | None = None
    """How rows are dealt to folds and to the test part; null: group or time where the data set has such a column,
    else stratified for classes and shuffled for numbers."""
    final_repeats: Annotated[Whole, Field(ge=0, le=MAX_FINAL_REPEATS)] = 10
    """Cross-validations with fresh folds and seeds that the contenders are trained again on once the search has ended,
    3 to 100, fixed beforehand; 0: no final and no verdict."""
    min_gain: Annotated[Number | None, Field(gt=0)] = None
    """The smallest gain over none worth having, in units of the metric: with it, a verdict may exclude that anything
    helps; null: it never does."""


class Scaling(StrEnum):
    """How numbers are scaled, by the training rows of each fold."""

    STANDARD = "standard"  #: zero mean and unit variance
    QUANTILE = "quantile"  #: to a normal distribution, by rank
    NONE = "none"  #: as they are


class Imputation(StrEnum):
    """What stands for a missing number; a column of zeros and ones tells where."""

    MEDIAN = "median"
    MEAN = "mean"


class Preparation(Frozen):
    """How columns become numbers, fitted on the training rows of each fold only."""

    scaling: Scaling = Scaling.STANDARD
    """Of numbers: standard, quantile or none; an array is scaled by the mean and deviation of each channel."""
    imputation: Imputation = Imputation.MEDIAN
    """What stands for a missing number: the median or the mean of its column."""


class Sgd(Frozen):
    """Stochastic gradient descent."""

    kind: Literal["sgd"] = "sgd"
    """sgd: without hidden decay; kind weight_decay adds it."""
    momentum: Annotated[Number, Field(ge=0, lt=1)] = 0.0
    """Share of the last step that is kept, at least 0 and below 1."""
    nesterov: Flag = False
    """Whether momentum looks ahead; needs momentum above 0."""


class Adam(Frozen):
    """Adam."""

    kind: Literal["adam"] = "adam"
    """adam: without hidden decay; kind weight_decay makes it AdamW."""
    beta1: Annotated[Number, Field(ge=0, lt=1)] = 0.9
    """Decay of the mean of gradients, at least 0 and below 1."""
    beta2: Annotated[Number, Field(ge=0, lt=1)] = 0.999
    """Decay of the mean of squared gradients, at least 0 and below 1."""
    epsilon: Annotated[Number, Field(gt=0, le=1)] = 1e-8
    """Added to the root of the mean square; above 0."""


AnyOptimizer = Annotated[Sgd | Adam, Field(discriminator="kind"), *or_name(("sgd", "adam"))]


class Training(Frozen):
    """How a model is trained."""

    epochs: Annotated[Whole, Field(ge=1, le=10_000)] = 50
    """Passes over the training rows, 1 to 10000."""
    batch_size: Annotated[Whole, Field(ge=1, le=65_536)] = 64
    """Rows of a step, 1 to 65536; cut to the training rows of a fold."""
    optimizer: AnyOptimizer = Adam()
    """sgd or adam, or an object with its options."""
    learning_rate: Annotated[Search | None, Field(examples=[0.001, {"low": 1e-4, "high": 1e-2, "log": True}])] = None
    """Step size, above 0 and at most 10: a number fixes it; a list is tried inside each kind, none included;
    a range is tried at four log-spaced values; null: 0.001 for adam, 0.01 for sgd."""
    precision: Precision = Precision.FLOAT32
    """Floating-point type."""
    class_weight: Annotated[
        Literal["balanced"] | dict[str, Annotated[Number, Field(gt=0, le=1e6)]] | None,
        Field(examples=["balanced", {"no": 1.0, "yes": 4.0}]),
    ] = None
    """How much a row of each class counts in the training loss: balanced (rows/(classes x rows of the class)), or a
    number above 0 for each class; null: all alike.  Scores are never weighted by it."""


class Tpe(Frozen):
    """Tree-structured Parzen estimator."""

    kind: Literal["tpe"] = "tpe"
    """tpe: Bayesian, by the density of good settings; Optuna's TPESampler."""


class Random(Frozen):
    """Independent draws."""

    kind: Literal["random"] = "random"
    """random: independent draws; Optuna's RandomSampler."""


class Qmc(Frozen):
    """A low-discrepancy sequence."""

    kind: Literal["qmc"] = "qmc"
    """qmc: a scrambled Sobol sequence; Optuna's QMCSampler."""


class Gp(Frozen):
    """Gaussian process."""

    kind: Literal["gp"] = "gp"
    """gp: Bayesian, by a Gaussian process; Optuna's GPSampler."""


class Grid(Frozen):
    """Every combination of evenly spaced values."""

    kind: Literal["grid"] = "grid"
    """grid: evenly spaced values of each range, in shuffled order; Optuna's GridSampler."""
    points: Annotated[Whole, Field(ge=2, le=1000)] = 8
    """Values of each searched strength, both ends included, 2 to 1000."""


SAMPLERS = ("tpe", "random", "qmc", "gp", "grid")
AnySampler = Annotated[Tpe | Random | Qmc | Gp | Grid, Field(discriminator="kind"), *or_name(SAMPLERS)]

Resource = Literal["folds", "epochs"]
FirstRung = Annotated[Whole | None, Field(ge=1)]


class NoPruner(Frozen):
    """Every trial trains to the end."""

    kind: Literal["none"] = "none"
    """none: every trial trains to the end."""


class Median(Frozen):
    """Stops trials worse than the median."""

    kind: Literal["median"] = "median"
    """median: at each rung, stops what is worse than the median of all trials that reached it."""
    resource: Resource = "folds"
    """What a rung has more of than the one before it: folds, each trained to the last epoch, or epochs on all folds."""
    first_rung: FirstRung = None
    """Folds or epochs of the first rung, which the others are multiples of; null: one fold, a third of the epochs."""


class SuccessiveHalving(Frozen):
    """Keeps the best share of a generation."""

    kind: Literal["successive_halving"] = "successive_halving"
    """successive_halving: at each rung, keeps the best 1/reduction_factor of the generation."""
    reduction_factor: Annotated[Whole, Field(ge=2, le=10)] = 3
    """Ratio of one rung's folds or epochs to the next and of trials kept, 2 to 10."""
    resource: Resource = "folds"
    """What a rung has more of than the one before it: folds, each trained to the last epoch, or epochs on all folds,
    where strong regularization, which starts slowly, is stopped too often."""
    first_rung: FirstRung = None
    """Folds or epochs of the first rung; null: one fold, a third of the epochs."""


class Hyperband(Frozen):
    """Successive halving with several first rungs."""

    kind: Literal["hyperband"] = "hyperband"
    """hyperband: successive halving in brackets that start at different rungs."""
    reduction_factor: Annotated[Whole, Field(ge=2, le=10)] = 3
    """Ratio of one rung's epochs to the next and of trials kept, 2 to 10."""
    resource: Literal["epochs"] = "epochs"
    """What a rung has more of than the one before it."""
    first_rung: FirstRung = None
    """Epochs of the first rung of the first bracket; null: a third of the epochs."""


PRUNERS = ("none", "median", "successive_halving", "hyperband")
AnyPruner = Annotated[
    NoPruner | Median | SuccessiveHalving | Hyperband,
    Field(discriminator="kind"),
    *or_name(PRUNERS),
]


MAX_TRIALS = 100_000
"""The largest budget of a study."""


class Budget(Frozen):
    """When the search ends: at whichever comes first."""

    max_trials: Annotated[Whole, Field(ge=1, le=MAX_TRIALS)] = 128
    """Settings started, 1 to 100000: none, fixed, pruned and failed ones count."""
    max_seconds: Annotated[Number | None, Field(gt=0)] = None
    """Running time in seconds without pauses, final included as far as its time can be told; null: no limit."""
    target: Number | None = None
    """Ends once a complete trial scores at least this well; null: no target."""


RegularizerRequest = Annotated[AnyKind, *or_name(CATALOGUE)]


MAX_NAMED_STUDIES = 20


def _form(asked: object) -> str:
    return "ids" if isinstance(asked, str | list | tuple) else "flag"


WarmStartRequest = (
    Annotated[
        Annotated[Flag, pydantic.Tag("flag")]
        | Annotated[
            tuple[Annotated[str, Field(min_length=1, max_length=64)], ...],
            Field(min_length=1, max_length=MAX_NAMED_STUDIES),
            pydantic.Tag("ids"),
        ],
        Discriminator(_form),
    ]
    | None
)
"""True, or ids of studies."""


class StudySpec(Frozen):
    """A study request."""

    dataset: AskedData
    """Name or id of the data set; or an object that says what its columns are; or a generator."""
    name: Annotated[str | None, Field(max_length=200)] = None
    """Any name, for your lists; null: the data set's."""
    tags: Annotated[
        dict[Tag, Annotated[str, Field(max_length=200)]],
        Field(max_length=32, examples=[{"team": "a"}]),
    ] = {}
    """Any labels, to filter by."""
    seed: Annotated[Whole, Field(ge=0, lt=2**32)] = 0
    """Seed of every draw: the same request and seed give the same trials and scores; 0 to 2^32 - 1."""
    mode: Mode = Mode.SINGLE
    """single: each trial has one kind; cocktail: any subset of the kinds is on together, and which of them is
    searched with their strengths."""
    model: AnyModel = Mlp()
    """The model that is trained."""
    regularizers: Annotated[
        tuple[RegularizerRequest, ...] | None,
        Field(
            examples=[
                [
                    "none",
                    "l1",
                    {
                        "kind": "l2",
                        "strength": {"low": 1e-6, "high": 1e-1, "log": True},
                    },
                ]
            ]
        ),
    ] = None
    """Kinds to compare, or to mix: a bare name means its default ranges; null: each kind of the
    default set that applies. None always takes part."""
    baseline: Annotated[RegularizerRequest | None, Field(examples=[{"kind": "weight_decay", "tau": 40}])] = None
    """A setting that you use today, to be compared with beside none."""
    always: tuple[RegularizerRequest, ...] = ()
    """Fixed regularizers under every trial, none included."""
    objective: Objective = Objective()
    """What is optimized."""
    preparation: Preparation = Preparation()
    """How columns become numbers."""
    evaluation: Evaluation = Evaluation()
    """How a trial is scored."""
    training: Training = Training()
    """How a model is trained."""
    sampler: AnySampler = Tpe()
    """How strengths are suggested."""
    pruner: AnyPruner = SuccessiveHalving()
    """How weak trials are stopped early."""
    budget: Budget = Budget()
    """When the search ends."""
    warm_start: Annotated[WarmStartRequest, Field(examples=[True, ["2acf4441ba40ae33"]])] = None
    """Settings that earlier studies have found are asked first, a quarter of the trials at most: true: those of studies
    that are equal but for seed and search, then of studies with the same task, metric and kind of model on the nearest
    data; a list: those of the studies with these ids; null: nothing.  No score is taken over."""
