"""The gradient that is written out is the one that autograd finds."""

from copy import copy
from dataclasses import replace

import pytest
import torch

from ridgeline_worker.training import Cohort

SETTINGS = [
    {},
    {"dropout": {"rate": 0.4}},
    {"dropout": {"rate": 0.2}, "gaussian_dropout": {"rate": 0.7}, "activity": {"strength": 0.1}},
    {"activity": {"strength": 0.3}, "confidence_penalty": {"strength": 0.1}},
    {"dropconnect": {"rate": 0.3}, "mixup": {"alpha": 0.4}},
    {"fgsm": {"epsilon": 0.1}, "gaussian_dropout": {"rate": 0.5}},
    {"sam": {"rho": 0.05}},
]
"""Factors that may be negative, terms of activations and outputs, passes of their own."""


@pytest.mark.parametrize(
    ("activation", "hidden"),
    [(None, []), ("relu", [13]), ("relu", [32, 7, 20]), ("tanh", [32, 7]), ("gelu", [32, 7, 20]), ("silu", [13])],
)
@pytest.mark.parametrize("dataset", ["wine", "breast_cancer", "digits"])
def test_it_equals_that_of_autograd(problem_of, lanes_of, dataset, activation, hidden):
    model = {"kind": "mlp", "hidden": hidden, "activation": activation} if activation else {"kind": "linear"}
    problem = problem_of(dataset, model=model, training={"precision": "float64", "batch_size": 37})
    assert problem.model.chain is not None
    unchained = copy(problem.model)
    unchained.chain = None
    lanes = lanes_of(problem, SETTINGS)
    ours, theirs = (
        Cohort(one, lanes).train(Cohort.begin(one, lanes), 3) for one in (problem, replace(problem, model=unchained))
    )
    torch.testing.assert_close(ours.theta, theirs.theta, rtol=1e-9, atol=1e-11)
