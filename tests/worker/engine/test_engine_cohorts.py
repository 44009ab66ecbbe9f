"""Lanes are cut evenly, so that processes end together; which trials a cohort holds changes no score."""

from itertools import pairwise

import pytest

from ridgeline_worker.engine import InlineEngine, Race, Turns, task
from ridgeline_worker.training import Evaluation, Lane

MOST = 24
MANY = 160


class Watched(InlineEngine):
    """Notes how many lanes each segment trains, as if it had so many processes."""

    def __init__(self, processes):
        self.processes, self.cohorts = processes, []

    def submit(self, asked, *arguments):
        done = super().submit(asked, *arguments)
        if asked is task.train:
            self.cohorts.append(len(done.result().state.lanes))
        return done


@pytest.fixture
def raced(study_of, stored):
    """Train so many lanes with so many processes, all and then the first ten; their scores and the cohorts of each."""
    study = study_of("wine", model="linear", evaluation={"folds": 2})

    def race(lanes, processes, most=MOST):
        planned = study.model_copy(update={"plan": study.plan.model_copy(update={"cohort_lanes": most})})
        engine = Watched(processes)
        started = Race(planned, stored("wine"), engine, Turns(4), lambda: None)
        started.enter([Lane(n, Evaluation(0, 0), 0.01, {"l2": {"strength": 0.01 * n}}) for n in range(lanes)])
        started.run(frozenset(range(lanes)), 1)
        first, engine.cohorts = engine.cohorts, []
        reached = started.run(frozenset(range(10)), 2)
        return {n: reached.scores[n][0].score for n in range(10)}, first, engine.cohorts

    return race


@pytest.mark.parametrize(
    ("lanes", "processes", "cohorts"),
    [
        (16, 2, [16]),  # too few to part
        (24, 2, [16, 8]),
        (40, 1, [24, 16]),
        (40, 2, [24, 16]),
        (40, 3, [16, 16, 8]),
        (60, 2, [16, 16, 16, 12]),
        (60, 8, [16, 16, 16, 12]),
        (130, 2, [24, 24, 24, 24, 24, 10]),
    ],
)
def test_as_many_cohorts_as_occupy_all_processes_but_no_small_ones(raced, lanes, processes, cohorts):
    _, told, later = raced(lanes, processes)
    assert told == cohorts
    assert max(told) <= MOST
    assert all(size % 8 == 0 for size in told[:-1])
    assert later == [10]


@pytest.mark.parametrize(
    ("lanes", "cohorts"), [(56, [32, 24]), (120, [64, 56]), (160, [40] * 4), (400, [104, 104, 104, 88])]
)
def test_where_lanes_are_many_each_process_has_one_cohort_ready_beside_the_one_in_training(raced, lanes, cohorts):
    assert raced(lanes, 2, most=MANY)[1] == cohorts


def test_a_score_does_not_depend_on_how_many_processes_there_are(raced):
    found = [raced(40, processes)[0] for processes in (1, 2, 3)]
    assert all(one == other for one, other in pairwise(found))
