"""Nothing of a validation or test row reaches what is fitted, drawn or trained on a fold."""

# ruff: noqa: DTZ001 - the times of a table have no zone

import dataclasses
import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import QuantileTransformer, StandardScaler

from ridgeline import tables
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.datasets import Source
from ridgeline.spec.study import Preparation, Scaling
from ridgeline_worker.data import Fold, Table, Wishes, prepare
from ridgeline_worker.training import Cohort, Evaluation, Lane, Problem

ROWS = 60
CPU = torch.device("cpu")
TARGETS = {
    "binary": ("two",),
    "multiclass": ("three",),
    "multilabel": ("two", "other"),
    "regression": ("number",),
    "multi_target": ("number", "weight"),
}
FLOATS = st.floats(-1e6, 1e6, width=32)
CHANGES = {
    "a": st.none() | st.just(float("inf")) | FLOATS,
    "b": st.none() | st.booleans(),
    "w": st.none() | st.sampled_from(["red", "green", "blue"]),
    "d": st.none() | st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)),
    "two": st.sampled_from(["n", "y"]),
    "other": st.booleans(),
    "three": st.sampled_from(["p", "q", "r"]),
    "number": FLOATS,
    "weight": st.floats(0, 1e3, width=32),
}
TYPES = {
    "a": pa.float64(),
    "b": pa.bool_(),
    "w": pa.string(),
    "d": pa.timestamp("us"),
    "two": pa.string(),
    "other": pa.bool_(),
    "three": pa.string(),
    "number": pa.float64(),
    "weight": pa.float64(),
}


def rows():
    draw = np.random.default_rng(0)

    def some(values):
        return [None if draw.random() < 0.1 else value for value in values]

    days = [dt.datetime(2020, 1, 1) + dt.timedelta(hours=int(h)) for h in draw.integers(90_000, size=ROWS)]
    return {
        "a": some(draw.normal(size=ROWS).tolist()),
        "b": some((draw.random(ROWS) > 0.5).tolist()),
        "w": some(draw.choice(["red", "green", "blue"], size=ROWS).tolist()),
        "d": some(days),
        "two": draw.choice(["n", "y"], size=ROWS).tolist(),
        "other": (draw.random(ROWS) > 0.5).tolist(),
        "three": draw.choice(["p", "q", "r"], size=ROWS).tolist(),
        "number": draw.normal(50, 20, size=ROWS).tolist(),
        "weight": draw.random(ROWS).tolist(),
    }


def as_table(columns):
    return pa.table({name: pa.array(columns[name], kind) for name, kind in TYPES.items()})


def trained(study, table, fold):
    """All that is fitted, drawn and trained on a fold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "open", lambda *_: table)
        patch.setattr("ridgeline_worker.training.problem.dealt", lambda *_: (fold,))
        problem = Problem.of(study, table.path, CPU, [Evaluation(0, 0)])
    strengths = [{}, {"l1": {"strength": 0.01}}, {"dropout": {"rate": 0.3}}]
    lanes = [Lane(trial, Evaluation(0, 0), 0.01, strength) for trial, strength in enumerate(strengths)]
    begun = Cohort.begin(problem, lanes)
    state = Cohort(problem, lanes).train(begun, 9)
    rows = problem.rows
    scale = (
        torch.from_numpy(np.asarray(part))
        for part in (problem.validations[0].target_mean, problem.validations[0].target_scale)
    )
    fitted = [rows.x, rows.y, *scale, *([] if rows.weight is None else [rows.weight])]
    return [*fitted, begun.theta, state.theta, *state.moments.values()], problem.validations[0].x


@pytest.mark.parametrize("task", TARGETS)
@pytest.mark.parametrize("scaling", ["standard", "quantile"])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_other_rows_a_fold_is_prepared_and_trained_the_same(kept, tmp_path, task, scaling, data):
    target = TARGETS[task]
    weight = None if "weight" in target else "weight"
    spare = tuple(name for name in ("two", "other", "three", "number") if name not in target)
    columns = rows()
    table, facts = kept(as_table(columns), target=target, task=task, weight=weight, exclude=spare)
    study = resolve(
        StudySpec.model_validate(
            {
                "dataset": "kept",
                "model": {"kind": "mlp", "hidden": [5]},
                "preparation": {"scaling": scaling, "imputation": "mean"},
                "training": {
                    "batch_size": 16,
                    "class_weight": "balanced" if task in {"binary", "multiclass"} else None,
                },
                "evaluation": {"folds": 2},
            }
        ),
        facts,
    )
    order = np.random.default_rng(data.draw(st.integers(0, 100))).permutation(ROWS)
    fold = Fold(np.sort(order[:31]), np.sort(order[31:45]))
    for name, values in columns.items():
        for row in order[31:]:
            values[row] = data.draw(CHANGES[name])
    path = tmp_path / "changed.parquet"
    tables.keep(as_table(columns), path, tables.Limits(), dataset_id="0" * 64, source=Source.UPLOAD)
    before, seen_before = trained(study, table, fold)
    after, seen_after = trained(study, dataclasses.replace(table, path=path), fold)
    assert all(torch.equal(one, other) for one, other in zip(before, after, strict=True))
    assert not np.array_equal(seen_before, seen_after)


@pytest.mark.parametrize("scaling", Scaling)
def test_whatever_is_fitted_sees_training_rows_only(kept, monkeypatch, scaling):
    """Each value tells its row, and an odd number of rows has a median that is one of them."""
    seen = []

    def spied(fit):
        def spy(self, values, *more, **named):
            seen.append(values)
            return fit(self, values, *more, **named)

        return spy

    for kind in (StandardScaler, SimpleImputer, QuantileTransformer):
        monkeypatch.setattr(kind, "fit", spied(kind.fit))
    a, b = np.arange(100.0), np.arange(100.0)
    a[::7] = np.nan
    table, _ = kept({"a": a, "b": b, "y": np.arange(100.0)}, task="regression")
    train = np.flatnonzero(np.arange(100) % 3 == 0)
    train = train if np.isfinite(a[train]).sum() % 2 else train[:-2]
    prepare(table, [Fold(train, np.setdiff1d(np.arange(80), train))], Wishes(Preparation(scaling=scaling)))
    rows_seen = {value for values in seen for value in values[np.isfinite(values)].tolist()}
    assert rows_seen <= set(train.tolist())
    assert len(seen) == (1 if scaling is Scaling.NONE else 2)
