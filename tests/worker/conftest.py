"""Small studies and cohorts, and one local cluster for all tests that need processes."""

from collections.abc import Iterator

import pytest
import torch

from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.training import Cohort, Lane, Problem, evaluate


@pytest.fixture(scope="session")
def cluster() -> Iterator[ClusterEngine]:
    engine = ClusterEngine(2)
    yield engine
    engine.close()


@pytest.fixture
def study_of():
    """A resolved study on a built-in data set, small unless told otherwise."""

    def make(dataset="iris", **asked):
        asked.setdefault("training", {"epochs": 3, "batch_size": 32})
        asked.setdefault("model", {"kind": "mlp", "hidden": [13, 7]})
        return resolve(StudySpec.model_validate({"dataset": dataset, **asked}), BUILT_IN[dataset])

    return make


@pytest.fixture
def problem_of(study_of):
    def make(dataset="iris", **asked):
        return Problem.of(study_of(dataset, **asked), torch.device("cpu"))

    return make


@pytest.fixture
def trained():
    """Train lanes together for some steps; returns their state and scores."""

    def train(problem, lanes, steps):
        state = Cohort(problem, lanes).train(Cohort.begin(problem, lanes), steps)
        return state, evaluate(problem, state)

    return train


@pytest.fixture
def lanes_of():
    """One lane for each given mapping of kinds to strengths, on every evaluation."""

    def make(problem, settings, learning_rate=0.01):
        return [
            Lane(trial, evaluation, learning_rate, regularizers)
            for trial, regularizers in enumerate(settings)
            for evaluation in problem.evaluations
        ]

    return make
