"""Each formula against arithmetic, and the examples of a tutorial that gets them wrong."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from ridgeline_worker.regularizer import soft_threshold
from ridgeline_worker.regularizers import REGULARIZERS

TUTORIAL_WEIGHTS = torch.tensor([[0.1, 0.2, 0.3]], dtype=torch.float64)


def column(*values):
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def test_l1_of_the_tutorial_is_0_006_and_its_step_moves_each_weight_by_the_strength():
    l1, strengths = REGULARIZERS["l1"], {"strength": column(0.01)}
    assert l1.penalty(TUTORIAL_WEIGHTS, strengths).item() == pytest.approx(0.006)
    moved = l1.prox(TUTORIAL_WEIGHTS, column(1.0), strengths)
    assert torch.allclose(moved, TUTORIAL_WEIGHTS - 0.01)


def test_l2_of_the_tutorial_is_0_0014_and_its_gradient_is_that_of_its_penalty():
    l2, strengths = REGULARIZERS["l2"], {"strength": column(0.01)}
    w = TUTORIAL_WEIGHTS.clone().requires_grad_()
    penalty = l2.penalty(w, strengths)
    assert penalty.item() == pytest.approx(0.0014)
    (expected,) = torch.autograd.grad(penalty.sum(), w)
    gradient = torch.ones_like(w)
    l2.add_gradient(gradient, w.detach(), strengths)
    assert torch.allclose(gradient, 1 + expected)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_the_mean_within_three_standard_errors(rate):
    uniform = torch.from_numpy(np.random.default_rng(0).random((1, 200_000)))
    factor = REGULARIZERS["dropout"].factor(uniform, {"rate": column(rate)})
    assert factor.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)])
    assert abs(factor.mean().item() - 1) < 3 * factor.std().item() / factor.numel() ** 0.5


def test_units_that_a_high_rate_keeps_are_kept_by_a_lower_one():
    uniform = torch.from_numpy(np.random.default_rng(0).random((1, 1000))).expand(3, -1)
    kept = REGULARIZERS["dropout"].factor(uniform, {"rate": column(0.1, 0.5, 0.9)}) > 0
    assert (kept[2] <= kept[1]).all()
    assert (kept[1] <= kept[0]).all()


def test_weight_decay_keeps_all_but_the_inverse_of_its_time_scale_in_steps():
    kept = REGULARIZERS["weight_decay"].kept(6, {"tau": column(5.0, float("inf"))})
    assert kept.flatten().tolist() == pytest.approx([1 - 1 / 30, 1.0])


finite = st.floats(-3, 3)


@given(w=finite, step=st.floats(0, 2), strength=st.floats(0, 2), ratio=st.floats(0, 1))
def test_a_proximal_step_minimizes_what_it_says(w, step, strength, ratio):
    weight = torch.tensor([[w]], dtype=torch.float64)
    for kind, strengths in (
        ("l1", {"strength": column(strength)}),
        ("elastic_net", {"strength": column(strength), "l1_ratio": column(ratio)}),
    ):
        regularizer = REGULARIZERS[kind]

        def objective(z, regularizer=regularizer, strengths=strengths):
            penalty = regularizer.penalty(torch.tensor([[z]], dtype=torch.float64), strengths).item()
            return (z - w) ** 2 / 2 + step * penalty

        found = regularizer.prox(weight, column(step), strengths).item()
        best = minimize_scalar(objective, bounds=(-4, 4), method="bounded", options={"xatol": 1e-9})
        assert objective(found) <= best.fun + 1e-9


@given(w=st.floats(-10, 10, width=32))
def test_a_threshold_of_zero_gives_back_the_same_bits(w):
    weight = torch.tensor([[w]])
    assert torch.equal(soft_threshold(weight, torch.zeros(1, 1)), weight)
