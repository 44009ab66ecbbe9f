"""How long one model trains by itself: measured, never taken from a cohort, whose lanes pay for one another."""

import time

import torch

from ridgeline.spec.final import TIMING_SECONDS, TIMINGS
from ridgeline_worker.training.cohort import Cohort
from ridgeline_worker.training.lanes import Lane
from ridgeline_worker.training.problem import Problem
from ridgeline_worker.training.state import LaneState

FIRST_STEPS = 20
"""Steps at most that warm up and tell how many fill a timing; a first one tells whether so many may be taken."""


def training_seconds(problem: Problem, lane: Lane) -> tuple[float, ...]:
    """Seconds that this lane alone takes to train to its end, by several timings of some of its steps.

    Each timing is seconds(steps)/steps times all steps of the training, from the same beginning; what stops early has
    that many epochs fewer.  Preparing rows and scoring are not counted.
    """
    cohort, begun = Cohort(problem, [lane], alone=True), Cohort.begin(problem, [lane], alone=True)
    epochs = int(lane.regularizers.get("early_stopping", {}).get("epochs", problem.epochs))
    total = epochs * problem.steps_per_epoch
    steps = 1
    for most in (FIRST_STEPS, total):
        pace = _timed(problem, cohort, begun, steps) / steps
        steps = _steps(pace, problem.steps_per_epoch, most)
    return tuple(_timed(problem, cohort, begun, steps) / steps * total for _ in range(TIMINGS))


def _steps(pace: float, per_epoch: int, most: int) -> int:
    """Steps that fill a timing; whole epochs where they are more than one."""
    steps = max(1, min(most, int(TIMING_SECONDS / pace)))
    return steps - steps % per_epoch if steps > per_epoch else steps


def _timed(problem: Problem, cohort: Cohort, begun: LaneState, steps: int) -> float:
    wait_for(problem.device)
    started = time.perf_counter()
    cohort.train(begun, steps)
    wait_for(problem.device)
    return time.perf_counter() - started


def wait_for(device: torch.device) -> None:
    """Let the device end what it was asked for: a GPU works on after a call has returned."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
