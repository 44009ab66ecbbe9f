"""What a study may cost at most."""

import math

from ridgeline.kinds import Range, Search
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.models import multiply_adds
from ridgeline.spec.resolved import ResolvedRegularizer
from ridgeline.spec.study import AnySampler, Grid
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
    work = lane_steps * multiply_adds(study.widths, training.batch_size)
    seconds = work / rate if rate else None
    return CostEstimate(
        trials=trials, evaluations=evaluations, lane_steps=lane_steps, multiply_adds=work, seconds=seconds
    )


def _settings(study: ResolvedStudy) -> int:
    """How many different settings there are to try, at most the budget."""
    kinds = sum(_settings_of(regularizer, study) for regularizer in study.regularizers)
    return (kinds + (study.baseline is not None)) * len(study.training.learning_rates)


def _settings_of(regularizer: ResolvedRegularizer, study: ResolvedStudy) -> int:
    return math.prod(
        _values(search, study.sampler, study.budget.max_trials) for search in regularizer.strengths.values()
    )


def _values(search: Search, sampler: AnySampler, unlimited: int) -> int:
    match search:
        case Range():
            return sampler.points if isinstance(sampler, Grid) else unlimited
        case tuple():
            return len(set(search))
        case _:
            return 1
