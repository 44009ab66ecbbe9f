"""Whatever table and study are accepted at submission, training them ends in finite scores or in a plain reason."""

from collections import Counter
from math import isfinite

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ridgeline import tables
from ridgeline.errors import Invalid
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.datasets import NamedDataset, Source
from ridgeline.spec.facts import facts_of, roles_of, task_of
from ridgeline.spec.metrics import Metric, Task
from ridgeline_worker.data import Unusable
from ridgeline_worker.engine import task
from ridgeline_worker.training import Lane, evaluations

NUMBERS = st.floats(-1e100, 1e100) | st.sampled_from([-0.0, 1e-320, 1e-30, 1e38, 1e100])
VALUES = {
    "numbers": (NUMBERS, pa.float64()),
    "broken numbers": (NUMBERS | st.sampled_from([np.nan, np.inf, -np.inf]), pa.float64()),
    "large numbers": (st.floats(), pa.float64()),
    "shares": (st.floats(0, 1), pa.float64()),
    "whole numbers": (st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "flags": (st.booleans(), pa.bool_()),
    "words": (st.text(st.characters(exclude_categories=["Cs"]), max_size=4), pa.string()),
    "dates": (st.datetimes(), pa.timestamp("us")),
}
ARRAYS = pa.list_(pa.float32(), 4)
TWO = [(False, True), (0, 1), ("a", "b"), (0.5, 2.0)]
MORE = [(0, 1, 2), ("a", "b", "c", "d"), (-1, 0, 7)]
MODELS = [
    {"kind": "linear"},
    {"kind": "mlp", "hidden": [5]},
    {"kind": "mlp", "hidden": [5], "categories": "embedding"},
]


@st.composite
def columns(draw, rows, kinds, *, gaps=True):
    """A column: few values that repeat, or one for each row; some of them missing."""
    values, kind = VALUES[draw(st.sampled_from(kinds))]
    order = np.random.default_rng(draw(st.integers(0, 9)))
    pool = draw(st.lists(values, min_size=1, max_size=8))
    told = [pool[i] for i in order.integers(len(pool), size=rows)]
    if kind == pa.float64() and draw(st.booleans()):
        told = [float(number) for number in order.random(rows)]
    if gaps and draw(st.booleans()):
        told = [None if order.random() < 0.3 else value for value in told]
    return pa.array(told, kind)


@st.composite
def targets(draw, rows, kind):
    """A column that may serve as a target of a task."""
    if kind in {Task.REGRESSION, Task.MULTI_TARGET}:
        return draw(columns(rows, ("numbers", "shares", "whole numbers"), gaps=False))
    classes = draw(st.sampled_from(MORE if kind is Task.MULTICLASS else TWO))
    order = np.random.default_rng(draw(st.integers(0, 9))).permutation(rows)
    return pa.array([classes[i % len(classes)] for i in order])


@st.composite
def asked_of_tables(draw, kind):
    """A table, and a study of a task on it that is often possible."""
    rows = draw(st.integers(2, 80))
    several = kind in {Task.MULTILABEL, Task.MULTI_TARGET}
    held = {f"y{i}": draw(targets(rows, kind)) for i in range(2 if several else 1)}
    roles = {"target": list(held) if several else "y0", "task": draw(st.sampled_from([None, kind]))}
    if draw(st.integers(0, 9)) == 0:
        numbers = np.random.default_rng(rows).normal(size=(rows, 4)).astype(np.float32)
        held["x"] = pa.array(list(numbers), ARRAYS)
    else:
        held |= {f"x{i}": draw(columns(rows, tuple(VALUES))) for i in range(draw(st.integers(1, 4)))}
    for role, kinds in (
        ("group", tuple(VALUES)),
        ("time", ("shares", "dates", "whole numbers")),
        ("weight", ("shares",)),
    ):
        if draw(st.integers(0, 5)) == 0:
            held[role] = draw(columns(rows, kinds, gaps=False))
            roles[role] = role
    study = {
        "model": draw(st.sampled_from(MODELS)),
        "objective": {"metric": draw(st.sampled_from([None, *(metric for metric in Metric if metric.fits(kind))]))},
        "preparation": {
            "scaling": draw(st.sampled_from(["standard", "quantile", "none"])),
            "imputation": draw(st.sampled_from(["median", "mean"])),
        },
        "evaluation": {
            "folds": draw(st.integers(2, 4)),
            "test_fraction": draw(st.sampled_from([0.05, 0.2, 0.5])),
            "split": draw(st.sampled_from([None, None, None, "shuffled", "group", "time"])),
        },
        "training": {
            "epochs": 1,
            "batch_size": draw(st.sampled_from([1, 7, 64])),
            "optimizer": draw(st.sampled_from(["adam", "sgd"])),
            "precision": draw(st.sampled_from(["float32", "float64"])),
            "class_weight": draw(st.sampled_from([None, "balanced"])) if kind.has_classes else None,
        },
        "regularizers": ["none", "l2"],
    }
    return pa.table(held), roles, study


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("tables") / "table.parquet"


def accepted(table, roles, asked, path):
    """The resolved study on a table that is kept; None where it is refused."""
    try:
        dataset = tables.keep(table, path, tables.Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
        named = NamedDataset(name="kept", created_at="2026-01-01T00:00:00Z", dataset=dataset)
        spec = StudySpec.model_validate({"dataset": {"id": "kept", **roles}, **asked})
        told = roles_of(spec.dataset, named)
        kind = task_of(spec.dataset.task, told, dataset)
        return resolve(spec, facts_of("kept", dataset, told, kind, tables.count(path, dataset, told, kind)))
    except Invalid:
        return None


def scores_of(study, path):
    """The scores after an epoch without regularization and with a little; null where a lane diverged."""
    told = study.model_dump_json()
    task.check(told, str(path))
    lanes = tuple(
        Lane(trial, evaluation, study.training.learning_rates[0], {"l2": {"strength": 1e-4}} if trial else {})
        for trial in range(2)
        for evaluation in evaluations(study)
    )
    segment = task.Segment(told, str(path), frozenset({0, 1}), study.training.steps_per_epoch, score=True)
    return [lane.score for lane in task.train(segment, lanes).report.scores]


@pytest.mark.parametrize("kind", Task)
def test_what_is_accepted_trains_to_finite_scores_or_fails_plainly(path, kind):
    ends = Counter()

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(asked_of_tables(kind))
    def trained(asked):
        path.unlink(missing_ok=True)
        study = accepted(*asked, path)
        if study is None:
            ends["refused"] += 1
            return
        try:
            scores = scores_of(study, path)
        except Unusable:
            ends["unusable"] += 1
            return
        assert len(scores) == 2 * study.evaluation.folds
        assert all(score is None or isfinite(score) for score in scores)
        ends["diverged" if None in scores else "trained"] += 1

    trained()
    assert ends["trained"]
