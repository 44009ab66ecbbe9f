"""Penalties on weight matrices and activations, and training that ends early, against torch and closed forms."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import MultiTaskLasso

from ridgeline.spec.metrics import Task
from ridgeline_worker.regularizer import HiddenTerm, InputGroups, Outputs
from ridgeline_worker.regularizers import REGULARIZERS, spectral
from ridgeline_worker.training import Cohort, Lane, evaluate
from ridgeline_worker.training.evaluate import members
from ridgeline_worker.training.matrices import weight_matrices

STRENGTHS = (0.3, 2.0)


def weights(inputs, outputs):
    drawn = np.random.default_rng(inputs * 31 + outputs).normal(size=(2, inputs, outputs))
    return torch.from_numpy(drawn)


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5), (6, 1)])
class TestPenaltiesOfMatrices:
    """Each lane by itself, with a strength of its own."""

    def test_orthogonality_is_the_squared_distance_from_orthonormal_columns(self, column, shape):
        w = weights(*shape).requires_grad_()
        strengths = {"strength": column(*STRENGTHS)}
        orthogonality = REGULARIZERS["orthogonality"]
        told = orthogonality.penalty(w.detach(), strengths)
        excess = [each.T @ each - torch.eye(shape[1]) for each in w]
        constant = max(0, shape[1] - shape[0])  # |W^T W - I|^2 is |W W^T - I|^2 and this
        for lane, strength in enumerate(STRENGTHS):
            expected = strength * (excess[lane].square().sum() - constant)
            assert told[lane].item() == pytest.approx(expected.item())
        (gradient,) = torch.autograd.grad(sum(s * e.square().sum() for s, e in zip(STRENGTHS, excess, strict=True)), w)
        torch.testing.assert_close(orthogonality.gradient(w.detach(), strengths), gradient)

    def test_spectral_is_half_the_squared_norm_of_torch(self, column, shape):
        w = weights(*shape)
        w[:, 0] *= 3  # one direction that stands out
        w.requires_grad_()
        strengths = {"strength": column(*STRENGTHS)}
        spectral = REGULARIZERS["spectral"]
        norms = torch.linalg.matrix_norm(w, ord=2)
        halves = column(*STRENGTHS).squeeze(1) / 2 * norms.square()
        torch.testing.assert_close(spectral.penalty(w.detach(), strengths), halves.detach(), rtol=1e-4, atol=0)
        (gradient,) = torch.autograd.grad(halves.sum(), w)
        torch.testing.assert_close(spectral.gradient(w.detach(), strengths), gradient, rtol=0.02, atol=0.02)

    def test_what_fills_a_matrix_up_has_no_gradient_and_changes_none(self, column, shape):
        w = weights(*shape)
        filled = torch.nn.functional.pad(w, (0, 3, 0, 2))
        strengths = {"strength": column(*STRENGTHS)}
        for kind in ("orthogonality", "spectral"):
            gradient = REGULARIZERS[kind].gradient(filled, strengths)
            inside = REGULARIZERS[kind].gradient(w, strengths)
            torch.testing.assert_close(gradient[:, : shape[0], : shape[1]], inside)
            gradient[:, : shape[0], : shape[1]] = 0
            assert (gradient == 0).all()


def test_a_matrix_with_a_long_side_is_as_one_with_a_short_one(column, monkeypatch):
    """What is squared, and what multiplies a vector instead, give the same vector."""
    w, strengths = weights(9, 6), {"strength": column(*STRENGTHS)}
    squared = REGULARIZERS["spectral"].gradient(w, strengths)
    monkeypatch.setattr(spectral, "SQUARED_SIDE", 5)
    torch.testing.assert_close(REGULARIZERS["spectral"].gradient(w, strengths), squared)


class TestSlopesThatAreWrittenOut:
    """Against autograd, which is what a kind has that writes out nothing."""

    @pytest.fixture
    def row_weights(self):
        return torch.rand(2, 5, dtype=torch.float64)

    def test_activity(self, column, row_weights):
        hidden, strengths = torch.randn(2, 5, 3, dtype=torch.float64), {"strength": column(*STRENGTHS)}
        kind = REGULARIZERS["activity"]
        expected = HiddenTerm.slope(kind, hidden, row_weights, strengths)
        torch.testing.assert_close(kind.slope(hidden, row_weights, strengths), expected)

    def test_a_kind_that_writes_out_nothing_may_be_asked_in_inference_mode(self, column):
        """As in a step whose own gradient is written out."""
        kind, strengths = REGULARIZERS["activity"], {"strength": column(*STRENGTHS)}
        with torch.inference_mode():
            hidden, row_weights = torch.randn(2, 5, 3, dtype=torch.float64), torch.rand(2, 5, dtype=torch.float64)
            slope = HiddenTerm.slope(kind, hidden, row_weights, strengths)
            torch.testing.assert_close(slope, kind.slope(hidden, row_weights, strengths))

    @pytest.mark.parametrize(("task", "outputs"), [(Task.BINARY, 1), (Task.MULTILABEL, 3), (Task.MULTICLASS, 4)])
    def test_confidence_penalty(self, column, row_weights, task, outputs):
        made, strengths = 3 * torch.randn(2, 5, outputs, dtype=torch.float64), {"strength": column(*STRENGTHS)}
        kind = REGULARIZERS["confidence_penalty"]
        expected = Outputs.slope(kind, made, row_weights, task, strengths)
        torch.testing.assert_close(kind.slope(made, row_weights, task, strengths), expected)


def test_orthonormal_weights_have_no_gradient_and_zeros_a_finite_one(column):
    strengths = {"strength": column(1.0)}
    q, _ = torch.linalg.qr(weights(6, 3)[:1])
    assert REGULARIZERS["orthogonality"].gradient(q, strengths).abs().max() < 1e-12
    for kind in ("orthogonality", "spectral"):
        assert (REGULARIZERS[kind].gradient(torch.zeros(1, 4, 3, dtype=torch.float64), strengths) == 0).all()


def test_filters_are_matrices_of_what_a_channel_reads(kept, problem_on, trained, lanes_of):
    """One step of sgd without momentum is the gradient."""
    random = np.random.default_rng(0)
    series = {f"t{i}": random.normal(size=40) for i in range(16)} | {"y": [f"y{i % 2}" for i in range(40)]}
    problem = problem_on(
        *kept(series),
        model={"kind": "conv1d", "channels": [4, 6], "kernel_size": 3, "hidden": [7]},
        evaluation={"folds": 2},
        training={"optimizer": "sgd", "precision": "float64", "epochs": 1},
    )
    settings = [{}, {"orthogonality": {"strength": 0.5}}, {"spectral": {"strength": 0.5}}]
    lanes = lanes_of(problem, settings, learning_rate=0.1)
    begun = problem.layout.views(Cohort.begin(problem, lanes).theta)
    state, _ = trained(problem, lanes, 1)
    after = problem.layout.views(state.theta)
    assert [matrix.parameter.name for matrix in weight_matrices(problem)] == [
        "filter0",
        "filter1",
        "weight0",
        "weight1",
    ]
    w = begun["filter1"][0].flatten(1).clone().requires_grad_()
    (soft,) = torch.autograd.grad(0.5 * (w @ w.T - torch.eye(6)).square().sum(), w)
    moved = (after["filter1"][0] - after["filter1"][2]) / 0.1
    torch.testing.assert_close(moved.flatten(1), soft)
    half = {"strength": torch.full((1, 1), 0.5, dtype=torch.float64)}
    slope = REGULARIZERS["spectral"].gradient(w.detach().T.unsqueeze(0), half)[0].T
    moved = (after["filter1"][0] - after["filter1"][4]) / 0.1
    torch.testing.assert_close(moved.flatten(1), slope)


def test_activity_adds_the_mean_over_rows_of_squared_hidden_units(problem_of, trained, lanes_of):
    problem = problem_of(
        "wine",
        model={"kind": "mlp", "hidden": [6, 5]},
        evaluation={"folds": 2},
        training={"optimizer": "sgd", "precision": "float64", "batch_size": 1000, "epochs": 1},
    )
    lanes = lanes_of(problem, [{}, {"activity": {"strength": 0.2}}], learning_rate=0.1)
    begun = problem.layout.views(Cohort.begin(problem, lanes).theta)
    p = {name: begun[name][0].clone().requires_grad_() for name in ("weight0", "bias0", "weight1", "bias1")}
    first = torch.relu(problem.rows.x[0, : problem.rows.counts[0]] @ p["weight0"] + p["bias0"])
    second = torch.relu(first @ p["weight1"] + p["bias1"])
    penalty = 0.2 * sum(h.square().sum(1).mean() for h in (first, second))
    after = problem.layout.views(trained(problem, lanes, 1)[0].theta)
    for name, gradient in zip(p, torch.autograd.grad(penalty, list(p.values())), strict=True):
        torch.testing.assert_close((after[name][0] - after[name][2]) / 0.1, gradient)


class TestEarlyStopping:
    """Evaluation uses what the network was then."""

    @pytest.fixture
    def problem(self, problem_of):
        return problem_of("wine", evaluation={"folds": 2}, training={"epochs": 5, "batch_size": 40})

    def test_a_training_that_ends_then_is_the_same(self, problem, trained, lanes_of):
        steps = problem.steps_per_epoch
        settings = [{}, *({"early_stopping": {"epochs": float(epochs)}} for epochs in (1, 3, 5))]
        state, scores = trained(problem, lanes_of(problem, settings), 5 * steps)
        for place, epochs in enumerate((1, 3, 5), start=1):
            ended, reached = trained(problem, lanes_of(problem, [{}]), epochs * steps)
            for fold in (0, 1):
                assert torch.equal(members(problem, state, 2 * place + fold)[0][0], ended.theta[fold])
                assert scores[2 * place + fold].score == reached[fold].score

    def test_before_its_epochs_it_is_scored_as_it_stands(self, problem, trained, lanes_of):
        settings = [{}, {"early_stopping": {"epochs": 3.0}}]
        _, scores = trained(problem, lanes_of(problem, settings), 2 * problem.steps_per_epoch + 1)
        assert [score.score for score in scores[:2]] == [score.score for score in scores[2:]]

    def test_what_happens_later_does_not_matter(self, problem, trained):
        lane = Lane(0, problem.evaluations[0], 0.01, {"early_stopping": {"epochs": 2.0}})
        state, (before,) = trained(problem, [lane], 2 * problem.steps_per_epoch)
        state.theta.fill_(torch.inf)
        assert evaluate(problem, state) == (before,)


def test_group_lasso_of_a_linear_model_is_the_multi_task_lasso():
    """alpha = strength m^1.5 / 2 for a mean over m numbers: where neither a prox nor a gradient step moves anything."""
    random = np.random.default_rng(3)
    rows, features, outputs, strength = 60, 5, 3, 0.2
    x = random.normal(size=(rows, features))
    y = x[:, :2] @ random.normal(size=(2, outputs)) + random.normal(size=(rows, outputs))
    theirs = MultiTaskLasso(alpha=strength * outputs**1.5 / 2, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(
        x, y
    )
    w = theirs.coef_.T
    assert 0 < (w == 0).all(1).sum() < features
    step = 0.05
    moved = w - step * 2 / (rows * outputs) * x.T @ (x @ w - y)
    groups = InputGroups.of(torch.full((features,), float(outputs), dtype=torch.float64), None)
    ours = REGULARIZERS["group_lasso"].prox(
        torch.from_numpy(moved[np.newaxis]),
        torch.full((1, 1, 1), step, dtype=torch.float64),
        groups,
        {"strength": torch.tensor([[strength]], dtype=torch.float64)},
    )
    assert np.allclose(ours[0].numpy(), w, atol=1e-8)
