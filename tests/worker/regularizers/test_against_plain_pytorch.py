"""A lane of each kind equals a loop in plain PyTorch on the lane's batches, weights and draws."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel

from ridgeline_worker.regularizer import Clock, Purpose
from ridgeline_worker.training import Cohort, Evaluation, Lane, evaluate
from ridgeline_worker.training.evaluate import members

EPOCHS, RATE, COLUMNS, HIDDEN, CLASSES = 6, 0.02, 13, 8, 3
WHERE = Evaluation(0, 1)


class Plain(torch.nn.Module):
    """Two layers, and what a kind does to a step."""

    def __init__(self, problem, regularizers):
        super().__init__()
        self.problem = problem
        self.lane = Lane(0, WHERE, RATE, regularizers)
        self.cohort, self.begun = Cohort(problem, [self.lane]), Cohort.begin(problem, [self.lane])
        for name, held in self.of(self.begun.theta).items():
            self.register_parameter(name, torch.nn.Parameter(held.clone()))

    def of(self, theta):
        """The parameters in a lane's row."""
        views = self.problem.layout.views(theta)
        shapes = {
            "weight0": (COLUMNS, HIDDEN),
            "weight1": (HIDDEN, CLASSES),
            "bias0": (1, HIDDEN),
            "bias1": (1, CLASSES),
        }
        return {name: views[name][0, :rows, :columns] for name, (rows, columns) in shapes.items()}

    def forward(self, x, weights=None):
        w = weights or dict(self.named_parameters())
        return torch.relu(x @ w["weight0"] + w["bias0"]) @ w["weight1"] + w["bias1"]

    def loss(self, x, y, weights=None):
        return functional.cross_entropy(self(x, weights), y)

    @property
    def steps(self):
        return EPOCHS * self.problem.steps_per_epoch

    def batch(self, number):
        """Rows and classes of a step, and how many rows the lane holds with its padding."""
        batch = self.cohort._epoch(number // self.problem.steps_per_epoch)[number % self.problem.steps_per_epoch]
        rows = batch.rows[1, : batch.counts[1]]
        return self.problem.rows.x[1, rows, :COLUMNS], self.problem.rows.y[1, rows], batch.rows.shape[1]

    def fit(self, step_loss=None, after=None, schedule=None):
        """Train as torch.optim has it; `step_loss` is what a step minimizes, `after` follows it."""
        optimizer = torch.optim.Adam(self.parameters(), lr=RATE)
        scheduler = schedule(optimizer) if schedule else None
        for number in range(self.steps):
            x, y, held = self.batch(number)
            optimizer.zero_grad()
            (step_loss or (lambda x, y, *_: self.loss(x, y).backward()))(x, y, number, held)
            optimizer.step()
            if scheduler:
                scheduler.step()
            if after:
                with torch.no_grad():
                    after(number + 1)
        return self

    def trained(self):
        """The lane's own training."""
        return self.cohort.train(self.begun, self.steps)

    def assert_equals_its_lane(self):
        found = self.of(self.trained().theta)
        for name, parameter in self.named_parameters():
            torch.testing.assert_close(found[name], parameter.detach(), rtol=1e-6, atol=1e-7)


@pytest.fixture
def plain(problem_of):
    problem = problem_of(
        "wine",
        evaluation={"folds": 2},
        model={"kind": "mlp", "hidden": [HIDDEN]},
        training={"epochs": EPOCHS, "batch_size": 32, "precision": "float64"},
    )
    return lambda regularizers: Plain(problem, regularizers)


def test_fgsm_is_the_mean_loss_of_clean_and_adversarial_rows(plain):
    network = plain({"fgsm": {"epsilon": 0.1}})

    def both(x, y, *_):
        clean = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(network.loss(clean, y), clean)
        ((network.loss(x, y) + network.loss(x + 0.1 * slope.sign(), y)) / 2).backward()

    network.fit(both).assert_equals_its_lane()


def test_sam_takes_the_gradient_uphill(plain):
    network = plain({"sam": {"rho": 0.2}})

    def uphill(x, y, *_):
        gradients = torch.autograd.grad(network.loss(x, y), list(network.parameters()))
        norm = torch.sqrt(sum(g.square().sum() for g in gradients))
        moved = {name: p + 0.2 * g / norm for (name, p), g in zip(network.named_parameters(), gradients, strict=True)}
        network.loss(x, y, moved).backward()

    network.fit(uphill).assert_equals_its_lane()


def test_gradient_penalty_is_the_slope_along_the_direction_that_was_drawn(plain):
    network = plain({"gradient_penalty": {"strength": 0.5}})

    def penalized(x, y, number, held):
        drawn = network.problem.draws.normal(WHERE, Purpose.GRADIENT_PENALTY, 0, number, (held, CLASSES))
        direction = functional.normalize(torch.from_numpy(drawn).double(), dim=1)[: len(x)]
        jacobian = torch.func.vmap(torch.func.jacrev(lambda row: network(row.unsqueeze(0))[0]))(x)
        slopes = torch.einsum("rc,rci->ri", direction, jacobian)
        (network.loss(x, y) + 0.5 / 2 * CLASSES * slopes.square().sum(1).mean()).backward()

    network.fit(penalized).assert_equals_its_lane()


def test_the_penalty_of_a_direction_is_in_the_mean_that_of_the_whole_jacobian():
    jacobian = torch.randn(CLASSES, COLUMNS, dtype=torch.float64)
    directions = functional.normalize(torch.randn(200_000, CLASSES, dtype=torch.float64), dim=1)
    squares = CLASSES * (directions @ jacobian).square().sum(1)
    assert abs(squares.mean() - jacobian.square().sum()) < 3 * squares.std() / len(squares) ** 0.5


def test_dropconnect_masks_the_weights_of_a_step(plain):
    network = plain({"dropconnect": {"rate": 0.3}})
    layout = network.problem.layout

    def masked(x, y, number, held):
        drawn = network.problem.draws.uniform(WHERE, Purpose.DROPCONNECT, 0, number, (layout.weights,))
        whole = torch.zeros(1, layout.columns, dtype=torch.float64)
        whole[0, : layout.weights] = (torch.from_numpy(drawn) >= 0.3) / 0.7
        masks = network.of(whole)
        weights = {n: p * masks[n] if n.startswith("weight") else p for n, p in network.named_parameters()}
        network.loss(x, y, weights).backward()

    network.fit(masked).assert_equals_its_lane()


def test_confidence_penalty_is_part_of_the_loss(plain):
    network = plain({"confidence_penalty": {"strength": 0.4}})

    def penalized(x, y, *_):
        entropy = torch.distributions.Categorical(logits=network(x)).entropy().mean()
        (network.loss(x, y) - 0.4 * entropy).backward()

    network.fit(penalized).assert_equals_its_lane()


def test_label_smoothing_is_that_of_the_loss(plain):
    network = plain({"label_smoothing": {"epsilon": 0.2}})
    network.fit(lambda x, y, *_: functional.cross_entropy(network(x), y, label_smoothing=0.2).backward())
    network.assert_equals_its_lane()


def test_gradient_clipping_sees_the_penalty_too(plain):
    network = plain({"gradient_clipping": {"limit": 0.3}, "l2": {"strength": 0.05}})

    def clipped(x, y, *_):
        weights = [p for name, p in network.named_parameters() if name.startswith("weight")]
        (network.loss(x, y) + 0.05 * sum(w.square().sum() for w in weights)).backward()
        norm = torch.sqrt(sum(p.grad.square().sum() for p in network.parameters()))
        for p in network.parameters():
            p.grad *= min(1.0, 0.3 / norm.item())

    network.fit(clipped).assert_equals_its_lane()


def test_max_norm_projects_after_each_step(plain):
    network = plain({"max_norm": {"limit": 0.6}})

    def project(_):
        for name, p in network.named_parameters():
            if name.startswith("weight"):
                p.copy_(p * (0.6 / p.norm(dim=0)).clamp(max=1))

    network.fit(after=project).assert_equals_its_lane()


def test_lookahead_goes_back_every_k_steps(plain):
    network = plain({"lookahead": {"k": 5.0, "alpha": 0.6}})
    slow = {name: p.detach().clone() for name, p in network.named_parameters()}

    def back(step):
        if step % 5 == 0:
            for name, p in network.named_parameters():
                slow[name] += 0.6 * (p - slow[name])
                p.copy_(slow[name])

    network.fit(after=back).assert_equals_its_lane()


def test_swa_is_torch_averaged_model_over_the_last_epochs(plain):
    network = plain({"swa": {"start": 0.5}})
    averaged = AveragedModel(network)

    def observe(step):
        epoch, rest = divmod(step, network.problem.steps_per_epoch)
        if rest == 0 and epoch > EPOCHS / 2:
            averaged.update_parameters(network)

    network.fit(after=observe)
    state = network.trained()
    found = network.of(members(network.problem, state, 0)[0])
    assert averaged.n_averaged == EPOCHS / 2
    for name, parameter in averaged.module.named_parameters():
        torch.testing.assert_close(found[name], parameter.detach(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("half_life", [0.5, 2.0, 40.0])
def test_ema_is_the_weighted_mean_of_all_steps(plain, half_life):
    network = plain({"ema": {"half_life": half_life}})
    path = []
    network.fit(after=lambda _: path.append(network.weight0.detach().clone().numpy()))
    ages = np.arange(network.steps)[::-1] / network.problem.steps_per_epoch
    expected = np.average(path, axis=0, weights=0.5 ** (ages / half_life))
    found = network.of(members(network.problem, network.trained(), 0)[0])["weight0"]
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6, atol=1e-7)


def test_snapshot_ensemble_restarts_as_torch_does_and_averages_probabilities(plain):
    network = plain({"snapshot_ensemble": {"cycles": 3.0}})
    length = network.steps // 3
    kept = []

    def keep(step):
        if step % length == 0:
            kept.append({name: p.detach().clone() for name, p in network.named_parameters()})

    network.fit(
        after=keep, schedule=lambda o: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=length)
    ).assert_equals_its_lane()
    state, fold = network.trained(), network.problem.validations[1]
    x = torch.from_numpy(fold.x[:, :COLUMNS])
    probabilities = np.mean([network(x, weights).softmax(1).detach().numpy() for weights in kept], axis=0)
    expected = log_loss(fold.y, probabilities)
    assert evaluate(network.problem, state)[0].score == pytest.approx(expected, rel=1e-7)


def test_before_the_first_cycle_has_ended_the_network_as_it_is_predicts(plain):
    network = plain({"snapshot_ensemble": {"cycles": 2.0}})
    half = network.steps // 2
    early = network.cohort.train(network.begun, half - 1)
    assert torch.equal(members(network.problem, early, 0)[0], early.theta[:1])
    at_end = network.cohort.train(early, half)
    later = network.cohort.train(at_end, half + 2)
    assert torch.equal(members(network.problem, later, 0)[0], at_end.theta[:1])


def test_a_scaled_learning_rate_scales_weight_decay_as_in_adamw(plain):
    tau = 3.0
    network = plain({"snapshot_ensemble": {"cycles": 2.0}, "weight_decay": {"tau": tau}})
    rate = 1 / (RATE * network.problem.steps_per_epoch * tau)
    weights = [p for name, p in network.named_parameters() if name.startswith("weight")]
    biases = [p for name, p in network.named_parameters() if name.startswith("bias")]
    groups = [{"params": weights, "weight_decay": rate}, {"params": biases, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=RATE)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=network.steps // 2)
    for number in range(network.steps):
        x, y, _ = network.batch(number)
        optimizer.zero_grad()
        network.loss(x, y).backward()
        optimizer.step()
        scheduler.step()
    network.assert_equals_its_lane()


def test_group_lasso_switches_off_whole_inputs_and_units(plain):
    network = plain({"group_lasso": {"strength": 0.02}})
    found = network.of(network.cohort.train(network.begun, 5 * network.steps).theta)
    for weight in (found["weight0"], found["weight1"]):
        gone = (weight == 0).all(dim=1)
        assert torch.equal(gone, (weight == 0).any(dim=1))
    assert 0 < (found["weight0"] == 0).all(dim=1).sum() < COLUMNS


@pytest.mark.parametrize("optimizer", ["sgd", {"kind": "sgd", "momentum": 0.9}, "adam"])
def test_group_lasso_of_one_output_is_the_lasso(problem_of, optimizer):
    training = {"epochs": 20, "batch_size": 64, "precision": "float64", "optimizer": optimizer}
    problem = problem_of("diabetes", model="linear", training=training)
    lanes = [Lane(i, WHERE, 0.01, {kind: {"strength": 0.2}}) for i, kind in enumerate(("l1", "group_lasso"))]
    theta = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), 20 * problem.steps_per_epoch).theta
    torch.testing.assert_close(theta[1], theta[0], rtol=1e-9, atol=1e-12)
    assert (theta[0, :10] == 0).any()


