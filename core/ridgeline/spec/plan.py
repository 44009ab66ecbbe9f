"""How a study's work is cut into generations, cohorts and rungs: pure functions of the study."""

import math
from collections.abc import Sequence

from ridgeline.spec.models import Layer, parameter_count
from ridgeline.spec.resolved import Bracket, Plan
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
GENERATION_COHORTS = 4
"""Cohorts that a generation is cut into at least, as far as groups allow: so many processes have work."""


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
    trials = generation_trials(max_trials, searches)
    fair = _in_groups(trials * evaluations_per_trial / GENERATION_COHORTS)
    return Plan(
        generation_trials=trials,
        cohort_lanes=min(fair, cohort_lanes(layers, width, batch_size, precision, cache_bytes)),
        one_evaluation_a_cohort=rows * width * evaluations_per_trial > PREPARED_NUMBERS,
        brackets=brackets(pruner, epochs),
    )


def generation_trials(max_trials: int, searches: int) -> int:
    """Trials asked together: a quarter of the budget, a multiple of 8 from 8 to 32, or to 4 for each search."""
    most = max(MAX_GENERATION_TRIALS, _in_groups(GENERATION_TRIALS_A_KIND * searches))
    return min(most, _in_groups(max_trials / GENERATIONS))


def _in_groups(number: float) -> int:
    """The least multiple of a lane group that is not below a number."""
    return LANE_GROUP * math.ceil(number / LANE_GROUP)


def cohort_lanes(layers: Sequence[Layer], width: int, batch_size: int, precision: Precision, cache_bytes: int) -> int:
    """Lanes trained together: as many as fit the cache, a multiple of 8 from 8 to 160.

    A lane holds its parameters with their gradient and two moments, and its rows and activations with their gradients.
    """
    numbers = 4 * parameter_count(layers) + 2 * batch_size * (width + sum(layer.units for layer in layers))
    lane_bytes = numbers * (8 if precision is Precision.FLOAT64 else 4)
    groups = cache_bytes // (lane_bytes * LANE_GROUP)
    return LANE_GROUP * max(1, min(groups, MAX_COHORT_LANES // LANE_GROUP))


def brackets(pruner: AnyPruner, epochs: int) -> tuple[Bracket, ...]:
    """The epochs at which trials are compared; the last rung is always the end.

    Hyperband's bracket with s rungs before the end gets a share of ceil(S/(s + 1) factor^s) of the trials,
    S brackets in all (Li et al. 2018).
    """
    match pruner:
        case NoPruner():
            return (Bracket(rungs_epochs=(epochs,)),)
        case Median():
            first = _first_rung(pruner.first_rung_epochs, epochs)
            return (Bracket(rungs_epochs=(*range(first, epochs, first), epochs)),)
        case SuccessiveHalving():
            return (Bracket(rungs_epochs=_geometric(pruner, epochs)),)
        case Hyperband():
            rungs = _geometric(pruner, epochs)
            total, factor = len(rungs), pruner.reduction_factor
            return tuple(
                Bracket(
                    rungs_epochs=rungs[skipped:],
                    share=-(-total * factor**before // (before + 1)),
                )
                for skipped, before in enumerate(reversed(range(total)))
            )


def _first_rung(asked: int | None, epochs: int) -> int:
    return min(epochs, asked or -(-epochs // 3))


def _geometric(pruner: SuccessiveHalving | Hyperband, epochs: int) -> tuple[int, ...]:
    rungs = []
    rung = _first_rung(pruner.first_rung_epochs, epochs)
    while rung < epochs:
        rungs.append(rung)
        rung *= pruner.reduction_factor
    return (*rungs, epochs)
