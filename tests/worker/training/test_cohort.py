"""What a cohort promises besides its regularizers."""

import numpy as np
import pytest
import torch

from ridgeline_worker.training import Cohort, Draws, Evaluation, Lane, Purpose, evaluate
from ridgeline_worker.training.lanes import MANY_NUMBERS

DROPPED = {"dropout": {"rate": 0.4}}


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("hidden", [[13], [37, 5], [64, 64], [100]])
@pytest.mark.parametrize("dataset", ["wine", "diabetes", "breast_cancer"])
def test_a_score_does_not_depend_on_how_lanes_are_grouped(problem_of, lanes_of, trained, dataset, hidden, precision):
    training = {"epochs": 2, "batch_size": 37, "precision": precision}
    problem = problem_of(dataset, model={"kind": "mlp", "hidden": hidden}, training=training)
    lanes = lanes_of(problem, [{}, {"l2": {"strength": 0.01}}, DROPPED, {"l1": {"strength": 0.001}}, DROPPED])
    _, together = trained(problem, lanes, 8)
    shuffled = [lanes[i] for i in np.random.default_rng(0).permutation(len(lanes))]
    for size in (1, 7, 16):
        for start in range(0, len(lanes), size):
            part = shuffled[start : start + size]
            _, scores = trained(problem, part, 8)
            assert list(scores) == [together[lanes.index(lane)] for lane in part]


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_nor_does_that_of_a_large_lane_which_has_no_idle_ones_beside_it(problem_of, lanes_of, trained, precision):
    model = {"kind": "mlp", "hidden": [301, 255]}
    problem = problem_of("wine", model=model, training={"epochs": 1, "batch_size": 37, "precision": precision})
    assert problem.layout.columns >= MANY_NUMBERS
    lanes = lanes_of(problem, [DROPPED, {"l1": {"strength": 0.001}}])[:7]
    state, together = trained(problem, lanes, 3)
    assert len(state.theta) == len(lanes)
    for start, size in ((0, 1), (3, 1), (2, 5)):
        _, scores = trained(problem, lanes[start : start + size], 3)
        assert list(scores) == list(together[start : start + size])


def test_training_in_segments_equals_training_at_once(problem_of, lanes_of):
    problem = problem_of("wine")
    lanes = lanes_of(problem, [{}, DROPPED])
    cohort, begin = Cohort(problem, lanes), Cohort.begin(problem, lanes)
    at_once = cohort.train(begin, 12)
    state = begin
    for until in (1, 2, 7, 12):
        state = cohort.train(state, until)
    assert torch.equal(state.theta, at_once.theta)


def test_training_leaves_the_state_it_started_from_as_it_was(problem_of, lanes_of):
    problem = problem_of("wine")
    lanes = lanes_of(problem, [{}])
    begin = Cohort.begin(problem, lanes)
    before = begin.copy()
    Cohort(problem, lanes).train(begin, 5)
    assert torch.equal(begin.theta, before.theta)
    assert all(torch.equal(begin.moments[name], before.moments[name]) for name in begin.moments)


def test_lanes_that_stay_when_others_leave_go_on_as_if_alone(problem_of, lanes_of, trained):
    problem = problem_of("wine")
    lanes = lanes_of(problem, [{}, {"l1": {"strength": 0.01}}, DROPPED, {"l2": {"strength": 0.1}}])
    half = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), 6).keep(frozenset({0, 2}))
    assert {lane.trial for lane in half.lanes} == {0, 2}
    state = Cohort(problem, half.lanes).train(half, 12)
    _, alone = trained(problem, [lane for lane in lanes if lane.trial in {0, 2}], 12)
    assert evaluate(problem, state) == alone


def test_each_lane_has_its_own_learning_rate(problem_of, trained):
    problem = problem_of("wine")
    rates = (0.001, 0.01, 0.001, 0.1)
    lanes = [Lane(trial, Evaluation(0, 0), rate) for trial, rate in enumerate(rates)]
    _, scores = trained(problem, lanes, 6)
    assert [s.score for s in scores] == [trained(problem, [lane], 6)[1][0].score for lane in lanes]
    assert scores[0].score == scores[2].score != scores[1].score


