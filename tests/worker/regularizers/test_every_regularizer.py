import math

import pytest
import torch

from ridgeline.kinds import CATALOGUE
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import Cohort, LaneState, evaluate
from ridgeline_worker.training.evaluate import members

KINDS = sorted(REGULARIZERS)
OPTIMIZERS = {"sgd": "sgd", "nesterov": {"kind": "sgd", "momentum": 0.9, "nesterov": True}, "adam": "adam"}
EPOCHS, STEPS = 8, 16
SHRINKING = ("l1", "l2", "elastic_net", "weight_decay", "group_lasso")


def default(kind):
    return {name: bounds.default_value(EPOCHS) for name, bounds in CATALOGUE[kind].bounds.items()}


def neutral(kind):
    return {
        name: math.inf if bounds.neutral is None else bounds.neutral for name, bounds in CATALOGUE[kind].bounds.items()
    }


def end(kind, which):
    return {name: getattr(bounds.range(EPOCHS), which) for name, bounds in CATALOGUE[kind].bounds.items()}


def strong(kind):
    """The end of each range where the kind regularizes most."""
    ends = {name: ("high" if b.more_is_stronger else "low") for name, b in CATALOGUE[kind].bounds.items()}
    return {name: end(kind, which)[name] for name, which in ends.items()}


def test_every_declared_kind_but_none_has_a_formula_and_the_other_way_round():
    assert set(REGULARIZERS) == set(CATALOGUE) - {"none"}


def test_formulas_come_in_the_order_of_the_catalogue():
    assert list(REGULARIZERS) == [kind for kind in CATALOGUE if kind != "none"]


@pytest.fixture(scope="module")
def all_kinds(trained_once):
    """None, then every kind at its default and at neutral, in one cohort, by optimizer."""
    found = {}

    def train(optimizer):
        if optimizer not in found:
            settings = [{}, *({kind: default(kind)} for kind in KINDS), *({kind: neutral(kind)} for kind in KINDS)]
            found[optimizer] = trained_once(OPTIMIZERS[optimizer], settings)
        return found[optimizer]

    return train


@pytest.fixture(scope="module")
def trained_once():
    from ridgeline.spec import BUILT_IN, StudySpec, resolve  # noqa: PLC0415
    from ridgeline.tables.built_in import FOLDER  # noqa: PLC0415
    from ridgeline_worker.training import Lane, Problem  # noqa: PLC0415

    def train(optimizer, settings):
        asked = {
            "dataset": "wine",
            "evaluation": {"folds": 2},
            "model": {"kind": "mlp", "hidden": [13, 7]},
            "training": {"epochs": EPOCHS, "batch_size": 64, "optimizer": optimizer},
        }
        study = resolve(StudySpec.model_validate(asked), BUILT_IN["wine"])
        problem = Problem.of(study, FOLDER / "wine.parquet", torch.device("cpu"))
        lanes = [Lane(i, e, 0.01, setting) for i, setting in enumerate(settings) for e in problem.evaluations]
        state = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), STEPS)
        return problem, lanes, state, evaluate(problem, state)

    return train


def used(problem, state, index):
    """What evaluation uses of a lane."""
    return torch.cat(members(problem, state, index))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("kind", KINDS)
class TestEveryRegularizer:
    """What each kind must do under each optimizer."""

    def test_a_lane_alone_equals_its_lane_in_a_cohort_of_all_kinds(self, all_kinds, kind, optimizer):
        problem, lanes, state, scores = all_kinds(optimizer)
        for index, lane in enumerate(lanes):
            if lane.regularizers == {kind: default(kind)}:
                alone = Cohort(problem, [lane]).train(Cohort.begin(problem, [lane]), STEPS)
                assert torch.equal(alone.theta[0], state.theta[index])
                assert evaluate(problem, alone)[0] == scores[index]

    def test_the_neutral_strength_changes_nothing(self, all_kinds, kind, optimizer):
        problem, lanes, state, scores = all_kinds(optimizer)
        for index, lane in enumerate(lanes):
            if lane.regularizers == {kind: neutral(kind)}:
                bare = problem.evaluations.index(lane.evaluation)
                assert torch.equal(state.theta[index], state.theta[bare])
                assert torch.equal(used(problem, state, index), state.theta[bare : bare + 1])
                assert scores[index].score == scores[bare].score

    def test_a_strong_strength_changes_something(self, trained_once, kind, optimizer):
        problem, _, state, _ = trained_once(OPTIMIZERS[optimizer], [{}, {kind: strong(kind)}])
        assert not torch.equal(used(problem, state, 2), state.theta[:1])

    @pytest.mark.parametrize("which", ["low", "high"])
    def test_both_ends_of_its_range_train_to_a_finite_loss(self, trained_once, kind, optimizer, which):
        _, _, _, scores = trained_once(OPTIMIZERS[optimizer], [{kind: end(kind, which)}])
        assert all(score.score is not None for score in scores)

    def test_in_segments_apart_and_joined_it_is_as_at_once(self, all_kinds, kind, optimizer):
        problem, lanes, state, scores = all_kinds(optimizer)
        places = [i for i, lane in enumerate(lanes) if lane.regularizers == {kind: default(kind)}]
        own, other = [lanes[i] for i in places], lanes[:2]
        together = Cohort(problem, [*other, *own]).train(Cohort.begin(problem, [*other, *own]), 5)
        kept = together.keep(frozenset(lane.trial for lane in own))
        joined = LaneState.join([Cohort(problem, other).train(Cohort.begin(problem, other), 5), kept])
        before = {name: held.clone() for name, held in joined.memory.items()}
        went_on = Cohort(problem, joined.lanes).train(Cohort(problem, joined.lanes).train(joined, 11), STEPS)
        assert torch.equal(went_on.theta[2:4], state.theta[places])
        assert evaluate(problem, went_on)[2:] == tuple(scores[i] for i in places)
        assert all(torch.equal(joined.memory[name], before[name]) for name in before)


@pytest.mark.parametrize("dataset", ["diabetes", "breast_cancer", "iris"])
@pytest.mark.parametrize("kind", KINDS)
def test_it_trains_every_task_that_it_does_not_refuse(problem_of, lanes_of, trained, kind, dataset):
    problem = problem_of(dataset, evaluation={"folds": 2}, training={"epochs": 2, "batch_size": 64})
    if problem.task in CATALOGUE[kind].refuses_tasks:
        pytest.skip("refused")
    state, scores = trained(problem, lanes_of(problem, [{}, {kind: strong(kind)}]), 2 * problem.steps_per_epoch)
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
    monkeypatch.setattr(cohort, "_loss_gradient", lambda theta, batch, draws: torch.zeros_like(theta))
    after = cohort.train(begin, 1)
    weights = problem.layout.weights
    real = problem.layout.real()[:weights]
    assert (after.theta[:, :weights].abs() < begin.theta[:, :weights].abs())[:, real].all()
    assert torch.equal(after.theta[:, weights:], begin.theta[:, weights:])
