import math
from dataclasses import dataclass
from itertools import product

import pytest
import torch

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import Cohort, Lane, LaneScore, LaneState, Problem, evaluate
from ridgeline_worker.training.evaluate import members

KINDS = sorted(REGULARIZERS)
OPTIMIZERS = {"sgd": "sgd", "nesterov": {"kind": "sgd", "momentum": 0.9, "nesterov": True}, "adam": "adam"}
EPOCHS, STEPS = 8, 16
CUDA_TOLERANCE = 1e-3
"""Of a loss after these steps in single precision, relative: a CUDA device adds up in another order."""
SHRINKING = ("l1", "l2", "elastic_net", "weight_decay", "group_lasso")


def default(kind):
    return {name: bounds.default_value(EPOCHS) for name, bounds in CATALOGUE[kind].bounds.items()}


def neutral(kind):
    return {
        name: math.inf if bounds.neutral is None else bounds.neutral for name, bounds in CATALOGUE[kind].bounds.items()
    }


def end(kind, which):
    return {name: getattr(bounds.range(EPOCHS), which) for name, bounds in CATALOGUE[kind].bounds.items()}


def low(kind):
    return end(kind, "low")


def high(kind):
    return end(kind, "high")


def strong(kind):
    """The end of each range where the kind regularizes most."""
    ends = {name: ("high" if b.more_is_stronger else "low") for name, b in CATALOGUE[kind].bounds.items()}
    return {name: end(kind, which)[name] for name, which in ends.items()}


def test_every_declared_kind_but_none_has_a_formula_and_the_other_way_round():
    assert set(REGULARIZERS) == set(CATALOGUE) - {"none"}


def test_formulas_come_in_the_order_of_the_catalogue():
    assert list(REGULARIZERS) == [kind for kind in CATALOGUE if kind != "none"]


SKIPPING = {"skip": {"on": 1.0}}


def beside(kind):
    """What a kind needs beside it on a perceptron."""
    return SKIPPING if CATALOGUE[kind].requires else {}


@dataclass(frozen=True)
class Trained:
    """Lanes as they came out of the cohort of their structure."""

    problem: Problem
    state: LaneState
    index: int
    score: LaneScore

    @property
    def lane(self):
        return self.state.lanes[self.index]

    @property
    def theta(self):
        return self.state.theta[self.index]

    @property
    def used(self):
        """What evaluation uses."""
        return torch.cat(members(self.problem, self.state, self.index))


@pytest.fixture(scope="module")
def all_kinds(trained_once):
    """The lanes of some kinds, out of one training of none and of every kind at all strengths of these tests."""
    found = {}

    def train(optimizer):
        if optimizer not in found:
            settings = [{}]
            for k, strengths in product(KINDS, (default, neutral, strong, low, high)):
                setting = beside(k) | {k: strengths(k)}
                settings += [] if setting in settings else [setting]
            lanes = trained_once(OPTIMIZERS[optimizer], settings)
            found[optimizer] = lambda regularizers: [each for each in lanes if each.lane.regularizers == regularizers]
        return found[optimizer]

    return train


