"""Every rule that a study can break beyond the form of its request."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ridgeline.errors import Violation
from ridgeline.kinds import CATALOGUE, Kind, Range, asked_numbers
from ridgeline.kinds.combining import brought_by, excluded, lacking
from ridgeline.spec.defaults import (
    decay_is_l2,
    learning_rates,
    least_tau,
    refusal,
    search_rows,
    searches_of,
    senseless,
    with_defaults,
)
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.grids import MAX_GRID, most_points, settings_of
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import AnyModel, PublishedModel
from ridgeline.spec.objective_refusals import objective_refusals
from ridgeline.spec.resolved import ResolvedEvaluation, ResolvedTraining
from ridgeline.spec.static_refusals import static_refusals
from ridgeline.spec.study import (
    MIN_FINAL_REPEATS,
    AnyOptimizer,
    Grid,
    Hyperband,
    Median,
    Mode,
    Sgd,
    Split,
    StudySpec,
    SuccessiveHalving,
    Training,
)

MAX_LEARNING_RATE = 10.0


def refusals(
    spec: StudySpec,
    facts: DatasetFacts,
    *,
    metric: Metric,
    evaluation: ResolvedEvaluation,
    training: ResolvedTraining,
    asked: tuple[Kind, ...],
    published: PublishedModel | None,
) -> Iterator[Violation]:
    """Every rule that a study breaks; its own kinds are `asked`, none among them."""
    yield from objective_refusals(spec.objective, metric, facts.task, evaluation)
    yield from _split(evaluation, facts)
    yield from _rows(evaluation, facts)
    yield from _final(evaluation)
    yield from _class_weight(spec.training, facts)
    yield from _learning_rate(spec.training)
    yield from _optimizer(spec.training.optimizer)
    yield from _pruner(spec)
    yield from _kinds(spec, facts.task, asked, training, published)
    yield from _grids(spec, asked, training)
    yield from _lacking(spec, asked)


def _split(evaluation: ResolvedEvaluation, facts: DatasetFacts) -> Iterator[Violation]:
    """A split needs its column, and a column its split."""
    field, split = "evaluation.split", evaluation.split
    for needed, role in ((Split.GROUP, "group"), (Split.TIME, "time")):
        column = getattr(facts.roles, role)
        if split is needed and column is None:
            yield Violation(field, f"must have a column to split by in dataset.{role}", split.value, "name the column")
        if split is not needed and column is not None and split is not Split.GROUP:
            rule = f"must respect dataset.{role}, {column!r},"
            yield Violation(field, rule, split.value, f"use {needed}, or exclude the column instead")
    if split is Split.STRATIFIED and not facts.task.has_classes:
        rule = f"must fit a {facts.task} task"
        yield Violation(field, rule, split.value, f"use {Split.SHUFFLED}, or leave it out")


def _final(evaluation: ResolvedEvaluation) -> Iterator[Violation]:
    if 0 < evaluation.final_repeats < MIN_FINAL_REPEATS:
        rule = f"must be at least {MIN_FINAL_REPEATS}, or 0 for no final,"
        remedy = f"use {MIN_FINAL_REPEATS} or more: fewer comparisons say little"
        yield Violation("evaluation.final_repeats", rule, evaluation.final_repeats, remedy)
    if evaluation.min_gain is not None and not evaluation.final_repeats:
        rule = "must be left out where evaluation.final_repeats is 0, since only a verdict uses it,"
        yield Violation("evaluation.min_gain", rule, evaluation.min_gain, "leave it out, or ask for a final")


def _rows(evaluation: ResolvedEvaluation, facts: DatasetFacts) -> Iterator[Violation]:
    """Each fold needs a unit of each class, a group, or at least two units of numbers; so does the test part."""
    counts, fraction = facts.counts, evaluation.test_fraction
    least, what = search_rows(counts.units, fraction) // 2, "half the different rows beside the test part"
    match evaluation.split:
        case Split.GROUP:
            least, what = search_rows(counts.groups or 0, fraction), "the groups beside the test part"
        case Split.TIME:
            least, what = search_rows(facts.rows, fraction) // 2 - 1, "half the rows beside the test part, less one"
        case Split.STRATIFIED if counts.class_units:
            name, units = min(counts.class_units.items(), key=lambda item: item[1])
            least, what = search_rows(units, fraction), f"the different rows of class {name!r} beside the test part"
            tested = counts.units - search_rows(counts.units, fraction)
            if fraction and tested < len(counts.class_units):
                rule = f"must leave a test row for each of {len(counts.class_units)} classes, and leaves {tested},"
                yield Violation("evaluation.test_fraction", rule, fraction, "raise it")
    if evaluation.folds > least:
        rule = f"must be at most {least}, {what},"
        yield Violation("evaluation.folds", rule, evaluation.folds, "use fewer folds")


def _class_weight(training: Training, facts: DatasetFacts) -> Iterator[Violation]:
    field, asked = "training.class_weight", training.class_weight
    if asked is None:
        return
    if not facts.task.has_classes:
        rule = f"must be left out for a {facts.task} task"
        yield Violation(field, rule, asked, "name a column in dataset.weight to weight rows")
    elif asked != "balanced" and set(asked) != set(facts.class_counts or {}):
        rule = "must hold a number for each class and for nothing else"
        yield Violation(field, rule, sorted(asked), f"the classes are {', '.join(facts.class_counts or {})}")


def _learning_rate(training: Training) -> Iterator[Violation]:
    rates = learning_rates(training)
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
        first, asked = spec.pruner.first_rung, spec.evaluation
        if spec.pruner.resource == "folds":
            most, named, hint = asked.folds * asked.repeats, "evaluation.folds times repeats", "ask for more folds"
        else:
            most, named, hint = spec.training.epochs, "training.epochs", "train longer"
        if first is not None and first > most:
            yield Violation("pruner.first_rung", f"must be at most {named}, {most},", first, f"lower it, or {hint}")


def _kinds(
    spec: StudySpec,
    task: Task,
    asked: tuple[Kind, ...],
    training: ResolvedTraining,
    published: PublishedModel | None,
) -> Iterator[Violation]:
    named = [(f"regularizers.{i}", kind) for i, kind in enumerate(spec.regularizers or ())]
    always = [(f"always.{i}", kind) for i, kind in enumerate(spec.always)]
    baseline = [("baseline", spec.baseline)] if spec.baseline else []
    for field, kind in (*named, *always, *baseline):
        why_not = refusal(kind.kind, spec.model, published)
        if why_not is not None:
            rule = f"must apply to a {spec.model.kind} model ({why_not})"
            yield Violation(field, rule, kind.kind, "drop it, or use another model")
        why_not = senseless(kind.kind, task)
        if why_not is not None:
            rule = f"must make sense for a {task} task ({why_not})"
            yield Violation(field, rule, kind.kind, "drop it")
        yield from _strengths(field, kind, training)
    yield from static_refusals(spec, (*named, *always, *baseline), training)
    for field, kind in (*always, *baseline):
        yield from _numbers_only(field, kind)
    yield from _once("regularizers", (kind.kind for kind in asked), "put the values in one list")
    yield from _once("always", (kind.kind for kind in spec.always), "put them under one strength")
    yield from _always({kind.kind for kind in spec.always}, {kind.kind for _, kind in (*named, *baseline)})
    beside = [kind.kind for kind in spec.always]
    for field, kind in (*named, *baseline, *always):
        yield from _together(field, kind.kind, beside)

    if spec.baseline is not None and spec.baseline.kind == "none":
        rule = "must be a regularizer to compare with none"
        yield Violation("baseline", rule, "none", "leave it out: none always takes part")
    if spec.regularizers is not None and not spec.regularizers:
        yield Violation("regularizers", "must name a kind or more", [], "leave it out for every kind that applies")
    if {"l2", "weight_decay"} <= {kind.kind for kind in asked} and decay_is_l2(spec.training.optimizer):
        rule = "must not hold both l2 and weight_decay under sgd without momentum, where they are one,"
        yield Violation("regularizers", rule, "weight_decay", "drop one of them, or use momentum")


def _grids(spec: StudySpec, asked: tuple[Kind, ...], training: ResolvedTraining) -> Iterator[Violation]:
    """What is enumerated is held in memory."""
    rates = len(training.learning_rates)
    for kind in asked:
        searches = searches_of(kind, training)
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
    if kind.is_static:
        return
    for name, search in kind.strengths.items():
        if search is not None and not isinstance(search, float | int):
            yield Violation(f"{field}.{name}", "must be a number here", search, "name one strength")
        if search is None and kind.bounds[name].read_off:
            remedy = "name one; it is read off the scores of each epoch among regularizers only"
            yield Violation(f"{field}.{name}", "must be a number here", None, remedy)


def _always(always: set[str], elsewhere: set[str]) -> Iterator[Violation]:
    if "none" in always:
        yield Violation("always", "must name regularizers", "none", "leave none out: it always takes part")
    for name in sorted(always & elsewhere - {"none"}):
        yield Violation("always", "must not also be searched", name, "name it in one of the two places")


def _together(field: str, kind: str, always: Iterable[str]) -> Iterator[Violation]:
    for other in always:
        if excluded(kind, other):
            rule = f"must not be combined with {other}, which is under every trial,"
            yield Violation(field, rule, kind, "drop one of them")


def _lacking(spec: StudySpec, asked: tuple[Kind, ...]) -> Iterator[Violation]:
    """What a kind requires is in the model or under every trial; in a mix it may be another ingredient."""
    beside = {*brought_by(spec.model.kind), *(kind.kind for kind in spec.always)}
    is_mixed = spec.mode is Mode.COCKTAIL
    near = {*beside, *(kind.kind for kind in asked)} if is_mixed else beside
    for i, kind in enumerate(spec.regularizers or ()):
        yield from _required(f"regularizers.{i}", kind.kind, spec.model, near, is_mixed=is_mixed)
    for i, kind in enumerate(spec.always):
        yield from _required(f"always.{i}", kind.kind, spec.model, beside)
    if spec.baseline is not None:
        yield from _required("baseline", spec.baseline.kind, spec.model, beside)


def _required(
    field: str, kind: str, model: AnyModel, present: Iterable[str], *, is_mixed: bool = False
) -> Iterator[Violation]:
    if model.kind in CATALOGUE[kind].refuses:
        return
    for required in lacking(kind, {*present}):
        rule = f"must have {required} beside it, which it acts on,"
        builtin = CATALOGUE[required].built_into
        otherwise = f", or use a {' or '.join(builtin)} model, which has it built in" if builtin else ""
        where = "regularizers or to always" if is_mixed else "always"
        yield Violation(field, rule, kind, f'add "{required}" to {where}{otherwise}')


def _strengths(field: str, kind: Kind, training: ResolvedTraining) -> Iterator[Violation]:
    """Numbers that the training does not allow."""
    if kind.kind == "weight_decay":
        yield from _decay(field, kind, training)
    if kind.kind == "early_stopping":
        yield from _early(field, kind, training)


def _decay(field: str, kind: Kind, training: ResolvedTraining) -> Iterator[Violation]:
    least = least_tau(training)
    for value in asked_numbers(kind.strengths["tau"]):
        if value < least:
            rule = f"must be at least {least:g} epochs, else a step takes more than half of a weight,"
            usual = with_defaults(kind.model_copy(update={"tau": None}), training).strengths["tau"]
            yield Violation(f"{field}.tau", rule, value, f"try {usual:g}")


def _early(field: str, kind: Kind, training: ResolvedTraining) -> Iterator[Violation]:
    for value in asked_numbers(kind.strengths["epochs"]):
        if value > training.epochs:
            rule = f"must be at most training.epochs, {training.epochs},"
            yield Violation(f"{field}.epochs", rule, int(value), "lower it, or train longer")


def _once(field: str, names: Iterable[str], remedy: str) -> Iterator[Violation]:
    for name, times in Counter(names).items():
        if times > 1:
            yield Violation(field, "must name each kind once", name, remedy)
