"""What is done to residual branches, as formulas."""

import pytest
import torch

from ridgeline_worker.regularizer import Factors
from ridgeline_worker.regularizers import REGULARIZERS

ROWS = 200_000


@pytest.mark.parametrize(("rate", "depth"), [(0.1, 1.0), (0.5, 0.5), (0.9, 1.0)])
def test_stochastic_depth_keeps_the_mean_and_the_mean_gradient(noise, column, rate, depth):
    factors = REGULARIZERS["stochastic_depth"].factors(noise(1, ROWS), ROWS, 0, depth, {"rate": column(rate)})
    p = rate * depth
    assert factors.forward.unique().tolist() == pytest.approx([0.0, 1 / (1 - p)])
    assert abs(factors.forward.mean() - 1) < 3 * factors.forward.std() / ROWS**0.5
    x = torch.ones(1, ROWS, 1, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(factors.of(x).sum(), x)
    assert torch.equal(gradient[..., 0], factors.forward)


def test_rows_that_a_low_rate_leaves_out_are_left_out_by_a_higher_one(noise, column):
    strengths = {"rate": column(0.1, 0.5, 0.9)}
    kept = REGULARIZERS["stochastic_depth"].factors(noise(3, 1000), 1000, 0, 1.0, strengths).forward > 0
    assert (kept[2] <= kept[1]).all()
    assert (kept[1] <= kept[0]).all()


@pytest.mark.parametrize("rate", [0.0, 0.3, 1.0])
def test_the_mean_factor_of_shake_drop_is_what_evaluation_uses(noise, column, rate):
    shake_drop, strengths = REGULARIZERS["shake_drop"], {"rate": column(rate)}
    factors = shake_drop.factors(noise(1, ROWS), ROWS, 0, 0.5, strengths)
    expected = shake_drop.expected(0.5, strengths).item()
    assert expected == pytest.approx(1 - rate / 2)
    assert abs(factors.forward.mean() - expected) <= 3 * factors.forward.std() / ROWS**0.5
    changed = factors.forward != 1
    assert abs(changed.double().mean() - rate / 2) <= 3 * 0.5 / ROWS**0.5
    assert factors.forward.min() >= -1
    assert factors.backward.min() >= 0
    assert factors.forward.max() <= 1
    assert factors.backward.max() <= 1


def test_the_shares_of_shake_shake_are_uniform_and_independent(noise):
    factors = REGULARIZERS["shake_shake"].shares(noise(1, ROWS), ROWS, 0)
    alpha, beta = factors.forward[0], factors.backward[0]
    for share in (alpha, beta):
        assert abs(share.mean() - 0.5) < 3 * share.std() / ROWS**0.5
        assert share.var() == pytest.approx(1 / 12, rel=0.02)
    assert abs(torch.corrcoef(torch.stack([alpha, beta]))[0, 1]) < 3 / ROWS**0.5


def test_a_factor_of_one_forward_and_backward_gives_back_the_same_bits():
    x = torch.randn(2, 5, 3)
    ones = torch.ones(2, 5)
    assert torch.equal(Factors(ones, ones.clone()).of(x), x)


def test_the_gradient_has_a_factor_of_its_own():
    forward, backward = torch.rand(2, 5, dtype=torch.float64), torch.rand(2, 5, dtype=torch.float64)
    x = torch.randn(2, 5, 3, dtype=torch.float64, requires_grad=True)
    seen = Factors(forward, backward).of(x)
    torch.testing.assert_close(seen, x * forward.unsqueeze(2))
    (gradient,) = torch.autograd.grad(seen.sum(), x)
    torch.testing.assert_close(gradient, backward.unsqueeze(2).expand_as(x))
