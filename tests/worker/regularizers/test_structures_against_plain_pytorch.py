"""A lane with static kinds, or with regularized branches, equals an nn.Module trained on its batches and its draws."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, update_bn

from ridgeline.kinds import structure_of
from ridgeline_worker.regularizer import Purpose
from ridgeline_worker.training import Cohort, Evaluation, Lane, Problem, evaluate

EPOCHS, RATE, COLUMNS, WIDTH, HIDDEN, CLASSES = 4, 0.02, 13, 6, 3, 3
WHERE = Evaluation(0, 1)
NORMS = {"batch_norm": nn.BatchNorm1d, "layer_norm": nn.LayerNorm}
ON = {"on": 1.0}


class Shaken(torch.autograd.Function):
    """forward * x, with backward as the factor of the gradient."""

    @staticmethod
    def forward(ctx, x, forward, backward):
        ctx.save_for_backward(backward)
        return x * forward

    @staticmethod
    def backward(ctx, gradient):
        (backward,) = ctx.saved_tensors
        return gradient * backward, None, None


class Net(nn.Module):
    """A perceptron of equal widths with a normalization, skip connections and twins where they are asked for."""

    def __init__(self, structure):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(COLUMNS if i == 0 else WIDTH, WIDTH) for i in range(HIDDEN))
        self.layers.append(nn.Linear(WIDTH, CLASSES))
        self.layers.extend(nn.Linear(WIDTH, WIDTH) for _ in range((HIDDEN - 1) * ("shake_shake" in structure)))
        norm = next((NORMS[kind] for kind in structure if kind in NORMS), None)
        places = [i for i in range(len(self.layers)) if i != HIDDEN]
        self.norms = nn.ModuleDict({str(i): norm(WIDTH) for i in places if norm is not None})
        self.skips, self.twins = "skip" in structure, "shake_shake" in structure
        self.shake = None
        """What is done to a branch, or to the pair of its halves: a function of its number."""

    def made(self, layer, h):
        z = self.layers[layer](h)
        return torch.relu(self.norms[str(layer)](z) if self.norms else z)

    def forward(self, h):
        h = self.made(0, h)
        for branch in range(HIDDEN - 1):
            f = self.made(branch + 1, h)
            if self.twins:
                other = self.made(HIDDEN + 1 + branch, h)
                f = self.shake(branch, f, other) if self.training else (f + other) / 2
            elif self.shake is not None:
                f = self.shake(branch, f)
            h = h + f if self.skips else f
        return self.layers[HIDDEN](h)


class Plain:
    """The lane of a setting, and the module that starts with its weights."""

    def __init__(self, study, problem, setting):
        self.problem = problem.structured(study, structure_of(setting))
        self.lane = Lane(0, WHERE, RATE, setting)
        self.cohort, self.begun = Cohort(self.problem, [self.lane]), Cohort.begin(self.problem, [self.lane])
        self.net = Net(self.problem.structure).double()
        with torch.no_grad():
            for parameter, held in self.pairs(self.net, self.begun.theta):
                parameter.copy_(held)

    def pairs(self, net, theta):
        """Each parameter and the lane's."""
        views = self.problem.layout.views(theta)
        for number, layer in enumerate(net.layers):
            outputs, inputs = layer.weight.shape
            yield layer.weight, views[f"weight{number}"][0, :inputs, :outputs].T
            yield layer.bias, views[f"bias{number}"][0, 0, :outputs]
        for number, norm in net.norms.items():
            yield norm.weight, views[f"gain{number}"][0, :WIDTH]
            yield norm.bias, views[f"shift{number}"][0, :WIDTH]

    @property
    def steps(self):
        return EPOCHS * self.problem.steps_per_epoch

    def rows(self, number):
        batch = self.cohort._epoch(number // self.problem.steps_per_epoch)[number % self.problem.steps_per_epoch]
        rows = batch.rows[1, : batch.counts[1]]
        return self.problem.rows.x[1, rows, :COLUMNS], self.problem.rows.y[1, rows], batch.rows.shape[1]

    def uniform(self, purpose, branch, number, *shape):
        return torch.from_numpy(self.problem.draws.uniform(WHERE, purpose, branch, number, shape)).double()

    def fit(self, shake=None, after=lambda _: None):
        """Train as torch.optim has it; `shake` gives what a step of a number and its rows does to a branch."""
        optimizer = torch.optim.Adam(self.net.parameters(), lr=RATE)
        for number in range(self.steps):
            x, y, held = self.rows(number)
            self.net.shake = shake and shake(number, len(x), held)
            optimizer.zero_grad()
            functional.cross_entropy(self.net(x), y).backward()
            optimizer.step()
            after(number + 1)
        self.state = self.cohort.train(self.begun, self.steps)
        for parameter, held in self.pairs(self.net, self.state.theta):
            torch.testing.assert_close(held, parameter.detach(), rtol=1e-6, atol=1e-8)
        return self

    @property
    def training_rows(self):
        return self.problem.rows.x[1, : self.problem.rows.counts[1], :COLUMNS]

    def assert_it_scores_as(self, net):
        """In evaluation, where batch normalization knows all training rows."""
        net.eval()
        fold = self.problem.validations[1]
        with torch.no_grad():
            predicted = net(torch.from_numpy(fold.x[:, :COLUMNS])).softmax(1).numpy()
        assert evaluate(self.problem, self.state)[0].score == pytest.approx(log_loss(fold.y, predicted), rel=1e-7)


@pytest.fixture
def plain(study_of, stored):
    study = study_of(
        "wine",
        evaluation={"folds": 2},
        model={"kind": "mlp", "hidden": [WIDTH] * HIDDEN},
        training={"epochs": EPOCHS, "batch_size": 32, "precision": "float64"},
    )
    problem = Problem.of(study, stored("wine"), torch.device("cpu"))
    return lambda setting: Plain(study, problem, setting)


def settled(net, rows):
    """The statistics of all training rows as one batch."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm1d):
            module.momentum = None
    update_bn([rows], net)
    return net


def test_batch_norm_is_torch_batch_norm_and_evaluates_with_update_bn(plain):
    lane = plain({"batch_norm": ON}).fit()
    lane.assert_it_scores_as(settled(lane.net, lane.training_rows))


def test_batch_norm_of_averaged_weights_has_the_statistics_of_the_average(plain):
    lane = plain({"batch_norm": ON, "swa": {"start": 0.5}})
    averaged = AveragedModel(lane.net)
    per_epoch = lane.problem.steps_per_epoch
    ends = {epoch * per_epoch for epoch in range(EPOCHS // 2 + 1, EPOCHS + 1)}
    lane.fit(after=lambda step: averaged.update_parameters(lane.net) if step in ends else None)
    lane.assert_it_scores_as(settled(averaged, lane.training_rows))


def test_layer_norm_is_torch_layer_norm(plain):
    lane = plain({"layer_norm": ON}).fit()
    lane.assert_it_scores_as(lane.net)


def test_skip_adds_what_a_layer_sees_and_batch_norm_goes_with_it(plain):
    lane = plain({"skip": ON, "batch_norm": ON}).fit()
    lane.assert_it_scores_as(settled(lane.net, lane.training_rows))


def test_stochastic_depth_leaves_branches_out_row_by_row_and_more_of_the_later_ones(plain):
    lane = plain({"skip": ON, "stochastic_depth": {"rate": 0.6}})

    def shake(number, rows, held):
        def dropped(branch, f):
            p = 0.6 * (branch + 1) / (HIDDEN - 1)
            u = lane.uniform(Purpose.STOCHASTIC_DEPTH, branch, number, held)[:rows, None]
            return torch.where(u >= p, f / (1 - p), torch.zeros_like(f))

        return dropped

    lane.fit(shake).net.shake = None
    lane.assert_it_scores_as(lane.net)


def test_shake_drop_scales_forward_by_alpha_and_backward_by_beta(plain):
    lane = plain({"skip": ON, "shake_drop": {"rate": 0.7}})

    def shake(number, rows, held):
        def shaken(branch, f):
            u, a, beta = lane.uniform(Purpose.SHAKE_DROP, branch, number, 3, held)[:, :rows, None]
            b, alpha = (u >= 0.7 * (branch + 1) / (HIDDEN - 1)).double(), 2 * a - 1
            return Shaken.apply(f, b + alpha - b * alpha, b + beta - b * beta)

        return shaken

    lane.fit(shake).net.shake = lambda branch, f: f * (1 - 0.7 * (branch + 1) / (HIDDEN - 1))
    lane.assert_it_scores_as(lane.net)


@pytest.mark.parametrize("norm", [{}, {"layer_norm": ON}], ids=["plain", "layer_norm"])
def test_shake_shake_mixes_twins_by_alpha_forward_and_by_beta_backward(plain, norm):
    lane = plain({"skip": ON, "shake_shake": ON, **norm})

    def shake(number, rows, held):
        def mixed(branch, one, other):
            alpha, beta = lane.uniform(Purpose.SHAKE_SHAKE, branch, number, 2, held)[:, :rows, None]
            return Shaken.apply(one, alpha, beta) + Shaken.apply(other, 1 - alpha, 1 - beta)

        return mixed

    lane.fit(shake)
    lane.assert_it_scores_as(lane.net)


def test_a_batch_norm_pass_of_sam_has_statistics_of_its_own(plain):
    lane = plain({"batch_norm": ON, "sam": {"rho": 0.2}})
    optimizer = torch.optim.Adam(lane.net.parameters(), lr=RATE)
    for number in range(6):
        x, y, _ = lane.rows(number)
        parameters = list(lane.net.parameters())
        gradients = torch.autograd.grad(functional.cross_entropy(lane.net(x), y), parameters)
        norm = torch.sqrt(sum(g.square().sum() for g in gradients))
        with torch.no_grad():
            for p, g in zip(parameters, gradients, strict=True):
                p.add_(0.2 * g / norm)
        optimizer.zero_grad()
        functional.cross_entropy(lane.net(x), y).backward()
        with torch.no_grad():
            for p, g in zip(parameters, gradients, strict=True):
                p.sub_(0.2 * g / norm)
        optimizer.step()
    state = lane.cohort.train(lane.begun, 6)
    for parameter, held in lane.pairs(lane.net, state.theta):
        torch.testing.assert_close(held, parameter.detach(), rtol=1e-6, atol=1e-8)


def test_gains_and_shifts_are_never_penalized(plain):
    lane = plain({"layer_norm": ON, "weight_decay": {"tau": 0.5}})
    layout = lane.problem.layout
    gains = [p.name for p in layout.parameters if p.name.startswith("gain")]
    start = {p.name: sum(q.size for q in layout.parameters[:i]) for i, p in enumerate(layout.parameters)}
    assert len(gains) == HIDDEN
    assert all(start[name] >= layout.weights for name in gains)


def test_statistics_are_of_rows_from_all_over_the_table(plain, monkeypatch):
    monkeypatch.setattr("ridgeline_worker.training.sites.STATISTICS_ROWS", 16)
    lane = plain({"batch_norm": ON}).fit()
    count = lane.problem.rows.counts[1]
    lane.assert_it_scores_as(settled(lane.net, lane.training_rows[np.arange(16) * count // 16]))
