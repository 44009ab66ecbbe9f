import math

import pytest
import torch

from ridgeline.kinds import CATALOGUE
from ridgeline_worker.regularizers import REGULARIZERS

KINDS = sorted(REGULARIZERS)
OPTIMIZERS = ["sgd", {"kind": "sgd", "momentum": 0.9, "nesterov": True}, "adam"]
EPOCHS = 3


def default(kind):
    return {name: bounds.default_value(EPOCHS) for name, bounds in CATALOGUE[kind].bounds.items()}


def neutral(kind):
    return {
        name: math.inf if bounds.neutral is None else bounds.neutral for name, bounds in CATALOGUE[kind].bounds.items()
    }


def end(kind, which):
    return {name: getattr(bounds.range(EPOCHS), which) for name, bounds in CATALOGUE[kind].bounds.items()}


def test_every_declared_kind_but_none_has_a_formula_and_the_other_way_round():
    assert set(REGULARIZERS) == set(CATALOGUE) - {"none"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=["sgd", "nesterov", "adam"])
@pytest.mark.parametrize("kind", KINDS)
class TestEveryRegularizer:
    """What each kind must do under each optimizer."""

    @pytest.fixture
    def problem(self, problem_of, optimizer):
        return problem_of("wine", training={"epochs": EPOCHS, "batch_size": 32, "optimizer": optimizer})

    def test_a_lane_alone_equals_its_lane_in_a_cohort_of_all_kinds(self, problem, lanes_of, trained, kind, optimizer):
        settings = [{}, *({other: default(other)} for other in KINDS)]
        together = lanes_of(problem, settings)
        state, scores = trained(problem, together, 9)
        for index, lane in enumerate(together):
            if kind in lane.regularizers:
                alone, score = trained(problem, [lane], 9)
                assert torch.equal(alone.theta[0], state.theta[index])
                assert score[0] == scores[index]

    def test_the_neutral_strength_changes_nothing(self, problem, lanes_of, trained, kind, optimizer):
        folds = len(problem.evaluations)
        state, _ = trained(problem, lanes_of(problem, [{}, {kind: neutral(kind)}]), 9)
        assert torch.equal(state.theta[:folds], state.theta[folds : 2 * folds])

    def test_the_default_strength_changes_something(self, problem, lanes_of, trained, kind, optimizer):
        folds = len(problem.evaluations)
        state, _ = trained(problem, lanes_of(problem, [{}, {kind: default(kind)}]), 9)
        assert not torch.equal(state.theta[:folds], state.theta[folds : 2 * folds])

    @pytest.mark.parametrize("which", ["low", "high"])
    def test_both_ends_of_its_range_train_to_a_finite_loss(self, problem, lanes_of, trained, kind, optimizer, which):
        _, scores = trained(problem, lanes_of(problem, [{kind: end(kind, which)}]), 15)
        assert all(score.score is not None for score in scores)

    def test_a_step_is_the_same_when_taken_twice(self, problem, lanes_of, trained, kind, optimizer):
        lanes = lanes_of(problem, [{kind: default(kind)}])
        first, _ = trained(problem, lanes, 5)
        second, _ = trained(problem, lanes, 5)
        assert torch.equal(first.theta, second.theta)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "dropout"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=["sgd", "nesterov", "adam"])
def test_without_a_gradient_a_step_shrinks_weight_matrices_only(problem_of, lanes_of, kind, optimizer, monkeypatch):
    from ridgeline_worker.training import Cohort  # noqa: PLC0415

    problem = problem_of("wine", training={"epochs": EPOCHS, "optimizer": optimizer})
    cohort = Cohort(problem, lanes := lanes_of(problem, [{kind: end(kind, "high")}]))
    begin = Cohort.begin(problem, lanes)
    begin.theta[:, : problem.layout.weights] += 0.5  # away from zero, so that every weight has a way to go
    if optimizer == "adam":  # its proximal step is scaled by the gradients seen before
        begin.moments["mean_square"].fill_(1e-2)
    monkeypatch.setattr(cohort, "_loss_gradient", lambda theta, batch, number: torch.zeros_like(theta))
    after = cohort.train(begin, 1)
    weights = problem.layout.weights
    assert (after.theta[:, :weights].abs() < begin.theta[:, :weights].abs()).all()
    assert torch.equal(after.theta[:, weights:], begin.theta[:, weights:])
