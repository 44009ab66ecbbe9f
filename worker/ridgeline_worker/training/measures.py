"""What is told of a lane beside its score."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ridgeline.spec.measures import Measure
from ridgeline_worker.data import Validation
from ridgeline_worker.training.calibration import calibration_error
from ridgeline_worker.training.metrics import score
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.zeros import Members, parameters_kept, sparsity


def measured(
    problem: Problem,
    wanted: Sequence[Measure],
    members: Members,
    predicted: Float[np.ndarray, "rows *outputs"],
    rows: Validation,
) -> dict[Measure, float]:
    """Each measure of a lane's model, its metrics on the validation rows; those that are timed are left out."""
    return {measure: _value(problem, measure, members, predicted, rows) for measure in wanted if not measure.is_timed}


def _value(
    problem: Problem,
    measure: Measure,
    members: Members,
    predicted: Float[np.ndarray, "rows *outputs"],
    rows: Validation,
) -> float:
    if measure.metric is not None:
        return score(measure.metric, problem.task, rows.y, predicted, rows.weight)
    if measure is Measure.CALIBRATION_ERROR:
        return calibration_error(rows.y, predicted, rows.weight)
    return (
        sparsity(problem.layout, members) if measure is Measure.SPARSITY else parameters_kept(problem.layout, members)
    )
