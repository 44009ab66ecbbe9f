"""How a trained lane fits its own rows, and how many of its weights are zero."""

import numpy as np
import pyarrow as pa
import pytest
import torch
from sklearn.metrics import log_loss, root_mean_squared_error

from ridgeline_worker.training import Cohort, Evaluation, Lane, fits


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 4))
    return {f"x{i}": x[:, i] for i in range(4)} | {"y": x[:, 0] * 3 + 7}


def by_hand(problem, theta, x):
    """A linear model, read off its parameters."""
    views = problem.layout.views(theta)
    weight = next(v for name, v in views.items() if "weight" in name)[0].double().numpy()
    bias = next(v for name, v in views.items() if "bias" in name)[0].double().numpy()
    width = x.shape[1]
    return (x @ weight[:width] + bias)[:, 0]


def test_training_rows_are_scored_in_the_units_of_the_data_and_by_their_weights(kept, problem_on, rows):
    weight = np.linspace(0.5, 2.0, 60)
    table, facts = kept(pa.table(rows | {"w": weight}), weight="w")
    problem = problem_on(table, facts, model={"kind": "linear"}, training={"epochs": 40, "batch_size": 16})
    evaluation = problem.evaluations[0]
    lanes = [Lane(0, evaluation, 0.05, {})]
    state = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), 80)
    (found,) = fits(problem, state, {evaluation})
    held, count = problem.validations[0], problem.rows.counts[0]
    x = problem.rows.x[0, :count].double().numpy()
    outputs = by_hand(problem, state.theta[:1], x) * held.target_scale + held.target_mean
    y = problem.rows.y[0, :count].double().numpy() * held.target_scale + held.target_mean
    own = weight[[int(np.argmin(abs(rows["y"] - each))) for each in y]]
    assert found.score == pytest.approx(root_mean_squared_error(y, outputs, sample_weight=own), rel=1e-5)


def test_class_weights_of_the_loss_are_not_those_of_the_score(study_of, stored, problem_of):
    training = {"epochs": 5, "batch_size": 64, "class_weight": "balanced"}
    problem = problem_of("breast_cancer", model={"kind": "linear"}, training=training)
    evaluation = problem.evaluations[0]
    lanes = [Lane(0, evaluation, 0.01, {})]
    state = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), 20)
    (found,) = fits(problem, state, {evaluation})
    count = problem.rows.counts[0]
    logits = by_hand(problem, state.theta[:1], problem.rows.x[0, :count].double().numpy())
    expected = log_loss(problem.rows.y[0, :count].numpy(), 1 / (1 + np.exp(-logits)))
    assert found.score == pytest.approx(expected, rel=1e-5)


def test_zeros_are_counted_among_weights_and_inputs(problem_of):
    problem = problem_of("iris", model={"kind": "mlp", "hidden": [8]})
    lanes = [Lane(trial, evaluation, 0.01, {}) for trial in range(2) for evaluation in problem.evaluations[:2]]
    state = Cohort.begin(problem, lanes)
    first = problem.layout.views(state.theta)["weight0"]
    first[0, 1] = 0.0  # the second input of the first lane
    first[0, 2, :3] = 0.0
    first[0, 3, 0] = 5e-4
    found = {(fit.trial, fit.evaluation): fit.sparsity for fit in fits(problem, state, {Evaluation(0, 0)})}
    assert set(found) == {(0, Evaluation(0, 0)), (1, Evaluation(0, 0))}
    own, other = (found[trial, Evaluation(0, 0)] for trial in range(2))
    assert own.weights == 4 * 8 + 8 * 3
    assert own.zero == pytest.approx(11 / own.weights)
    assert own.small >= 12 / own.weights
    assert (own.inputs, own.unread) == (4, 1)
    assert (other.zero, other.unread) == (0.0, 0)


def test_a_lane_that_is_not_finite_has_no_score(problem_of):
    problem = problem_of("iris", model={"kind": "mlp", "hidden": [8]})
    lanes = [Lane(0, problem.evaluations[0], 0.01, {})]
    state = Cohort.begin(problem, lanes)
    state.theta[0, 0] = torch.nan
    assert fits(problem, state, set(problem.evaluations))[0].score is None
