"""What a study may cost at most."""

from ridgeline.kinds.structure import STATIC
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.final import most_work, timed_seconds
from ridgeline.spec.grids import settings_of
from ridgeline.spec.mixing import mixes_of
from ridgeline.spec.models import multiply_adds
from ridgeline.spec.study import Mode
from ridgeline.spec.views import CostEstimate, FinalCost


def estimate(study: ResolvedStudy, rate: float | None) -> CostEstimate:
    """Count the work of a study whose trials all train to the end, and of its final.

    Args:
        rate: multiply-adds a second; None: not known yet.
    """
    trials = min(study.budget.max_trials, _settings(study))
    steps = study.training.epochs * study.training.steps_per_epoch
    step_work = multiply_adds(study.layers_of(_largest(study)), study.training.batch_size)

    def seconds(evaluations: int, timed: float) -> float | None:
        return evaluations * steps * step_work / rate + timed if rate else None

    work = most_work(study, trials)
    final, timed = None, 0.0
    if work is not None:
        timed = timed_seconds(study, work.finalists)
        final = FinalCost(
            contenders=work.contenders,
            finalists=work.finalists,
            ladders=work.ladders,
            evaluations=work.evaluations,
            lane_steps=work.evaluations * steps,
            multiply_adds=work.evaluations * steps * step_work,
            seconds=seconds(work.evaluations, timed),
        )
    evaluations = trials * study.evaluations_per_trial + (final.evaluations if final else 0)
    return CostEstimate(
        trials=trials,
        evaluations=evaluations,
        lane_steps=evaluations * steps,
        multiply_adds=evaluations * steps * step_work,
        seconds=seconds(evaluations, timed),
        final=final,
    )


def _largest(study: ResolvedStudy) -> frozenset[str]:
    """The structure of the largest model that may be trained: with every static kind of the study."""
    fixed = (*study.always, *filter(None, [study.baseline]))
    return STATIC & {*(own.kind for own in study.regularizers), *(own.kind for own in fixed)}


def _settings(study: ResolvedStudy) -> int:
    """How many different settings there are to try, or the budget where they are endless."""
    if study.mode is Mode.COCKTAIL:
        mixes = mixes_of(study)
        rates = len(study.training.learning_rates)
        return study.budget.max_trials if mixes is None else mixes + (study.baseline is not None) * rates
    counted = (settings_of(regularizer.strengths, study.sampler) for regularizer in study.regularizers)
    kinds = sum(study.budget.max_trials if count is None else count for count in counted)
    return (kinds + (study.baseline is not None)) * len(study.training.learning_rates)
