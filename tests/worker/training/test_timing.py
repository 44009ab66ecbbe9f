"""Seconds of a training are measured on one lane alone, several times."""

import pytest
import torch

from ridgeline_worker.training import Cohort, evaluate, timing, training_seconds


def test_a_lane_alone_has_no_idle_lanes_and_trains_to_the_same(problem_of, lanes_of):
    problem = problem_of("wine")
    (lane, *_) = lanes_of(problem, [{"dropout": {"rate": 0.3}, "sam": {"rho": 0.05}}])
    alone, padded = (
        Cohort(problem, [lane], alone=alone).train(Cohort.begin(problem, [lane], alone=alone), 6)
        for alone in (True, False)
    )
    assert (len(alone.theta), len(padded.theta)) == (1, 8)
    assert torch.allclose(alone.theta[0], padded.theta[0], atol=1e-5)
    assert evaluate(problem, alone)[0].score == pytest.approx(evaluate(problem, padded)[0].score, abs=1e-5)


@pytest.mark.parametrize(("stop", "epochs"), [({}, 40), ({"early_stopping": {"epochs": 10.0}}, 10)])
def test_seconds_are_those_of_all_steps_at_the_pace_of_some(problem_of, lanes_of, monkeypatch, stop, epochs):
    """With a clock that advances by 1/50 second a step, a training takes a fiftieth of its steps, however timed."""
    now, steps = [0.0], []

    class Counting(Cohort):
        def train(self, state, until, after_epoch=None):
            steps.append(until)
            now[0] += until / 50
            return state

    monkeypatch.setattr(timing, "Cohort", Counting)
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now[0])
    problem = problem_of("wine", training={"epochs": 40, "batch_size": 32})
    (lane, *_) = lanes_of(problem, [stop])
    assert training_seconds(problem, lane) == pytest.approx([epochs * problem.steps_per_epoch / 50] * 9)
    assert steps == [1] + [4] * 10  # 0.15 s are 7 steps, an epoch has 4
