"""Every default of a study that depends on its data, its model or its training."""

import math
from collections.abc import Iterator

from ridgeline.kinds import CATALOGUE, Kind, Range, Search
from ridgeline.kinds.combining import brought_by, excluded, lacking
from ridgeline.kinds.structure import BATCHING, SKIPPING
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.metrics import Task
from ridgeline.spec.models import AnyModel, Mlp, PublishedModel
from ridgeline.spec.resolved import FixedRegularizer, ResolvedEvaluation, ResolvedTraining
from ridgeline.spec.study import AnyOptimizer, Evaluation, Mode, Sgd, Split, StudySpec, Training

LEARNING_RATES_OF_A_RANGE = 4
MAX_WHOLE_NUMBERS = 32
"""A range of whole numbers is searched as a list of at most so many."""
MIN_DECAY_STEPS = 2.0
"""Weight decay may take at most half of a weight in one step."""


def search_rows(rows: int, test_fraction: float) -> int:
    """Rows that are left for cross-validation, beside the test part."""
    return rows - math.ceil(rows * test_fraction)


def evaluation_of(asked: Evaluation, facts: DatasetFacts) -> ResolvedEvaluation:
    """The evaluation with the split that the data call for."""
    if facts.roles.group is not None:
        split = Split.GROUP
    elif facts.roles.time is not None:
        split = Split.TIME
    else:
        split = Split.STRATIFIED if facts.task.has_classes else Split.SHUFFLED
    return ResolvedEvaluation.model_validate(asked.model_dump() | {"split": asked.split or split})


def largest_fold(rows: int, evaluation: ResolvedEvaluation) -> int:
    """Training rows of the largest fold, about: groups and units of equal rows shift it by a few."""
    searched = search_rows(rows, evaluation.test_fraction)
    parts = evaluation.folds + 1 if evaluation.split is Split.TIME else evaluation.folds
    return max(1, searched - searched // parts)


def training_of(training: Training, facts: DatasetFacts, evaluation: ResolvedEvaluation) -> ResolvedTraining:
    """The training with the defaults of the data and the optimizer."""
    fold_rows = largest_fold(facts.rows, evaluation)
    batch_size = min(training.batch_size, fold_rows)
    return ResolvedTraining(
        epochs=training.epochs,
        batch_size=batch_size,
        optimizer=training.optimizer,
        learning_rates=learning_rates(training),
        precision=training.precision,
        class_weight=training.class_weight,
        steps_per_epoch=-(-fold_rows // batch_size),
    )


def learning_rates(training: Training) -> tuple[float, ...]:
    """Each value that is tried; none where a range reaches 0 or less."""
    match training.learning_rate:
        case None:
            return (0.01 if isinstance(training.optimizer, Sgd) else 0.001,)
        case Range(low=low, high=high) if low > 0:
            ratio = high / low
            last = LEARNING_RATES_OF_A_RANGE - 1
            return (low, *(low * ratio ** (i / last) for i in range(1, last)), high)
        case tuple() as values:
            return tuple(sorted(set(values)))
        case float() | int() as value:
            return (value,)
        case _:
            return ()


def refusal(kind: str, model: AnyModel, published: PublishedModel | None) -> str | None:
    """Why a kind does not apply to a model; None: it does."""
    refused = CATALOGUE[kind].refuses.get(model.kind)
    if refused is None and published is not None:
        return published.refuses.get(kind)
    return refused


def senseless(kind: str, task: Task) -> str | None:
    """Why a kind makes no sense for a task; None: it does."""
    return CATALOGUE[kind].refuses_tasks.get(task)


def applicable(spec: StudySpec, task: Task, published: PublishedModel | None, batch_size: int) -> Iterator[Kind]:
    """The default set of the mode: each kind of it that makes sense here and goes with what is under every trial.

    Args:
        batch_size: rows of a step, as the data allow.
    """  # fmt: skip
    always = {kind.kind for kind in spec.always}
    fitting = []
    for name, kind in CATALOGUE.items():
        is_default = kind.in_default_cocktail if spec.mode is Mode.COCKTAIL else kind.in_default_set
        is_l2 = name == "weight_decay" and decay_is_l2(spec.training.optimizer)
        fits = refusal(name, spec.model, published) is None and senseless(name, task) is None
        nothing_to_do = (name == SKIPPING and nowhere_to_skip(spec.model)) or (name == BATCHING and batch_size < 2)
        taken = name in always or any(excluded(name, other) for other in always)
        if is_default and fits and not is_l2 and not nothing_to_do and not taken:
            fitting.append(name)
    present = {*fitting, *always, *brought_by(spec.model.kind)}
    for name in fitting:
        if not lacking(name, present):
            yield CATALOGUE[name](kind=name)


def nowhere_to_skip(model: AnyModel) -> bool:
    """Whether no hidden layer is as wide as the one before it."""
    return isinstance(model, Mlp) and not model.branches


def decay_is_l2(optimizer: AnyOptimizer) -> bool:
    """Under SGD without momentum, decoupled decay and the L2 penalty are one."""
    return isinstance(optimizer, Sgd) and optimizer.momentum == 0


def searches_of(kind: Kind, training: ResolvedTraining, *, mixed: bool = False) -> dict[str, Search]:
    """What is searched for each strength: what was asked, else the default range.

    A strength that is read off the scores of each epoch is left out; in a mix, which has no trial of its own for that,
    its range is searched.
    """
    searches: dict[str, Search] = {}
    for name, asked in kind.strengths.items():
        bounds = kind.bounds[name]
        if kind.is_static:
            searches[name] = bounds.default_value(training.epochs)
            continue
        if asked is not None:
            searches[name] = whole_numbers(asked) if bounds.whole and isinstance(asked, Range) else asked
            continue
        if bounds.read_off and not mixed:
            continue
        if bounds.per_epochs and bounds.low >= bounds.high * training.epochs:
            searches[name] = bounds.low
            continue
        default = bounds.range(training.epochs)
        if bounds.whole:
            searches[name] = whole_numbers(default)
            continue
        low = max(default.low, least_tau(training)) if kind.kind == "weight_decay" else default.low
        if low < default.high:
            searches[name] = Range(low=low, high=default.high, log=default.log)
        else:
            searches[name] = low
    return searches


def whole_numbers(asked: Range) -> tuple[float, ...]:
    """The whole numbers of a range as a list: all of them, or so many that are evenly spaced on its scale."""
    count = min(MAX_WHOLE_NUMBERS, int(asked.high - asked.low) + 1)
    shares = [i / (count - 1) for i in range(count)]
    if asked.log:
        spaced = [asked.low * (asked.high / asked.low) ** share for share in shares]
    else:
        spaced = [asked.low + share * (asked.high - asked.low) for share in shares]
    return tuple(float(value) for value in sorted({round(value) for value in spaced}))


def with_defaults(kind: Kind, training: ResolvedTraining) -> FixedRegularizer:
    """The kind with its default strengths where none was given; ranges have been refused before."""
    strengths = {
        name: asked if isinstance(asked, float | int) else kind.bounds[name].default_value(training.epochs)
        for name, asked in kind.strengths.items()
    }
    if kind.kind == "weight_decay":
        strengths["tau"] = max(strengths["tau"], least_tau(training))
    return FixedRegularizer(kind=kind.kind, strengths=strengths)


def least_tau(training: ResolvedTraining) -> float:
    """The least time scale of weight decay, in epochs."""
    return MIN_DECAY_STEPS / training.steps_per_epoch
