"""A task is a pure function: run again it gives the same, and what it was given stays as it was."""

import pickle

import numpy as np
import pytest
import torch

from ridgeline.spec import StudySpec, resolve
from ridgeline_worker.engine import task
from ridgeline_worker.training import Evaluation, Lane

OPTIMIZERS = ["adam", {"kind": "sgd", "momentum": 0.9, "nesterov": True}, "sgd"]
STRENGTHS = [
    {},
    {"l1": {"strength": 1e-3}},
    {"l2": {"strength": 1e-2}},
    {"elastic_net": {"strength": 1e-3, "l1_ratio": 0.5}},
    {"weight_decay": {"tau": 2.0}},
    {"dropout": {"rate": 0.3}},
]
EVERYONE = frozenset(range(len(STRENGTHS)))


@pytest.fixture(params=OPTIMIZERS, ids=["adam", "nesterov", "sgd"])
def study(request, study_of):
    return study_of(training={"epochs": 3, "batch_size": 32, "optimizer": request.param}, evaluation={"folds": 2})


@pytest.fixture
def lanes():
    return tuple(
        Lane(trial, Evaluation(0, fold), 0.01, strengths)
        for trial, strengths in enumerate(STRENGTHS)
        for fold in range(2)
    )


@pytest.fixture
def segment(stored):
    def make(study, until, *, keep=EVERYONE, score=True):
        return task.Segment(study.model_dump_json(), str(stored(study.dataset.name)), keep, until, score=score)

    return make


def same(one, other):
    return (
        one.report.scores == other.report.scores
        and one.state.lanes == other.state.lanes
        and one.state.steps == other.state.steps
        and torch.equal(one.state.theta, other.state.theta)
        and all(torch.equal(moment, other.state.moments[name]) for name, moment in one.state.moments.items())
    )


def test_from_the_beginning_twice_gives_the_same(segment, study, lanes):
    assert same(task.train(segment(study, 7), lanes), task.train(segment(study, 7), lanes))


def test_from_a_state_twice_gives_the_same_and_leaves_the_state_as_it_was(segment, study, lanes):
    start = task.train(segment(study, 4), lanes)
    before = pickle.loads(pickle.dumps(start))
    first = task.train(segment(study, 9), start)
    assert same(start, before)
    second = task.train(segment(study, 9), start)
    assert same(first, second)
    assert same(first, task.train(segment(study, 9), before))
    assert not torch.equal(first.state.theta, start.state.theta)


def test_where_segments_are_cut_changes_nothing(segment, study, lanes):
    whole = task.train(segment(study, 11), lanes)
    pieces = lanes
    for until in (1, 3, 4, 8, 11):
        pieces = task.train(segment(study, until, score=until == 11), pieces)
    assert same(whole, pieces)


def test_lanes_that_leave_change_nothing_for_those_that_stay(segment, study, lanes):
    start = task.train(segment(study, 4), lanes)
    before = pickle.loads(pickle.dumps(start))
    all_go_on = task.train(segment(study, 9), start)
    some_go_on = task.train(segment(study, 9, keep=frozenset({1, 4, 5})), start)
    assert same(start, before)
    assert [lane.trial for lane in some_go_on.state.lanes] == [1, 1, 4, 4, 5, 5]
    stayed = [score for score in all_go_on.report.scores if score.trial in {1, 4, 5}]
    assert list(some_go_on.report.scores) == stayed


def test_the_report_counts_the_steps_of_this_segment_alone(segment, study, lanes):
    start = task.train(segment(study, 4, score=False), lanes)
    assert task.report(start).lane_steps == 4 * len(lanes)
    assert task.report(start).scores == ()
    onwards = task.report(task.train(segment(study, 9), start))
    assert onwards.lane_steps == 5 * len(lanes)
    assert len(onwards.scores) == len(lanes)
    assert onwards.seconds > 0


