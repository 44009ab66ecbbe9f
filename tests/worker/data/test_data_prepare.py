"""A fold is standardized by its training rows and by nothing else."""

import dataclasses

import numpy as np
import pytest

from ridgeline.spec import BUILT_IN
from ridgeline_worker.data import Fold, folds, parts, prepare, prepared_folds


@pytest.fixture
def split_of(table_of):
    def make(**asked):
        table, facts = table_of(**asked)
        split = parts(table, facts, 0.25)
        return table, split, folds(table, split.search, 3, seed=0, repeat=0)[0]

    return make


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_training_columns_have_zero_mean_and_unit_variance(split_of, classes):
    table, _, fold = split_of(classes=classes)
    prepared = prepare(table, fold)
    assert prepared.train_x.mean(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert prepared.train_x.std(axis=0) == pytest.approx(1.0)
    x = table.x[fold.train]
    by_hand = (table.x[fold.validation] - x.mean(axis=0)) / x.std(axis=0)
    assert prepared.validation_x == pytest.approx(by_hand)


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_validation_and_test_rows_change_nothing_that_trains(split_of, classes):
    table, split, fold = split_of(classes=classes)
    before = prepare(table, fold)
    x, y = table.x.copy(), table.y.copy()
    poisoned = np.concatenate([fold.validation, split.test])
    x[poisoned], y[poisoned] = 1e12, y[poisoned] + 1e12
    after = prepare(dataclasses.replace(table, x=x, y=y), fold)
    assert np.array_equal(after.train_x, before.train_x)
    assert np.array_equal(after.train_y, before.train_y)
    assert (after.target_mean, after.target_scale) == (before.target_mean, before.target_scale)
    assert not np.array_equal(after.validation_x, before.validation_x)


def test_a_column_that_is_constant_in_training_becomes_zero(split_of):
    table, _, fold = split_of()
    table.x[:, 1] = 7.0
    prepared = prepare(table, fold)
    assert (prepared.train_x[:, 1] == 0).all()
    assert (prepared.validation_x[:, 1] == 0).all()


def test_a_number_is_standardized_to_train_and_stays_in_its_units_to_validate(split_of):
    table, _, fold = split_of(classes=0)
    prepared = prepare(table, fold)
    target = table.y[fold.train]
    assert (prepared.target_mean, prepared.target_scale) == pytest.approx((target.mean(), target.std()))
    assert prepared.train_y * prepared.target_scale + prepared.target_mean == pytest.approx(target)
    assert np.array_equal(prepared.validation_y, table.y[fold.validation])


def test_a_constant_number_has_a_scale_of_one(split_of):
    table, _, fold = split_of(classes=0)
    table.y[:] = 3.0
    prepared = prepare(table, fold)
    assert (prepared.target_mean, prepared.target_scale) == (3.0, 1.0)
    assert (prepared.train_y == 0).all()


@pytest.mark.parametrize("classes", [2, 3])
def test_classes_stay_as_they_are(split_of, classes):
    table, _, fold = split_of(classes=classes)
    prepared = prepare(table, fold)
    assert np.array_equal(prepared.train_y, table.y[fold.train])
    assert np.array_equal(prepared.validation_y, table.y[fold.validation])
    assert (prepared.target_mean, prepared.target_scale) == (0.0, 1.0)


def test_two_rows_are_enough(table_of):
    table, _ = table_of(rows=4, classes=0)
    prepared = prepare(table, Fold(np.array([0, 1]), np.array([2, 3])))
    assert np.abs(prepared.train_x) == pytest.approx(1.0)


def test_the_folds_of_a_study_come_repeat_by_repeat():
    facts = BUILT_IN["iris"]
    both = prepared_folds(facts, 0.2, 3, 2, seed=5)
    first = prepared_folds(facts, 0.2, 3, 1, seed=5)
    assert len(both) == 6
    for alone, among in zip(first, both[:3], strict=True):
        assert np.array_equal(alone.train_x, among.train_x)
    assert not np.array_equal(both[0].train_x, both[3].train_x)
