"""Linear models, full batch, float64, to convergence: the minimizers that scikit-learn finds.

The equivalences: l2(s) = Ridge(alpha = n s) and C = 1/(2 n s); l1(s) = Lasso(alpha = s/2) and C = 1/(n s);
elastic_net(s, a) = ElasticNet(alpha = s/2, l1_ratio = a).
"""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge

from ridgeline.spec.columns import Inputs
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import Linear
from ridgeline.spec.study import Adam, Sgd
from ridgeline_worker.data import Training, Validation
from ridgeline_worker.models import build
from ridgeline_worker.regularizer import RowShape
from ridgeline_worker.training import Cohort, Draws, Evaluation, Lane, Layout, Problem
from ridgeline_worker.training.optimizer import build_optimizer
from ridgeline_worker.training.problem import Rows

ROWS, FEATURES = 80, 6
OPTIMIZERS = {
    "sgd": (Sgd(), 0.2),
    "momentum": (Sgd(momentum=0.9), 0.05),
    "nesterov": (Sgd(momentum=0.9, nesterov=True), 0.05),
    "adam": (Adam(), 0.01),
}
STEPS = {"sgd": 1200, "momentum": 600, "nesterov": 600, "adam": 800}
"""After which weights are well within the tolerance of `assert_same`; long after that, adam leaves now and then."""


def data(task):
    if task is Task.MULTI_TARGET:
        x, y = make_regression(ROWS, FEATURES, n_informative=4, n_targets=3, noise=20.0, random_state=0)
        y = (y - y.mean(axis=0)) / y.std(axis=0)
        return (x - x.mean(axis=0)) / x.std(axis=0), y
    if task is Task.MULTILABEL:
        x, y = data(Task.MULTI_TARGET)
        return x, (y + np.random.default_rng(0).normal(size=y.shape) > 0).astype(float)
    if task is Task.REGRESSION:
        x, y = make_regression(ROWS, FEATURES, n_informative=3, noise=20.0, random_state=0)
        y = (y - y.mean()) / y.std()
    else:
        x, y = make_classification(ROWS, FEATURES, n_informative=3, n_redundant=1, flip_y=0.2, random_state=0)
    return (x - x.mean(axis=0)) / x.std(axis=0), y.astype(float)


def problem(task, optimizer, weight=None):
    x, y = data(task)
    outputs = y.shape[1] if y.ndim == 2 else 1
    model = build(Linear(), Inputs(numbers=FEATURES), outputs)
    mean, scale = np.zeros(y.shape[1:]), np.ones(y.shape[1:])
    device = torch.device("cpu")
    return Problem(
        task=task,
        metric=Metric.RMSE,
        model=model,
        layout=Layout(model),
        optimizer=build_optimizer(optimizer),
        draws=Draws(0),
        evaluations=(Evaluation(0, 0),),
        validations=(Validation(x, y, None, target_mean=mean, target_scale=scale),),
        rows=Rows.of((Training(x, y, weight),), task, torch.float64, device),
        shape=RowShape.of(range(FEATURES), classes=2 if task.is_classification else 0),
        epochs=max(STEPS.values()),
        steps_per_epoch=1,
        dtype=torch.float64,
        device=device,
    )


def begun(task, optimizer, settings, weight=None):
    """A cohort with a lane for each setting."""
    options, rate = OPTIMIZERS[optimizer]
    asked = problem(task, options, weight)
    lanes = [Lane(trial, Evaluation(0, 0), rate, setting) for trial, setting in enumerate(settings)]
    return Cohort(asked, lanes), Cohort.begin(asked, lanes)


def weights(cohort, state):
    """Weights [settings, features], of several outputs [settings, features, outputs]."""
    outputs = cohort.problem.model.outputs
    held = cohort.problem.layout.views(state.theta)["weight0"][: len(state.lanes), :FEATURES, :outputs].numpy()
    return held[:, :, 0] if outputs == 1 else held


def converged(task, optimizer, settings, weight=None, steps=None):
    cohort, state = begun(task, optimizer, settings, weight)
    return weights(cohort, cohort.train(state, steps or STEPS[optimizer]))


def assert_same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(found == 0, expected == 0)


@pytest.fixture(params=OPTIMIZERS)
def optimizer(request):
    return request.param


STRENGTHS = (0.02, 0.2, 0.6)


def test_regression_lanes_meet_ridge_lasso_and_elastic_net(optimizer):
    x, y = data(Task.REGRESSION)
    settings = [{"l2": {"strength": s}} for s in STRENGTHS]
    settings += [{"l1": {"strength": s}} for s in STRENGTHS]
    settings += [{"elastic_net": {"strength": s, "l1_ratio": 0.7}} for s in STRENGTHS]
    found = converged(Task.REGRESSION, optimizer, settings)
    models = [Ridge(alpha=ROWS * s) for s in STRENGTHS]
    models += [Lasso(alpha=s / 2, tol=1e-10) for s in STRENGTHS]
    models += [ElasticNet(alpha=s / 2, l1_ratio=0.7, tol=1e-10) for s in STRENGTHS]
    expected = np.stack([model.fit(x, y).coef_ for model in models])
    assert (expected[3:] == 0).any()
    assert_same(found, expected)


