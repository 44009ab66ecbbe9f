"""What a study may cost at most."""

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.grids import settings_of
from ridgeline.spec.mixing import mixes_of
from ridgeline.spec.models import multiply_adds
from ridgeline.spec.study import Mode
from ridgeline.spec.views import CostEstimate


def estimate(study: ResolvedStudy, rate: float | None) -> CostEstimate:
    """Count the work of a study whose trials all train to the end.

    Args:
        rate: multiply-adds a second; None: not known yet.
    """
    trials = min(study.budget.max_trials, _settings(study))
    evaluations = trials * study.evaluations_per_trial
    training = study.training
    lane_steps = evaluations * training.epochs * training.steps_per_epoch
    work = lane_steps * multiply_adds(study.layers, training.batch_size)
    seconds = work / rate if rate else None
    return CostEstimate(
        trials=trials, evaluations=evaluations, lane_steps=lane_steps, multiply_adds=work, seconds=seconds
    )


def _settings(study: ResolvedStudy) -> int:
    """How many different settings there are to try, or the budget where they are endless."""
    if study.mode is Mode.COCKTAIL:
        mixes = mixes_of(study)
        rates = len(study.training.learning_rates)
        return study.budget.max_trials if mixes is None else mixes + (study.baseline is not None) * rates
    counted = (settings_of(regularizer.strengths, study.sampler) for regularizer in study.regularizers)
    kinds = sum(study.budget.max_trials if count is None else count for count in counted)
    return (kinds + (study.baseline is not None)) * len(study.training.learning_rates)
