"""What happens to weights and gradients, against torch, scipy and arithmetic."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer import InputGroups
from ridgeline_worker.regularizers import REGULARIZERS

GROUP_LASSO = REGULARIZERS["group_lasso"]


def column(*values):
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def alone(inputs, outputs):
    return InputGroups.of(torch.full((inputs,), float(outputs), dtype=torch.float64), None)


class TestGroupLasso:
    """Its proximal step."""

    def test_one_step_size_a_lane_shrinks_the_norm_of_each_input(self):
        w = torch.randn(2, 4, 3, dtype=torch.float64)
        moved = GROUP_LASSO.prox(w, column(0.1, 0.5).unsqueeze(2), alone(4, 3), {"strength": column(0.3, 2.0)})
        for lane, (step, strength) in enumerate(((0.1, 0.3), (0.5, 2.0))):
            norm = w[lane].norm(dim=1, keepdim=True)
            expected = w[lane] * (1 - step * strength * 3**0.5 / norm).clamp(min=0)
            assert torch.allclose(moved[lane], expected)

    def test_the_columns_of_one_feature_stay_or_go_together(self):
        sizes = torch.tensor([3.0, 6.0], dtype=torch.float64)
        groups = InputGroups.of(sizes, torch.tensor([0, 1, 1]))
        w = torch.tensor([[[0.1, 0, 0], [0.1, 0, 0], [9, 9, 9]]], dtype=torch.float64)
        moved = GROUP_LASSO.prox(w, column(1.0).unsqueeze(2), groups, {"strength": column(0.5)})
        assert (moved[0, 0] == 0).all()
        assert moved[0, 1, 0] == pytest.approx(0.1 * (1 - 0.5 * 6**0.5 / w[0, 1:].norm().item()))
        assert GROUP_LASSO.penalty(w, groups, {"strength": column(0.5)}).item() == pytest.approx(
            0.5 * (3**0.5 * 0.1 + 6**0.5 * w[0, 1:].norm().item())
        )

    @settings(max_examples=200)
    @given(
        seed=st.integers(0, 10_000),
        count=st.integers(2, 20),
        spread=st.floats(0, 6),
        strength=st.floats(0.001, 10),
        zeros=st.booleans(),
    )
    def test_with_a_step_a_weight_the_norm_is_the_root_that_bisection_finds(self, seed, count, spread, strength, zeros):
        random = np.random.default_rng(seed)
        u = random.normal(size=count)
        step = np.exp(random.uniform(-spread, spread, size=count)) * 0.01
        if zeros:
            step[0] = 0.0
        tau = strength * count**0.5
        moved = GROUP_LASSO.prox(
            torch.tensor(u).view(1, 1, count),
            torch.tensor(step).view(1, 1, count),
            alone(1, count),
            {"strength": column(strength)},
        )[0, 0].numpy()
        if not zeros and np.linalg.norm(u / step) <= tau:
            assert (moved == 0).all()
            return
        theta = brentq(lambda t: np.sum((u / (t + tau * step)) ** 2) - 1, 1e-12, 2 * np.linalg.norm(u), xtol=1e-15)
        np.testing.assert_allclose(moved, u * theta / (theta + tau * step), rtol=1e-6, atol=1e-12)

    def test_with_a_step_a_weight_it_minimizes_what_it_says(self):
        u, step = np.array([1.0, -0.4, 0.2]), np.array([0.1, 0.3, 0.02])

        def objective(z):
            return np.sum((z - u) ** 2 / (2 * step)) + 0.8 * 3**0.5 * np.linalg.norm(z)

        moved = GROUP_LASSO.prox(
            torch.tensor(u).view(1, 1, 3), torch.tensor(step).view(1, 1, 3), alone(1, 3), {"strength": column(0.8)}
        )
        best = minimize(objective, u, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 5000})
        np.testing.assert_allclose(moved[0, 0].numpy(), best.x, rtol=1e-5)


def test_max_norm_is_torch_renorm():
    incoming = torch.randn(2, 6, 5, dtype=torch.float64) * 2
    projected = REGULARIZERS["max_norm"].projected(incoming, {"limit": column(1.5, 4.0)})
    for lane, limit in enumerate((1.5, 4.0)):
        assert torch.allclose(projected[lane], torch.renorm(incoming[lane], 2, 0, limit), rtol=1e-6)
    assert projected[0].norm(dim=1).max().item() == pytest.approx(1.5)


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.7])
def test_gaussian_dropout_has_mean_1_and_variance_p_over_1_minus_p(rate):
    z = torch.from_numpy(np.random.default_rng(0).standard_normal((1, 400_000)))
    factor = REGULARIZERS["gaussian_dropout"].factor(z, {"rate": column(rate)})
    variance = rate / (1 - rate)
    assert abs(factor.mean().item() - 1) < 3 * (variance / 400_000) ** 0.5
    assert factor.var().item() == pytest.approx(variance, rel=0.01)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_dropconnect_keeps_the_mean_within_three_standard_errors(noise, rate):
    factor = REGULARIZERS["dropconnect"].factor(200_000, noise(1, 1), {"rate": column(rate)})
    assert factor.unique().tolist() == pytest.approx([0.0, 1 / (1 - rate)])
    assert abs(factor.mean().item() - 1) < 3 * factor.std().item() / factor.numel() ** 0.5


@pytest.mark.parametrize("limit", [0.5, 3.0, 1e6])
def test_gradient_clipping_is_that_of_pytorch_lane_by_lane(noise, limit):
    gradient = torch.randn(2, 50, dtype=torch.float64) * torch.tensor([[1.0], [10.0]])
    expected = []
    for row in gradient:
        parameter = torch.nn.Parameter(torch.zeros(50, dtype=torch.float64))
        parameter.grad = row.clone()
        torch.nn.utils.clip_grad_norm_([parameter], limit)
        expected.append(parameter.grad)
    real = torch.ones(50, dtype=torch.bool)
    REGULARIZERS["gradient_clipping"].change(gradient, real, 1, noise(2, 1), {"limit": column(limit, limit)})
    assert torch.allclose(gradient, torch.stack(expected), rtol=1e-5)  # pytorch adds 1e-6 to the norm


def test_gradient_noise_falls_with_the_step_and_spares_filling(noise):
    real = torch.arange(100_000) % 4 != 3
    found = []
    for step in (1, 100):
        gradient = torch.zeros(1, len(real), dtype=torch.float64)
        REGULARIZERS["gradient_noise"].change(gradient, real, step, noise(1, 1), {"scale": column(0.5)})
        assert (gradient[:, ~real] == 0).all()
        found.append(gradient[:, real].std().item())
    assert found == pytest.approx([0.5, 0.5 / 100**0.275], rel=0.02)


@pytest.mark.parametrize(("task", "outputs"), [(Task.BINARY, 1), (Task.MULTICLASS, 4), (Task.MULTILABEL, 3)])
def test_confidence_penalty_is_minus_the_entropy_of_torch_distributions(task, outputs):
    z = torch.randn(2, 6, outputs, dtype=torch.float64, requires_grad=True)
    added = REGULARIZERS["confidence_penalty"].added(z, task, {"strength": column(0.5, 2.0)})
    if task is Task.MULTICLASS:
        entropy = torch.distributions.Categorical(logits=z).entropy()
    else:
        entropy = torch.distributions.Bernoulli(logits=z).entropy().mean(dim=2)
    expected = -column(0.5, 2.0) * entropy
    assert torch.allclose(added, expected)
    ours, theirs = (torch.autograd.grad(term.sum(), z)[0] for term in (added, expected))
    assert torch.allclose(ours, theirs)