def test_classification_lanes_meet_logistic_regression(optimizer):
    x, y = data(Task.BINARY)
    strengths = (0.02, 0.05)
    settings = [{"l2": {"strength": s}} for s in strengths] + [{"l1": {"strength": s}} for s in strengths]
    found = converged(Task.BINARY, optimizer, settings)
    models = [LogisticRegression(C=1 / (2 * ROWS * s), tol=1e-10, max_iter=10_000) for s in strengths]
    models += [
        LogisticRegression(C=1 / (ROWS * s), l1_ratio=1.0, solver="saga", tol=1e-10, max_iter=100_000)
        for s in strengths
    ]
    expected = np.stack([model.fit(x, y).coef_[0] for model in models])
    assert (expected[2:] == 0).any()
    assert_same(found, expected)


@pytest.mark.parametrize("task", [Task.REGRESSION, Task.BINARY])
def test_zero_is_where_a_step_stays_from_lambda_max_on_and_not_before(optimizer, task):
    x, y = data(task)
    slope = 2.0 if task is Task.REGRESSION else 1.0
    lambda_max = slope * np.abs(x.T @ (y - y.mean())).max() / ROWS * (1 + 1e-9)
    settings = [{"l1": {"strength": share * lambda_max}} for share in (1.0, 0.99)]
    settings += [{"elastic_net": {"strength": share * lambda_max / 0.5, "l1_ratio": 0.5}} for share in (1.0, 0.99)]
    cohort, state = begun(task, optimizer, settings)
    state.theta.zero_()
    if task is Task.BINARY:
        cohort.problem.layout.views(state.theta)["bias0"][:, 0, 0] = np.log(y.mean() / (1 - y.mean()))
    zeros = (weights(cohort, cohort.train(state, 50)) == 0).all(axis=1)
    assert zeros.tolist() == [True, False, True, False]


def test_weight_decay_under_plain_sgd_is_l2():
    """w <- (1 - lr rate) w - lr g is a step on L + rate/2 sum w^2."""
    rate, strength = OPTIMIZERS["sgd"][1], 0.1
    tau = 1 / (rate * 2 * strength)  # one step an epoch: rate of decay 2 strength
    settings = [{"l2": {"strength": strength}}, {"weight_decay": {"tau": tau}}]
    found = converged(Task.REGRESSION, "sgd", settings, steps=100)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-9)


def test_weight_decay_under_adam_is_not_l2():
    rate, strength = OPTIMIZERS["adam"][1], 0.1
    tau = 1 / (rate * 2 * strength)
    found = converged(Task.REGRESSION, "adam", [{"l2": {"strength": strength}}, {"weight_decay": {"tau": tau}}])
    assert np.abs(found[0] - found[1]).max() > 0.01


def row_weights():
    """Some rows count nothing, others much; 1 in the mean."""
    draw = np.random.default_rng(1)
    weight = draw.gamma(1.0, size=ROWS) * (draw.random(ROWS) > 0.2)
    return weight / weight.mean()


class TestWeights:
    """With weights of mean 1, l2(s) is Ridge(alpha = n s) and C = 1/(2 n s) with these sample weights.

    Weights act in the loss, which all optimizers see alike: one of them is enough here.
    """

    def test_weighted_regression_lanes_meet_weighted_ridge_and_lasso(self):
        x, y = data(Task.REGRESSION)
        settings = [{"l2": {"strength": s}} for s in STRENGTHS] + [{"l1": {"strength": s}} for s in STRENGTHS]
        found = converged(Task.REGRESSION, "nesterov", settings, row_weights())
        models = [Ridge(alpha=ROWS * s) for s in STRENGTHS] + [Lasso(alpha=s / 2, tol=1e-10) for s in STRENGTHS]
        expected = np.stack([model.fit(x, y, sample_weight=row_weights()).coef_ for model in models])
        assert_same(found, expected)

    def test_weighted_classification_lanes_meet_weighted_logistic_regression(self):
        x, y = data(Task.BINARY)
        strengths = (0.02, 0.05)
        found = converged(Task.BINARY, "nesterov", [{"l2": {"strength": s}} for s in strengths], row_weights())
        models = [LogisticRegression(C=1 / (2 * ROWS * s), tol=1e-10, max_iter=10_000) for s in strengths]
        assert_same(found, np.stack([model.fit(x, y, sample_weight=row_weights()).coef_[0] for model in models]))

    def test_a_row_of_weight_two_is_a_row_twice(self):
        x, y = data(Task.REGRESSION)
        weight = 1.0 + (np.arange(ROWS) % 4 == 0)
        found = converged(Task.REGRESSION, "adam", [{"l2": {"strength": 0.1}}], weight / weight.mean())
        twice = np.repeat(np.arange(ROWS), weight.astype(int))
        assert_same(found[0], Ridge(alpha=len(twice) * 0.1).fit(x[twice], y[twice]).coef_)


class TestSeveralTargets:
    """The loss is the mean over T targets, so that l2(s) is Ridge(alpha = n s T) and C = 1/(2 n s T) of each.

    So it is for all optimizers alike: one of them is enough here.
    """

    def test_several_numbers_meet_a_ridge_each(self):
        x, y = data(Task.MULTI_TARGET)
        found = converged(Task.MULTI_TARGET, "adam", [{"l2": {"strength": s}} for s in STRENGTHS])
        assert_same(found, np.stack([Ridge(alpha=ROWS * s * 3).fit(x, y).coef_.T for s in STRENGTHS]))

    def test_several_labels_meet_a_logistic_regression_each(self):
        x, y = data(Task.MULTILABEL)
        found = converged(Task.MULTILABEL, "adam", [{"l2": {"strength": 0.02}}])
        model = LogisticRegression(C=1 / (2 * ROWS * 0.02 * 3), tol=1e-10, max_iter=10_000)
        assert_same(found[0], np.stack([model.fit(x, label).coef_[0] for label in y.T], axis=1))
