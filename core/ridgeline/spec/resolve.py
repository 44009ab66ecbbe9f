"""From a request to a study that can run: all defaults and all refusals, in one place."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import CATALOGUE, Kind, Range, Search
from ridgeline.spec.datasets import DatasetFacts
from ridgeline.spec.grids import MAX_GRID, most_points, settings_of
from ridgeline.spec.metrics import DEFAULT_METRIC, Metric
from ridgeline.spec.plan import plan
from ridgeline.spec.resolved import (
    FixedRegularizer,
    ResolvedObjective,
    ResolvedRegularizer,
    ResolvedStudy,
    ResolvedTraining,
)
from ridgeline.spec.study import (
    AnyOptimizer,
    Evaluation,
    Grid,
    Hyperband,
    Median,
    Sgd,
    StudySpec,
    SuccessiveHalving,
    Training,
)

DEFAULT_CACHE_BYTES = 8 * 2**20
LEARNING_RATES_OF_A_RANGE = 4
MAX_LEARNING_RATE = 10.0
MIN_DECAY_STEPS = 2.0
"""Weight decay may take at most half of a weight in one step."""


def unknown_dataset(name: str, known: Iterable[str]) -> Invalid:
    """The refusal of a study on data that nobody has."""
    rule = "must be the name or id of a data set"
    return Invalid([Violation("dataset", rule, name, f"use one of {', '.join(sorted(known))}")])


def resolve(spec: StudySpec, facts: DatasetFacts, *, cache_bytes: int = DEFAULT_CACHE_BYTES) -> ResolvedStudy:
    """Fill in every default and refuse what cannot run.

    Raises:
        Invalid: with every rule that the request breaks.
    """
    metric = spec.objective.metric or DEFAULT_METRIC[facts.task]
    training = _training(spec.training, facts, spec.evaluation)
    asked: tuple[Kind, ...] = tuple(_applicable(spec)) if spec.regularizers is None else spec.regularizers
    if not any(kind.kind == "none" for kind in asked):
        asked = (CATALOGUE["none"](kind="none"), *asked)

    violations = [
        *_metric(metric, facts),
        *_rows(spec.evaluation, facts),
        *_learning_rate(spec.training),
        *_optimizer(spec.training.optimizer),
        *_pruner(spec),
        *_kinds(spec, asked, training),
        *_grids(spec, asked, training),
    ]
    if violations:
        raise Invalid(violations)

    def resolved(kind: Kind) -> ResolvedRegularizer:
        return ResolvedRegularizer(kind=kind.kind, strengths=_searches(kind, training))

    regularizers = tuple(resolved(kind) for kind in asked)
    baseline = None if spec.baseline is None else _with_defaults(spec.baseline, training)
    fixed = sum(regularizer.is_fixed for regularizer in regularizers) + (baseline is not None)
    needed = fixed * len(training.learning_rates) + sum(not regularizer.is_fixed for regularizer in regularizers)
    if spec.budget.max_trials < needed:
        rule = f"must be at least {needed} for these regularizers and learning rates"
        raise Invalid(
            [
                Violation(
                    "budget.max_trials",
                    rule,
                    spec.budget.max_trials,
                    "raise it or drop a kind",
                )
            ]
        )

    return ResolvedStudy(
        dataset=facts,
        name=spec.name or facts.name,
        tags=spec.tags,
        seed=spec.seed,
        mode=spec.mode,
        model=spec.model,
        regularizers=regularizers,
        baseline=baseline,
        always=tuple(_with_defaults(kind, training) for kind in spec.always),
        objective=ResolvedObjective(metric=metric, direction=metric.direction),
        evaluation=spec.evaluation,
        training=training,
        sampler=spec.sampler,
        pruner=spec.pruner,
        budget=spec.budget,
        plan=plan(
            widths=spec.model.widths(len(facts.features), facts.outputs),
            batch_size=training.batch_size,
            epochs=training.epochs,
            precision=training.precision,
            pruner=spec.pruner,
            max_trials=spec.budget.max_trials,
            evaluations_per_trial=spec.evaluation.folds * spec.evaluation.repeats,
            cache_bytes=cache_bytes,
        ),
    )


def search_rows(rows: int, test_fraction: float) -> int:
    """Rows that are left for cross-validation, beside the test part."""
    return rows - math.ceil(rows * test_fraction)


def _training(training: Training, facts: DatasetFacts, evaluation: Evaluation) -> ResolvedTraining:
    rows = search_rows(facts.rows, evaluation.test_fraction)
    fold_rows = max(1, rows - rows // evaluation.folds)
    batch_size = min(training.batch_size, fold_rows)
    return ResolvedTraining(
        epochs=training.epochs,
        batch_size=batch_size,
        optimizer=training.optimizer,
        learning_rates=_learning_rates(training),
        precision=training.precision,
        steps_per_epoch=-(-fold_rows // batch_size),
    )


def _learning_rates(training: Training) -> tuple[float, ...]:
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


def _applicable(spec: StudySpec) -> Iterator[Kind]:
    """Every kind that makes sense for the model and optimizer and is not already under every trial."""
    always = {kind.kind for kind in spec.always}
    for name, kind in CATALOGUE.items():
        is_l2 = name == "weight_decay" and _decay_is_l2(spec.training.optimizer)
        if spec.model.kind in kind.applies_to and name not in always and not is_l2:
            yield kind(kind=name)


def _decay_is_l2(optimizer: AnyOptimizer) -> bool:
    """Under SGD without momentum, decoupled decay and the L2 penalty are one."""
    return isinstance(optimizer, Sgd) and optimizer.momentum == 0


def _searches(kind: Kind, training: ResolvedTraining) -> dict[str, Search]:
    """What is searched for each strength: what was asked, else the default range."""
    searches: dict[str, Search] = {}
    for name, asked in kind.strengths.items():
        if asked is not None:
            searches[name] = asked
            continue
        default = kind.bounds[name].range(training.epochs)
        low = max(default.low, _least_tau(training)) if kind.kind == "weight_decay" else default.low
        if low < default.high:
            searches[name] = Range(low=low, high=default.high, log=default.log)
        else:
            searches[name] = low
    return searches


def _with_defaults(kind: Kind, training: ResolvedTraining) -> FixedRegularizer:
    """The kind with its default strengths where none was given; ranges have been refused before."""
    strengths = {
        name: asked if isinstance(asked, float | int) else kind.bounds[name].default_value(training.epochs)
        for name, asked in kind.strengths.items()
    }
    if kind.kind == "weight_decay":
        strengths["tau"] = max(strengths["tau"], _least_tau(training))
    return FixedRegularizer(kind=kind.kind, strengths=strengths)


def _least_tau(training: ResolvedTraining) -> float:
    return MIN_DECAY_STEPS / training.steps_per_epoch


def _metric(metric: Metric, facts: DatasetFacts) -> Iterator[Violation]:
    if not metric.fits(facts.task):
        fitting = ", ".join(other for other in Metric if other.fits(facts.task))
        yield Violation(
            "objective.metric",
            f"must fit a {facts.task} task",
            metric.value,
            f"use one of {fitting}",
        )


def _rows(evaluation: Evaluation, facts: DatasetFacts) -> Iterator[Violation]:
    """Each fold needs a row of each class, or at least two rows of numbers."""
    if facts.class_counts is None:
        least, what = (
            search_rows(facts.rows, evaluation.test_fraction) // 2,
            "half the rows beside the test part",
        )
    else:
        name, count = min(facts.class_counts.items(), key=lambda item: item[1])
        least = search_rows(count, evaluation.test_fraction)
        what = f"the rows of class {name!r} beside the test part"
    if evaluation.folds > least:
        yield Violation(
            "evaluation.folds",
            f"must be at most {least}, {what},",
            evaluation.folds,
            "use fewer folds",
        )


def _learning_rate(training: Training) -> Iterator[Violation]:
    rates = _learning_rates(training)
    if not rates:
        yield Violation(
            "training.learning_rate",
            "must be greater than 0",
            training.learning_rate,
            "raise its lower end",
        )
    for rate in rates:
        if not 0 < rate <= MAX_LEARNING_RATE:
            rule = f"must be greater than 0 and at most {MAX_LEARNING_RATE:g}"
            yield Violation("training.learning_rate", rule, rate, "try 0.001")


def _optimizer(optimizer: AnyOptimizer) -> Iterator[Violation]:
    if isinstance(optimizer, Sgd) and optimizer.nesterov and optimizer.momentum == 0:
        rule = "must be greater than 0 with nesterov"
        yield Violation(
            "training.optimizer.momentum",
            rule,
            optimizer.momentum,
            "try 0.9, or turn nesterov off",
        )


def _pruner(spec: StudySpec) -> Iterator[Violation]:
    if isinstance(spec.pruner, Median | SuccessiveHalving | Hyperband):
        first = spec.pruner.first_rung_epochs
        if first is not None and first > spec.training.epochs:
            rule = f"must be at most training.epochs, {spec.training.epochs},"
            yield Violation("pruner.first_rung_epochs", rule, first, "lower it, or train longer")


def _kinds(spec: StudySpec, asked: tuple[Kind, ...], training: ResolvedTraining) -> Iterator[Violation]:
    named = [(f"regularizers.{i}", kind) for i, kind in enumerate(spec.regularizers or ())]
    always = [(f"always.{i}", kind) for i, kind in enumerate(spec.always)]
    baseline = [("baseline", spec.baseline)] if spec.baseline else []
    for field, kind in (*named, *always, *baseline):
        if spec.model.kind not in kind.applies_to:
            rule = f"must apply to a {spec.model.kind} model"
            yield Violation(field, rule, kind.kind, f"drop it, or use one of {', '.join(kind.applies_to)}")
        if kind.kind == "weight_decay":
            yield from _decay(field, kind, training)
    for field, kind in (*always, *baseline):
        yield from _numbers_only(field, kind)
    yield from _once("regularizers", (kind.kind for kind in asked), "put the values in one list")
    yield from _once("always", (kind.kind for kind in spec.always), "put them under one strength")
    yield from _always({kind.kind for kind in spec.always}, {kind.kind for _, kind in (*named, *baseline)})

    if spec.baseline is not None and spec.baseline.kind == "none":
        rule = "must be a regularizer to compare with none"
        yield Violation("baseline", rule, "none", "leave it out: none always takes part")
    if spec.regularizers is not None and not spec.regularizers:
        yield Violation("regularizers", "must name a kind or more", [], "leave it out for every kind that applies")
    if {"l2", "weight_decay"} <= {kind.kind for kind in asked} and _decay_is_l2(spec.training.optimizer):
        rule = "must not hold both l2 and weight_decay under sgd without momentum, where they are one,"
        yield Violation("regularizers", rule, "weight_decay", "drop one of them, or use momentum")


def _grids(spec: StudySpec, asked: tuple[Kind, ...], training: ResolvedTraining) -> Iterator[Violation]:
    """What is enumerated is held in memory."""
    rates = len(training.learning_rates)
    for kind in asked:
        searches = _searches(kind, training)
        count = (settings_of(searches, spec.sampler) or 0) * rates
        if count <= MAX_GRID:
            continue
        if isinstance(spec.sampler, Grid) and any(isinstance(search, Range) for search in searches.values()):
            most = most_points(searches, rates)
            remedy = f"use {most} or fewer" if most >= 2 else "shorten the lists"
            rule = f"must give at most {MAX_GRID} settings of a kind, and of {kind.kind} it gives {count},"
            yield Violation("sampler.points", rule, spec.sampler.points, f"{remedy}, or use another sampler")
        else:
            rule = f"must have at most {MAX_GRID} settings, learning rates included,"
            remedy = "shorten the lists, or search a range"
            yield Violation(f"regularizers.{(spec.regularizers or asked).index(kind)}", rule, count, remedy)


def _numbers_only(field: str, kind: Kind) -> Iterator[Violation]:
    for name, search in kind.strengths.items():
        if search is not None and not isinstance(search, float | int):
            told = search.model_dump() if isinstance(search, Range) else search
            yield Violation(f"{field}.{name}", "must be a number here", told, "name one strength")


def _always(always: set[str], elsewhere: set[str]) -> Iterator[Violation]:
    if "none" in always:
        yield Violation("always", "must name regularizers", "none", "leave none out: it always takes part")
    for name in sorted(always & elsewhere - {"none"}):
        yield Violation("always", "must not also be searched", name, "name it in one of the two places")


def _decay(field: str, kind: Kind, training: ResolvedTraining) -> Iterator[Violation]:
    tau = kind.strengths["tau"]
    values = (tau.low,) if isinstance(tau, Range) else tau if isinstance(tau, tuple) else () if tau is None else (tau,)
    least = _least_tau(training)
    for value in values:
        if value < least:
            rule = f"must be at least {least:g} epochs, else a step takes more than half of a weight,"
            usual = _with_defaults(kind.model_copy(update={"tau": None}), training).strengths["tau"]
            yield Violation(f"{field}.tau", rule, value, f"try {usual:g}")


def _once(field: str, names: Iterable[str], remedy: str) -> Iterator[Violation]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Violation(field, "must name each kind once", name, remedy)