class TestFreshEvaluations:
    """Those that the search does not have, in cohorts that prepare no others."""

    FRESH = (Evaluation(2000, 0), Evaluation(2000, 1))

    def fresh_segment(self, study, path, predicting=frozenset()):
        told = (study.model_dump_json(), str(path), EVERYONE, 9)
        return task.Segment(*told, score=True, prepared=self.FRESH, predicting=predicting)

    def fresh_lanes(self):
        return tuple(Lane(trial, e, 0.01, strengths) for trial, strengths in enumerate(STRENGTHS) for e in self.FRESH)

    def test_have_folds_weights_and_scores_of_their_own(self, segment, study, stored, lanes):
        searched = task.train(segment(study, 9), lanes)
        fresh = task.train(self.fresh_segment(study, stored("iris")), self.fresh_lanes())
        assert not torch.equal(searched.state.theta, fresh.state.theta)
        scores = {score.score for score in searched.report.scores}
        assert not scores & {score.score for score in fresh.report.scores}

    def test_predictions_come_where_they_are_asked_for_and_change_no_score(self, study, stored):
        path = stored("iris")
        plain = task.train(self.fresh_segment(study, path), self.fresh_lanes())
        told = task.train(self.fresh_segment(study, path, frozenset({self.FRESH[1]})), self.fresh_lanes())
        assert plain.report.scores == told.report.scores
        assert {score.predictions is None for score in plain.report.scores} == {True}
        held = task.held_rows(study.model_dump_json(), str(path), self.FRESH)
        for score in told.report.scores:
            if score.evaluation == self.FRESH[0]:
                assert score.predictions is None
                continue
            rows = held.positions[score.evaluation]
            y = held.targets[rows].astype(int)
            log_loss = -np.log(score.predictions[np.arange(len(y)), y]).mean()
            assert score.score == pytest.approx(log_loss)

    def test_the_constant_predicts_the_shares_of_the_training_rows(self, study, stored):
        path = stored("iris")
        folds = task.fresh_folds(study.model_dump_json(), str(path), self.FRESH)
        held = task.held_rows(study.model_dump_json(), str(path), self.FRESH)
        assert [fold.evaluation for fold in folds] == list(self.FRESH)
        for fold, other in zip(folds, folds[::-1], strict=True):  # of two folds one trains where the other validates
            y = held.targets[held.positions[other.evaluation]].astype(int)
            assert fold.constant == pytest.approx(np.bincount(y) / len(y))
            shares = fold.constant[held.targets[held.positions[fold.evaluation]].astype(int)]
            assert fold.constant_score == pytest.approx(-np.log(shares).mean())
            assert (fold.train_rows, fold.validation_rows) == (len(y), len(shares))


def test_the_constant_of_numbers_is_their_weighted_mean(kept):
    y = np.arange(40.0)
    table, facts = kept({"x": np.arange(40.0), "y": y, "w": np.tile([1.0, 3.0], 20)}, task="regression", weight="w")
    asked = {"dataset": "kept", "regularizers": ["none"], "evaluation": {"folds": 2}}
    told = resolve(StudySpec.model_validate(asked), facts).model_dump_json()
    evaluations = (Evaluation(2000, 0), Evaluation(2000, 1))
    first, second = task.fresh_folds(told, str(table.path), evaluations)
    held = task.held_rows(told, str(table.path), evaluations)
    trained_on = held.positions[second.evaluation]
    mean = np.average(held.targets[trained_on], weights=held.weights[trained_on])
    assert float(first.constant) == pytest.approx(mean)
    rows = held.positions[first.evaluation]
    squared = np.average((held.targets[rows] - mean) ** 2, weights=held.weights[rows])
    assert first.constant_score == pytest.approx(np.sqrt(squared))


def test_the_settings_of_torch_are_as_before(segment, study, lanes):
    task.train(segment(study, 1), lanes)
    assert torch.get_num_threads() == 1
    tiny = torch.full((1,), 1e-40)
    assert (tiny * 0.5).item() > 0