@pytest.mark.parametrize(
    "optimizer", ["sgd", {"kind": "sgd", "momentum": 0.9}, {"kind": "sgd", "momentum": 0.8, "nesterov": True}, "adam"]
)
def test_a_lane_equals_the_same_network_in_plain_pytorch(problem_of, lanes_of, optimizer):
    """Float64, the batches and initial weights of the lane, torch.optim: the same weights."""
    training = {"epochs": 4, "batch_size": 32, "optimizer": optimizer, "precision": "float64"}
    problem = problem_of("wine", training=training)
    lane = Lane(0, Evaluation(0, 1), 0.01, {"l2": {"strength": 0.003}})
    cohort, begin = Cohort(problem, [lane]), Cohort.begin(problem, [lane])
    network = torch.nn.Sequential(
        torch.nn.Linear(13, 13), torch.nn.ReLU(), torch.nn.Linear(13, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3)
    ).double()
    layers = [layer for layer in network if isinstance(layer, torch.nn.Linear)]

    def parameters(state):
        views = problem.layout.views(state.theta)
        for i, layer in enumerate(layers):
            rows, columns = layer.out_features, layer.in_features
            yield layer.weight, views[f"weight{i}"][0, :columns, :rows].T
            yield layer.bias, views[f"bias{i}"][0, 0, :rows]

    with torch.no_grad():
        for theirs, ours in parameters(begin):
            theirs.copy_(ours)
    groups = [
        {"params": [layer.weight for layer in layers], "weight_decay": 2 * 0.003},
        {"params": [layer.bias for layer in layers], "weight_decay": 0.0},
    ]
    options = dict(problem.optimizer.options)
    kind = options.pop("kind")
    theirs = torch.optim.SGD(groups, lr=0.01, **options) if kind == "sgd" else torch.optim.Adam(groups, lr=0.01)
    steps = problem.steps_per_epoch
    for number in range(3 * steps):
        batch = cohort._epoch(number // steps)[number % steps]
        rows = batch.rows[1][batch.weights[1] > 0]
        loss = torch.nn.functional.cross_entropy(network(problem.rows.x[1, rows, :13]), problem.rows.y[1, rows])
        theirs.zero_grad()
        loss.backward()
        theirs.step()
    for theirs_now, ours_now in parameters(cohort.train(begin, 3 * steps)):
        torch.testing.assert_close(ours_now, theirs_now.detach(), rtol=1e-9, atol=1e-10)


def test_a_diverging_lane_fails_alone(problem_of, trained):
    problem = problem_of("diabetes", training={"epochs": 3, "optimizer": "sgd", "learning_rate": 0.01})
    lanes = [Lane(0, Evaluation(0, 0), 0.01), Lane(1, Evaluation(0, 0), 9.0), Lane(2, Evaluation(0, 1), 0.01)]
    _, scores = trained(problem, lanes, 60)
    assert scores[1].score is None
    assert [scores[0], scores[2]] == [trained(problem, [lanes[i]], 60)[1][0] for i in (0, 2)]


def test_evaluation_is_without_dropout(problem_of, lanes_of):
    problem = problem_of("wine")
    bare, dropped = lanes_of(problem, [{}]), lanes_of(problem, [{"dropout": {"rate": 0.9}}])
    assert evaluate(problem, Cohort.begin(problem, bare)) == evaluate(problem, Cohort.begin(problem, dropped))


def test_l1_gives_exact_zeros_in_a_network(problem_of, lanes_of, trained):
    problem = problem_of("wine", training={"epochs": 30, "learning_rate": 0.01})
    state, _ = trained(problem, lanes_of(problem, [{"l1": {"strength": 0.03}}, {"l2": {"strength": 0.03}}]), 60)
    folds, weights = len(problem.evaluations), problem.layout.weights
    live = 13 * 13 + 13 * 7 + 7 * 3
    zeros = (state.theta[:, :weights] == 0).sum(dim=1) - (weights - live)
    assert (zeros[:folds] > live / 2).all()
    assert (zeros[folds : 2 * folds] == 0).all()


class TestDraws:
    """Every draw depends on its key alone."""

    def test_equal_keys_give_equal_draws_in_any_order(self):
        first, second = Draws(7), Draws(7)
        keys = [(Evaluation(r, f), site, step) for r in (0, 1) for f in (0, 1) for site in (0, 1) for step in (0, 5)]

        def drawn(draws, key):
            return draws.uniform(key[0], Purpose.ACTIVATION_NOISE, key[1], key[2], (3, 4)).tobytes()

        one = {key: drawn(first, key) for key in keys}
        other = {key: drawn(second, key) for key in reversed(keys)}
        assert one == other
        assert len(set(one.values())) == len(keys)

    def test_seed_and_purpose_are_part_of_the_key(self):
        e = Evaluation(0, 0)
        drawn = {Draws(seed).uniform(e, purpose, 0, 0, (8,)).tobytes() for seed in (0, 1) for purpose in Purpose}
        assert len(drawn) == 2 * len(Purpose)

    def test_lanes_of_one_fold_begin_with_equal_weights(self, problem_of, lanes_of):
        problem = problem_of("wine")
        theta = Cohort.begin(problem, lanes_of(problem, [{}, DROPPED])).theta
        folds = len(problem.evaluations)
        assert torch.equal(theta[:folds], theta[folds : 2 * folds])
        assert not torch.equal(theta[0], theta[1])
