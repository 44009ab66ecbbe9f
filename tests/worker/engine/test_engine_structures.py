"""Trials whose models differ train in cohorts of their own, beside each other, and score as each would alone."""

import pytest

from ridgeline.spec.models import multiply_adds
from ridgeline_worker.engine import InlineEngine, Race, Turns, task
from ridgeline_worker.training import Evaluation, Lane

ON = {"on": 1.0}
SETTINGS = [
    {},
    {"batch_norm": ON},
    {"l2": {"strength": 0.01}},
    {"skip": ON, "shake_drop": {"rate": 0.5}},
    {"batch_norm": {"on": 0.0}},
    {"batch_norm": ON, "dropout": {"rate": 0.2}},
    {"skip": ON},
]


class Watched(InlineEngine):
    """Notes the trials of each segment."""

    def __init__(self):
        self.segments = []

    def submit(self, asked, *arguments):
        if asked is task.train:
            self.segments.append((arguments[0].until_step, arguments[0].keep))
        return super().submit(asked, *arguments)


@pytest.fixture(params=[False, True], ids=["together", "one_evaluation"])
def study(request, study_of):
    resolved = study_of("wine", model={"kind": "mlp", "hidden": [8, 8]}, evaluation={"folds": 2})
    return resolved.model_copy(
        update={"plan": resolved.plan.model_copy(update={"one_evaluation_a_cohort": request.param})}
    )


@pytest.fixture
def raced(study, stored):
    """Train some settings to two rungs; returns the scores at each, and the segments."""

    def race(numbers):
        engine = Watched()
        race = Race(study, stored("wine"), engine, Turns(4), lambda: None)
        race.enter([Lane(n, Evaluation(0, fold), 0.01, SETTINGS[n]) for n in numbers for fold in range(2)])
        first = race.run(frozenset(numbers), 1)
        second = race.run(frozenset(numbers), 3)
        assert not first.failures
        assert not second.failures
        told = {n: [lane.score for rung in (first, second) for lane in rung.scores[n]] for n in numbers}
        return told, engine.segments

    return race


def test_static_and_plain_trials_of_a_generation_score_as_each_does_alone(raced):
    together, segments = raced(range(len(SETTINGS)))
    assert {keep for _, keep in segments} == {frozenset({0, 2, 4}), frozenset({1, 5}), frozenset({3, 6})}
    assert all(score is not None for scores in together.values() for score in scores)
    for number in range(len(SETTINGS)):
        assert raced([number])[0][number] == together[number]
    assert together[4] == together[0]
    assert len({tuple(scores) for scores in together.values()}) == len(SETTINGS) - 1


def test_doubled_branches_count_as_the_work_that_they_are(study, stored):
    def work(setting):
        race = Race(study, stored("wine"), InlineEngine(), Turns(4), lambda: None)
        race.enter([Lane(0, Evaluation(0, 0), 0.01, setting)])
        first, second = race.run(frozenset({0}), 1).work, race.run(frozenset({0}), 3).work
        assert second == 2 * first == 2 * (race.work - second)
        return race.work

    plain, doubled = work({"skip": ON}), work({"skip": ON, "shake_shake": ON})
    layers = study.layers_of(frozenset({"skip", "shake_shake"}))
    steps = 3 * study.training.steps_per_epoch
    assert doubled == steps * multiply_adds(layers, study.training.batch_size) > plain
