"""Small studies and cohorts, and a local cluster for the tests of a file that need processes."""

from collections.abc import Iterator
from itertools import count

import pyarrow as pa
import pytest
import torch

from ridgeline import tables
from ridgeline.spec import BUILT_IN, StudySpec, resolve
from ridgeline.spec.datasets import NamedDataset, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.sources import KeptData
from ridgeline.tables.built_in import FOLDER
from ridgeline_worker.data import Table
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.training import Cohort, Lane, Problem, evaluate


@pytest.fixture(scope="module")
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
def stored():
    """The stored table of a built-in data set."""
    return lambda dataset: FOLDER / f"{dataset}.parquet"


@pytest.fixture
def kept(tmp_path):
    """Store columns as an upload is stored; returns the table in the roles that are asked for, and its facts.

    `into`: a store that is told of it.
    """  # fmt: skip
    numbers = count()

    def keep(columns, into=None, **asked):
        number = next(numbers)
        path = tmp_path / f"table{number}.parquet"
        data = columns if isinstance(columns, pa.Table) else pa.table(columns)
        dataset = tables.keep(data, path, tables.Limits(), dataset_id=f"{number:064x}", source=Source.UPLOAD)
        if into is not None:
            into.datasets.add(dataset, f"table{number}")
        named = NamedDataset(name="kept", created_at="2026-01-01T00:00:00Z", dataset=dataset)
        wanted = KeptData(id="kept", **{"target": "y"} | asked)
        roles = roles_of(wanted, named)
        task = task_of(wanted.task, roles, dataset)
        facts = facts_of("kept", dataset, roles, task, tables.count(path, dataset, roles, task))
        return Table.open(path, facts), facts

    return keep


@pytest.fixture
def problem_on():
    """The problem of a study on a table that was kept."""

    def make(table, facts, **asked):
        asked.setdefault("training", {"epochs": 3, "batch_size": 32})
        asked.setdefault("model", {"kind": "mlp", "hidden": [13, 7]})
        study = resolve(StudySpec.model_validate({"dataset": "kept", **asked}), facts)
        return Problem.of(study, table.path, torch.device("cpu"))

    return make


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