@pytest.fixture(scope="module")
def trained_once():
    """Train settings in a cohort for each structure; returns a lane for each setting and fold."""

    def train(optimizer, settings, device="cpu"):
        asked = {
            "dataset": "wine",
            "evaluation": {"folds": 2},
            "model": {"kind": "mlp", "hidden": [13, 7, 7]},
            "training": {"epochs": EPOCHS, "batch_size": 64, "optimizer": optimizer},
        }
        study = resolve(StudySpec.model_validate(asked), BUILT_IN["wine"])
        plain = Problem.of(study, FOLDER / "wine.parquet", torch.device(device))
        lanes = [Lane(i, e, 0.01, setting) for i, setting in enumerate(settings) for e in plain.evaluations]
        found = []
        for structure in dict.fromkeys(lane.structure for lane in lanes):
            problem, same = plain.structured(study, structure), [la for la in lanes if la.structure == structure]
            state = Cohort(problem, same).train(Cohort.begin(problem, same), STEPS)
            found += [Trained(problem, state, i, score) for i, score in enumerate(evaluate(problem, state))]
        return sorted(found, key=lambda each: lanes.index(each.lane))

    return train


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", KINDS)
class TestEveryRegularizer:
    """What each kind must do under each optimizer."""

    def test_a_lane_alone_equals_its_lane_in_a_cohort_of_all_kinds(self, all_kinds, kind, optimizer):
        for each in all_kinds(optimizer)(beside(kind) | {kind: default(kind)}):
            alone = Cohort(each.problem, [each.lane]).train(Cohort.begin(each.problem, [each.lane]), STEPS)
            assert torch.equal(alone.theta[0], each.theta)
            assert evaluate(each.problem, alone)[0] == each.score

    def test_the_neutral_strength_changes_nothing(self, all_kinds, kind, optimizer):
        of = all_kinds(optimizer)
        for each, bare in zip(of(beside(kind) | {kind: neutral(kind)}), of(beside(kind)), strict=True):
            assert torch.equal(each.theta, bare.theta)
            assert torch.equal(each.used, bare.theta[None])
            assert each.score.score == bare.score.score

    def test_a_strong_strength_changes_something(self, all_kinds, kind, optimizer):
        of = all_kinds(optimizer)
        for strongest, bare in zip(of(beside(kind) | {kind: strong(kind)}), of(beside(kind)), strict=True):
            assert not torch.equal(strongest.used, bare.theta[None])

    @pytest.mark.parametrize("strengths", [low, high])
    def test_both_ends_of_its_range_train_to_a_finite_loss(self, all_kinds, kind, optimizer, strengths):
        found = all_kinds(optimizer)(beside(kind) | {kind: strengths(kind)})
        assert [each.score.score is not None for each in found] == [True, True]

    def test_in_segments_apart_and_joined_it_is_as_at_once(self, all_kinds, kind, optimizer):
        own = all_kinds(optimizer)(beside(kind) | {kind: default(kind)})
        problem, lanes = own[0].problem, [each.lane for each in own]
        bare = {static: {"on": 1.0} for static in lanes[0].structure}
        other = [Lane(1000, lane.evaluation, 0.01, bare) for lane in lanes]
        together = Cohort(problem, [*other, *lanes]).train(Cohort.begin(problem, [*other, *lanes]), 5)
        kept = together.keep(frozenset(lane.trial for lane in lanes))
        joined = LaneState.join([Cohort(problem, other).train(Cohort.begin(problem, other), 5), kept])
        before = {name: held.clone() for name, held in joined.memory.items()}
        went_on = Cohort(problem, joined.lanes).train(Cohort(problem, joined.lanes).train(joined, 11), STEPS)
        assert torch.equal(went_on.theta[2:4], torch.stack([each.theta for each in own]))
        assert evaluate(problem, went_on)[2:] == tuple(each.score for each in own)
        assert all(torch.equal(joined.memory[name], before[name]) for name in before)

    @pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device on this machine")
    def test_on_cuda_its_losses_are_those_of_the_cpu(self, all_kinds, trained_once, kind, optimizer):
        setting = beside(kind) | {kind: default(kind)}
        there = trained_once(OPTIMIZERS[optimizer], [setting], "cuda")
        assert {each.theta.device.type for each in there} == {"cuda"}
        expected = [each.score.score for each in all_kinds(optimizer)(setting)]
        assert [each.score.score for each in there] == pytest.approx(expected, rel=CUDA_TOLERANCE)


@pytest.mark.parametrize("dataset", ["diabetes", "breast_cancer", "iris"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_trains_every_task_that_it_does_not_refuse(study_of, stored, lanes_of, trained, kind, dataset):
    model, training = {"kind": "mlp", "hidden": [13, 7, 7]}, {"epochs": 2, "batch_size": 64}
    study = study_of(dataset, evaluation={"folds": 2}, model=model, training=training)
    if study.task in CATALOGUE[kind].refuses_tasks:
        pytest.skip("refused")
    setting = beside(kind) | {kind: strong(kind)}
    problem = Problem.of(study, stored(dataset), torch.device("cpu")).structured(study, structure_of(setting))
    state, scores = trained(problem, lanes_of(problem, [setting]), 2 * problem.steps_per_epoch)
    assert all(score.score is not None for score in scores)
    filling = ~problem.layout.real()
    assert (state.theta[:, filling] == 0).all()


@pytest.mark.parametrize("kind", SHRINKING)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_without_a_gradient_a_step_shrinks_weight_matrices_only(problem_of, lanes_of, kind, optimizer, monkeypatch):
    problem = problem_of("wine", training={"epochs": EPOCHS, "optimizer": OPTIMIZERS[optimizer]})
    cohort = Cohort(problem, lanes := lanes_of(problem, [{kind: end(kind, "high")}]))
    begin = Cohort.begin(problem, lanes)
    begin.theta[:, : problem.layout.weights] += 0.5  # away from zero, so that every weight has a way to go
    begin.theta[:, ~problem.layout.real()] = 0.0
    if optimizer == "adam":  # its proximal step is scaled by the gradients seen before
        begin.moments["mean_square"].fill_(1e-2)
    monkeypatch.setattr(cohort, "_loss_gradient", lambda theta, coming: torch.zeros_like(theta))
    after = cohort.train(begin, 1)
    weights = problem.layout.weights
    real = problem.layout.real()[:weights]
    assert (after.theta[:, :weights].abs() < begin.theta[:, :weights].abs())[:, real].all()
    assert torch.equal(after.theta[:, weights:], begin.theta[:, weights:])
