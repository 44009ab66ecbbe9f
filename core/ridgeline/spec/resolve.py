"""From a request to a study that can run: all defaults and all refusals."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import CATALOGUE, Kind
from ridgeline.kinds.combining import brought_by
from ridgeline.kinds.structure import STATIC
from ridgeline.spec.defaults import applicable, evaluation_of, searches_of, training_of, with_defaults
from ridgeline.spec.facts import DatasetFacts
from ridgeline.spec.fitting import custom_model, model_refusals
from ridgeline.spec.metrics import default_metric
from ridgeline.spec.mixing import least_trials, mix_refusals
from ridgeline.spec.models import PublishedModel
from ridgeline.spec.plan import plan
from ridgeline.spec.refusals import refusals
from ridgeline.spec.resolved import ResolvedObjective, ResolvedRegularizer, ResolvedStudy
from ridgeline.spec.study import Mode, StudySpec

DEFAULT_CACHE_BYTES = 32 * 2**20
SHOWN_NAMES = 20
"""Data sets that a refusal names."""


def unknown_dataset(name: str, known: Iterable[str]) -> Invalid:
    """The refusal of a study on data that nobody has."""
    rule, names = "must be the name or id of a data set", sorted(known)
    near = get_close_matches(name, names, n=1)
    listed = ", ".join(names[:SHOWN_NAMES]) + (", ..." if len(names) > SHOWN_NAMES else "")
    remedy = f"did you mean {near[0]!r}? Otherwise use one of {listed}" if near else f"use one of {listed}"
    return Invalid([Violation("dataset.id", rule, name, remedy)])


def resolve(
    spec: StudySpec,
    facts: DatasetFacts,
    *,
    published: Sequence[PublishedModel] = (),
    cache_bytes: int = DEFAULT_CACHE_BYTES,
) -> ResolvedStudy:
    """Fill in every default and refuse what cannot run.

    Args:
        facts: of the data that the study asks for, in the roles that it asks for.
        published: custom models that workers have.

    Raises:
        Invalid: with every rule that the request breaks.
    """
    custom = custom_model(spec.model, published)
    metric = spec.objective.metric or default_metric(facts.task)
    evaluation = evaluation_of(spec.evaluation, facts)
    training = training_of(spec.training, facts, evaluation)
    asked: tuple[Kind, ...] = (
        tuple(applicable(spec, facts.task, custom, training.batch_size))
        if spec.regularizers is None
        else spec.regularizers
    )
    if not any(kind.kind == "none" for kind in asked):
        asked = (CATALOGUE["none"](kind="none"), *asked)
    mixes = spec.mode is Mode.COCKTAIL
    searches = {kind.kind: searches_of(kind, training, mixed=mixes) for kind in asked}
    given = (*brought_by(spec.model.kind), *(kind.kind for kind in spec.always))
    broken = (
        *model_refusals(spec.model, facts),
        *refusals(spec, facts, metric=metric, evaluation=evaluation, training=training, asked=asked, published=custom),
    ) or tuple(mix_refusals(spec, asked, searches, given, len(training.learning_rates)))
    if broken:
        raise Invalid(broken)

    regularizers = tuple(
        ResolvedRegularizer(
            kind=kind.kind,
            strengths=searches[kind.kind],
            read_off=tuple(name for name in kind.bounds if name not in searches[kind.kind]),
        )
        for kind in asked
    )
    baseline = None if spec.baseline is None else with_defaults(spec.baseline, training)
    rates = len(training.learning_rates)
    if mixes:
        needed = least_trials(len(regularizers) - 1, has_baseline=baseline is not None, learning_rates=rates)
    else:
        fixed = sum(regularizer.is_fixed for regularizer in regularizers)
        needed = (fixed + (baseline is not None)) * rates + len(regularizers) - fixed
    if spec.budget.max_trials < needed:
        rule = f"must be at least {needed} for these regularizers and learning rates"
        raise Invalid([Violation("budget.max_trials", rule, spec.budget.max_trials, "raise it or drop a kind")])

    statics = STATIC & {kind.kind for kind in (*asked, *spec.always, *filter(None, [spec.baseline]))}
    return ResolvedStudy(
        dataset=facts,
        name=spec.name or facts.name,
        tags=spec.tags,
        seed=spec.seed,
        mode=spec.mode,
        model=spec.model,
        regularizers=regularizers,
        baseline=baseline,
        always=tuple(with_defaults(kind, training) for kind in spec.always),
        objective=ResolvedObjective(
            metric=metric,
            direction=metric.direction,
            second=spec.objective.second,
            constraints=spec.objective.constraints,
        ),
        preparation=spec.preparation,
        evaluation=evaluation,
        training=training,
        sampler=spec.sampler,
        pruner=spec.pruner,
        budget=spec.budget,
        plan=plan(
            layers=spec.model.layers(facts.inputs, facts.outputs, statics),
            rows=facts.rows,
            width=facts.inputs.width,
            batch_size=training.batch_size,
            epochs=training.epochs,
            precision=training.precision,
            pruner=spec.pruner,
            max_trials=spec.budget.max_trials,
            searches=1 if mixes else len(regularizers),
            evaluations_per_trial=spec.evaluation.folds * spec.evaluation.repeats,
            cache_bytes=cache_bytes,
        ),
    )