def test_no_group_moves_from_zero_at_the_largest_strength_and_one_does_below(problem_of):
    training = {"epochs": 2, "batch_size": 1000, "precision": "float64", "optimizer": "sgd"}
    problem = problem_of("wine", model="linear", training=training)
    w = torch.zeros(COLUMNS, CLASSES, dtype=torch.float64, requires_grad=True)
    x, y = problem.rows.x[1, : problem.rows.counts[1], :COLUMNS], problem.rows.y[1, : problem.rows.counts[1]]
    (gradient,) = torch.autograd.grad(functional.cross_entropy(x @ w, y), w)
    largest = (gradient.norm(dim=1) / CLASSES**0.5).max().item()
    for factor, expected in ((1.001, 0), (0.99, 1)):
        lane = Lane(0, WHERE, 0.01, {"group_lasso": {"strength": factor * largest}})
        begun = Cohort.begin(problem, [lane])
        begun.theta.zero_()
        moved = problem.layout.views(Cohort(problem, [lane]).train(begun, 1).theta)["weight0"][0]
        assert int((moved != 0).any(dim=1).sum()) == expected


def test_the_learning_rate_of_a_cycle_starts_full_and_falls_to_almost_nothing(plain):
    network = plain({"snapshot_ensemble": {"cycles": 3.0}})
    cohort, steps = network.cohort, network.steps
    clocks = [Clock(s, steps // EPOCHS, EPOCHS) for s in range(1, steps + 1)]
    rates = [cohort._scaled(clock)[0].column[0].item() for clock in clocks]
    assert rates[0] == rates[steps // 3] == RATE
    assert rates[steps // 3 - 1] == pytest.approx(RATE / 2 * (1 + math.cos(math.pi * (1 - 3 / steps))))
