"""Rows are dealt fairly, equal rows stay together, and no trial ever sees the test part."""

import numpy as np
import pytest

from ridgeline.spec import BUILT_IN
from ridgeline_worker.data import folds, load, parts

FRACTION = 0.2


def of_built_in(name):
    facts = BUILT_IN[name]
    return load(facts), facts


@pytest.mark.parametrize("name", BUILT_IN)
class TestEveryBuiltInSet:
    def test_its_test_part_has_the_share_that_was_asked_for_and_no_row_of_the_search(self, name):
        table, facts = of_built_in(name)
        split = parts(table, facts, FRACTION)
        assert sorted([*split.search, *split.test]) == list(range(facts.rows))
        assert len(split.test) == pytest.approx(FRACTION * facts.rows, abs=2)

    def test_its_test_part_meets_no_fold_of_any_seed(self, name):
        table, facts = of_built_in(name)
        split = parts(table, facts, FRACTION)
        for seed in range(20):
            for fold in folds(table, split.search, 5, seed, repeat=seed % 3):
                assert np.intersect1d(split.test, np.union1d(fold.train, fold.validation)).size == 0

    def test_every_row_of_the_search_validates_once_a_repeat_and_trains_otherwise(self, name):
        table, facts = of_built_in(name)
        search = parts(table, facts, FRACTION).search
        dealt = folds(table, search, 5, seed=1, repeat=0)
        assert sorted(np.concatenate([fold.validation for fold in dealt])) == sorted(search)
        for fold in dealt:
            assert sorted([*fold.train, *fold.validation]) == sorted(search)

    def test_its_folds_keep_the_class_shares(self, name):
        table, facts = of_built_in(name)
        if facts.class_counts is None:
            return
        search = parts(table, facts, FRACTION).search
        whole = np.bincount(table.y[search].astype(int)) / len(search)
        for fold in folds(table, search, 5, seed=3, repeat=0):
            counts = np.bincount(table.y[fold.validation].astype(int), minlength=len(whole))
            assert np.abs(counts - whole * len(fold.validation)).max() <= 2

    def test_rows_with_equal_features_never_part(self, name):
        table, facts = of_built_in(name)
        split = parts(table, facts, FRACTION)
        for seed in range(5):
            assert_together(table, [split.test, split.search])
            for fold in folds(table, split.search, 5, seed, repeat=0):
                assert_together(table, [fold.train, fold.validation])


def assert_together(table, dealt):
    owner = {}
    for place, rows in enumerate(dealt):
        for row in rows:
            assert owner.setdefault(table.x[row].tobytes(), place) == place


def test_iris_has_the_duplicate_that_makes_this_matter():
    table, facts = of_built_in("iris")
    assert len(np.unique(table.x, axis=0)) == facts.rows - 1


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_many_equal_rows_stay_together_and_none_is_lost(table_of, classes):
    table, facts = table_of(rows=300, classes=classes, distinct=60)
    split = parts(table, facts, FRACTION)
    assert sorted([*split.search, *split.test]) == list(range(300))
    assert_together(table, [split.search, split.test])
    for repeat in range(4):
        dealt = folds(table, split.search, 4, seed=0, repeat=repeat)
        assert_together(table, [fold.validation for fold in dealt])
        assert sorted(np.concatenate([fold.validation for fold in dealt])) == sorted(split.search)


class TestTheTestPart:
    def test_it_is_the_same_every_time(self):
        table, facts = of_built_in("wine")
        again = parts(table, facts.model_copy(update={"name": "renamed"}), FRACTION)
        assert np.array_equal(parts(table, facts, FRACTION).test, again.test)

    @pytest.mark.parametrize("other", [{"id": "0" * 64}, {"target": "another"}])
    def test_other_data_or_another_target_gives_another(self, other):
        table, facts = of_built_in("wine")
        changed = parts(table, facts.model_copy(update=other), FRACTION)
        assert not np.array_equal(parts(table, facts, FRACTION).test, changed.test)

    def test_another_fraction_gives_another(self):
        table, facts = of_built_in("wine")
        assert len(parts(table, facts, 0.5).test) == 89
        assert not np.isin(parts(table, facts, 0.1).test, parts(table, facts, 0.5).test).all()


class TestFolds:
    def test_a_seed_deals_the_same_again_and_another_otherwise(self):
        table, facts = of_built_in("wine")
        search = parts(table, facts, FRACTION).search

        def dealt(seed, repeat):
            return [fold.validation.tolist() for fold in folds(table, search, 5, seed, repeat)]

        assert dealt(0, 0) == dealt(0, 0)
        assert dealt(0, 0) != dealt(1, 0)
        assert dealt(0, 0) != dealt(0, 1)
        assert dealt(0, 1) != dealt(1, 0)

    def test_as_many_folds_as_the_smallest_class_has_rows_each_hold_every_class(self):
        table, facts = of_built_in("wine")
        search = parts(table, facts, FRACTION).search
        for fold in folds(table, search, 38, seed=0, repeat=0):
            assert len(np.unique(table.y[fold.validation])) == 3
