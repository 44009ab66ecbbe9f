"""How a study's work is cut into generations, cohorts and rungs: pure functions of the study."""

import math
from collections.abc import Iterator, Sequence

from ridgeline.spec.models import Layer, parameter_count
from ridgeline.spec.resolved import Bracket, Plan, Rung
from ridgeline.spec.study import (
    AnyPruner,
    Hyperband,
    Median,
    NoPruner,
    Precision,
    SuccessiveHalving,
)

LANE_GROUP = 8
"""A cohort holds a multiple of this many lanes: then a score does not depend on how lanes were grouped."""

MAX_COHORT_LANES = 160
MAX_GENERATION_TRIALS = 32
"""Unless there are many kinds."""
GENERATION_TRIALS_A_KIND = 4
"""Room in a generation: then the third of it that successive halving keeps has room for each kind's best."""
GENERATIONS = 4
"""Generations that a budget is cut into, as far as their limits allow: each learns from those before it."""
PREPARED_NUMBERS = 16 * 2**20
"""Numbers of prepared rows, over all evaluations, that an engine process holds at once; beyond, one evaluation's."""


def plan(
    *,
    layers: Sequence[Layer],
    rows: int,
    width: int,
    batch_size: int,
    epochs: int,
    precision: Precision,
    pruner: AnyPruner,
    max_trials: int,
    searches: int,
    evaluations_per_trial: int,
    cache_bytes: int,
) -> Plan:
    """Cut a study's work.

    Args:
        layers: of the model.
        rows: of the data set.
        width: numbers of a prepared row.
        searches: that learn apart from one another: one for each kind, or one of all mixes.
        cache_bytes: memory that a cohort's tensors may fill, such as the processor's last cache.
    """
    return Plan(
        generation_trials=generation_trials(max_trials, searches),
        cohort_lanes=cohort_lanes(layers, width, batch_size, precision, cache_bytes),
        one_evaluation_a_cohort=rows * width * evaluations_per_trial > PREPARED_NUMBERS,
        brackets=brackets(pruner, epochs, evaluations_per_trial),
    )


def generation_trials(max_trials: int, searches: int) -> int:
    """Trials asked together: a quarter of the budget, a multiple of 8 from 8 to 32, or to 4 for each search."""
    most = max(MAX_GENERATION_TRIALS, _in_groups(GENERATION_TRIALS_A_KIND * searches))
    return min(most, _in_groups(max_trials / GENERATIONS))


def _in_groups(number: float) -> int:
    """The least multiple of a lane group that is not below a number."""
    return LANE_GROUP * math.ceil(number / LANE_GROUP)


def cohort_lanes(layers: Sequence[Layer], width: int, batch_size: int, precision: Precision, cache_bytes: int) -> int:
    """Lanes trained together at most: as many as fit the cache, a multiple of 8 from 8 to 160.

    A lane holds its parameters with their gradient and two moments, and its rows and activations with their gradients.
    """
    numbers = 4 * parameter_count(layers) + 2 * batch_size * (width + sum(layer.units for layer in layers))
    lane_bytes = numbers * (8 if precision is Precision.FLOAT64 else 4)
    groups = cache_bytes // (lane_bytes * LANE_GROUP)
    return LANE_GROUP * max(1, min(groups, MAX_COHORT_LANES // LANE_GROUP))


def brackets(pruner: AnyPruner, epochs: int, folds: int) -> tuple[Bracket, ...]:
    """The rungs at which trials are compared; the last is always the end.

    Hyperband's bracket with s rungs before the end gets a share of ceil(S/(s + 1) factor^s) of the trials,
    S brackets in all (Li et al. 2018).

    Args:
        folds: of all repeats.
    """  # fmt: skip
    resource = "epochs" if isinstance(pruner, NoPruner) else pruner.resource
    end, first = (folds, 1) if resource == "folds" else (epochs, -(-epochs // 3))
    whole = Rung(epochs=epochs, folds=folds)
    return tuple(
        Bracket(rungs=tuple(whole.model_copy(update={resource: count}) for count in counts), share=share)
        for counts, share in _counts(pruner, end, first)
    )


def _counts(pruner: AnyPruner, end: int, first: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Of each bracket the folds or epochs at its rungs, and its share of the trials.

    Args:
        first: of the first rung, unless the pruner has its own.
    """  # fmt: skip
    match pruner:
        case NoPruner():
            yield (end,), 1
        case Median():
            first = min(end, pruner.first_rung or first)
            yield (*range(first, end, first), end), 1
        case SuccessiveHalving():
            yield _geometric(pruner, end, first), 1
        case Hyperband():
            rungs = _geometric(pruner, end, first)
            total, factor = len(rungs), pruner.reduction_factor
            for skipped, before in enumerate(reversed(range(total))):
                yield rungs[skipped:], -(-total * factor**before // (before + 1))


def _geometric(pruner: SuccessiveHalving | Hyperband, end: int, first: int) -> tuple[int, ...]:
    """A first rung, then each a multiple of the one before; of folds none but the first beyond their half.

    Such a rung would save little, and leave few lanes to train together.
    """
    last = end // 2 if pruner.resource == "folds" else end - 1
    rungs = [min(end, pruner.first_rung or first)]
    while (rung := rungs[-1] * pruner.reduction_factor) <= last:
        rungs.append(rung)
    return (*rungs, end) if rungs[-1] < end else (end,)
