"""What is told of a lane besides its score is what its predictions and its parameters say."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.training import Cohort, evaluate
from ridgeline_worker.training.calibration import calibration_error
from ridgeline_worker.training.metrics import score
from ridgeline_worker.training.zeros import parameters_kept, sparsity


def by_hand(y, predicted, weights):
    """Expected calibration error, row by row and bin by bin."""
    total = 0.0
    for number in range(15):
        rows = [r for r, p in enumerate(predicted) if number / 15 < max(p) <= (number + 1) / 15]
        weight = sum(weights[r] for r in rows)
        if weight:
            right = sum(weights[r] for r in rows if int(np.argmax(predicted[r])) == y[r]) / weight
            sure = sum(weights[r] * max(predicted[r]) for r in rows) / weight
            total += weight * abs(right - sure)
    return total / sum(weights)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(1, 60))
def test_calibration_error_is_that_of_its_bins(seed, classes, rows):
    draw = np.random.default_rng(seed)
    predicted = draw.dirichlet(np.full(classes, 0.4), size=rows)
    y, weights = draw.integers(classes, size=rows).astype(float), draw.integers(1, 4, size=rows).astype(float)
    assert calibration_error(y, predicted, weights) == pytest.approx(by_hand(y, predicted, weights), abs=1e-12)
    repeated = np.repeat(np.arange(rows), weights.astype(int))
    assert calibration_error(y[repeated], predicted[repeated], None) == pytest.approx(
        calibration_error(y, predicted, weights), abs=1e-12
    )


def test_calibration_error_has_its_ends():
    sure = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    assert calibration_error(np.array([0.0, 0.0, 1.0]), sure, None) == 0.0
    assert calibration_error(np.array([1.0, 1.0, 0.0]), sure, None) == 1.0


def test_zeros_are_counted_in_matrices_and_kept_parameters_everywhere(problem_of):
    problem = problem_of("iris", model={"kind": "mlp", "hidden": [3]})
    theta = torch.zeros(1, problem.layout.columns)
    first, second, last = (problem.layout.views(theta)[name] for name in ("weight0", "weight1", "bias0"))
    first[0, :2, :3] = 1.0
    first[0, 0, 0] = 2.0**-24  # nothing beside 1
    second[0, 0, :3] = torch.tensor([-1.0, 1e-3, 0.0])
    last[0, 0, 0] = 0.5
    assert sparsity(problem.layout, [theta]) == pytest.approx(1 - 7 / (4 * 3 + 3 * 3))
    assert parameters_kept(problem.layout, [theta]) == 8
    assert parameters_kept(problem.layout, [theta, torch.zeros_like(theta)]) == 8
    assert sparsity(problem.layout, [theta, torch.zeros_like(theta)]) == pytest.approx(1 - 7 / 42)


WANTED = tuple(measure for measure in Measure if measure.fits(Task.BINARY))


def test_a_lane_tells_all_that_is_wanted_and_proximal_steps_leave_zeros(problem_of, lanes_of):
    problem = problem_of("breast_cancer", model={"kind": "mlp", "hidden": [8]})
    lanes = lanes_of(problem, [{}, {"l1": {"strength": 0.05}}])
    state = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), 60)
    told = evaluate(problem, state, predicting=problem.evaluations, measuring=WANTED)
    for lane in told:
        rows = problem.validations[problem.evaluations.index(lane.evaluation)]
        for metric in (Metric.ACCURACY, Metric.ROC_AUC, Metric.LOG_LOSS):
            expected = score(metric, problem.task, rows.y, lane.predictions)
            assert lane.measures[Measure(metric.value)] == expected
        assert Measure.TRAINING_SECONDS not in lane.measures
    none, l1 = ([lane.measures for lane in told if lane.trial == trial] for trial in (0, 1))
    assert all(lane[Measure.SPARSITY] == 0.0 for lane in none)
    assert all(lane[Measure.PARAMETERS_KEPT] == 30 * 8 + 8 + 8 + 1 for lane in none)
    assert all(lane[Measure.SPARSITY] > 0.2 for lane in l1)
    assert [lane.measures for lane in evaluate(problem, state)] == [{}] * len(told)
