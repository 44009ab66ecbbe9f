"""Rows made by a generator of scikit-learn or by that of MNIST-1D."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn import datasets

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.datasets import Dataset, Roles, Source
from ridgeline.spec.facts import task_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import GeneratedData
from ridgeline.tables.array_rows import array_rows
from ridgeline.tables.identities import generated_identity
from ridgeline.tables.keeping import store
from ridgeline.tables.limits import Limits
from ridgeline.tables.mnist1d import mnist1d

MAX_CELLS = 50_000_000
"""Numbers that a generator may make."""

_NUMBERS = {"make_regression", "make_friedman1", "make_friedman2", "make_friedman3", "make_sparse_uncorrelated"}
_OURS = {"random_state", "return_X_y", "return_centers", "return_indicator", "return_distributions", "coef", "sparse"}
_ROWS = {"mnist1d": "num_samples"}
_FACTORS = ("n_features", "n_targets", "final_seq_length")  # of the numbers in a row
_WIDTHS = {"make_hastie_10_2": 10, "make_friedman2": 4, "make_friedman3": 4, "make_moons": 2, "make_circles": 2}


def generate(asked: GeneratedData, output: Path, limits: Limits | None = None) -> tuple[Dataset, Roles, Task]:
    """Make the rows and store them at `output`: columns x0, x1, ... (mnist1d: one array x), and y, or y0, y1, ...

    Raises:
        Invalid: the generator has no such parameter, refuses a value, or would make too many rows.
    """
    limits = limits or Limits()
    maker: Callable[..., Any] = mnist1d if asked.generator == "mnist1d" else getattr(datasets, asked.generator)
    known = {name: each.default for name, each in inspect.signature(maker).parameters.items() if name not in _OURS}
    broken = [*_unknown(asked, known)]
    if not broken:
        broken = [*_size(asked, {**known, **asked.parameters}, limits)]
    if broken:
        raise Invalid(broken)
    try:
        x, y = maker(**_listed(asked.parameters), random_state=asked.seed)[:2]
    except (ValueError, TypeError, ZeroDivisionError, IndexError, OverflowError) as error:
        rule = f"must be what {asked.generator} takes"
        remedy = f"{error}"[:500]
        raise Invalid([Violation("dataset.parameters", rule, asked.parameters, remedy)]) from None
    rows = array_rows(np.asarray(x), np.asarray(y), None, limits)
    told = {"generator": asked.generator, "parameters": asked.parameters, "seed": asked.seed}
    name = generated_identity(asked)
    dataset = store(rows, output, limits, dataset_id=name, source=Source.GENERATED, parameters=told)
    roles = Roles(target=tuple(name for name in rows.schema.names if name.startswith("y")))
    return dataset, roles, task_of(_task(asked, dataset, roles), roles, dataset)


def _task(asked: GeneratedData, dataset: Dataset, roles: Roles) -> Task:
    several = len(roles.target) > 1
    if asked.generator in _NUMBERS:
        return Task.MULTI_TARGET if several else Task.REGRESSION
    column = dataset.column(roles.target[0])
    if several:
        return Task.MULTILABEL
    return Task.BINARY if column is not None and column.distinct == 2 else Task.MULTICLASS


def _unknown(asked: GeneratedData, known: Mapping[str, Any]) -> Iterator[Violation]:
    for name, value in asked.parameters.items():
        if name not in known:
            field = f"dataset.parameters.{name}"
            yield Violation(field, f"must be a parameter of {asked.generator}", value, f"use {', '.join(known)}")


def _size(asked: GeneratedData, told: Mapping[str, Any], limits: Limits) -> Iterator[Violation]:
    """Refuse too many numbers, and what is no number at all, before anything is made."""
    name = _ROWS.get(asked.generator, "n_samples")
    rows = told[name]
    count = sum(rows) if isinstance(rows, list | tuple) and all(isinstance(each, int) for each in rows) else rows
    row = _WIDTHS.get(asked.generator, 1)
    for factor in _FACTORS:
        value = told.get(factor, 1)
        if not _is_count(value):
            yield Violation(f"dataset.parameters.{factor}", "must be a whole number of at least 1", value, "try 10")
            return
        row *= value
    if not _is_count(count):
        yield Violation(f"dataset.parameters.{name}", "must be a whole number of at least 1", rows, "try 1000")
    elif count > limits.rows or count * row > MAX_CELLS:
        rule = f"must make at most {MAX_CELLS} numbers and {limits.rows} rows"
        yield Violation(f"dataset.parameters.{name}", rule, f"{count} rows of {row}", "make fewer")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _listed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON as the tuples that some generators want."""
    return {
        name: tuple(value)
        if isinstance(value, list) and len(value) == 2 and all(isinstance(each, int | float) for each in value)
        else value
        for name, value in parameters.items()
    }
