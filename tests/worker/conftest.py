from pathlib import Path

import pytest
import torch

import ridgeline.tables
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline_worker.training import Cohort, Lane, Problem, evaluate


@pytest.fixture
def study_of():
    """A resolved study on a built-in data set, small unless told otherwise."""

    def make(dataset="iris", **asked):
        asked.setdefault("training", {"epochs": 3, "batch_size": 32})
        asked.setdefault("model", {"kind": "mlp", "hidden": [13, 7]})
        return resolve(StudySpec.model_validate({"dataset": dataset, **asked}), BUILT_IN[dataset])

    return make


@pytest.fixture
def stored():
    """The stored table of a built-in data set."""
    folder = Path(ridgeline.tables.__file__).parent / "built_in"
    return lambda dataset: folder / f"{dataset}.parquet"


@pytest.fixture
def problem_of(study_of, stored):
    def make(dataset="iris", **asked):
        return Problem.of(study_of(dataset, **asked), stored(dataset), torch.device("cpu"))

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
