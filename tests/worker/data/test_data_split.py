"""Rows are dealt fairly, what belongs together stays together, and no trial ever sees the test part."""

import numpy as np
import pytest

from ridgeline.spec import BUILT_IN
from ridgeline.spec.study import Split
from ridgeline_worker.data import Table, Unusable, folds, parts


@pytest.fixture
def built_in(stored):
    return lambda name: Table.open(stored(name), BUILT_IN[name])


@pytest.fixture
def split_of(evaluation):
    """The split of a table by default."""

    def make(table, **asked):
        return evaluation(Split.STRATIFIED if table.task.has_classes else Split.SHUFFLED, **asked)

    return make


@pytest.mark.parametrize("name", BUILT_IN)
class TestEveryBuiltInSet:
    def test_its_test_part_has_the_share_that_was_asked_for_and_no_row_of_the_search(self, built_in, split_of, name):
        table = built_in(name)
        split = parts(table, split_of(table))
        assert sorted([*split.search, *split.test]) == list(range(table.dataset.rows))
        assert len(split.test) == pytest.approx(0.2 * table.dataset.rows, abs=2)

    def test_its_test_part_meets_no_fold_of_any_seed(self, built_in, split_of, name):
        table = built_in(name)
        asked = split_of(table)
        split = parts(table, asked)
        for seed in range(20):
            for fold in folds(table, split.search, asked, seed, repeat=seed % 3):
                assert np.intersect1d(split.test, np.union1d(fold.train, fold.validation)).size == 0

    def test_every_row_of_the_search_validates_once_a_repeat_and_trains_otherwise(self, built_in, split_of, name):
        table = built_in(name)
        assert_dealt(table, split_of(table))

    def test_its_folds_keep_the_class_shares(self, built_in, split_of, name):
        table = built_in(name)
        if not table.task.has_classes:
            return
        search = parts(table, split_of(table)).search
        whole = np.bincount(table.targets[search].astype(int)) / len(search)
        for fold in folds(table, search, split_of(table), seed=3, repeat=0):
            counts = np.bincount(table.targets[fold.validation].astype(int), minlength=len(whole))
            assert np.abs(counts - whole * len(fold.validation)).max() <= 2

    def test_rows_with_equal_inputs_never_part(self, built_in, split_of, name):
        table = built_in(name)
        split = parts(table, split_of(table))
        for seed in range(5):
            assert_together(table.units, [split.test, split.search])
            for fold in folds(table, split.search, split_of(table), seed, repeat=0):
                assert_together(table.units, [fold.train, fold.validation])


def assert_dealt(table, asked):
    search = parts(table, asked).search
    dealt = list(folds(table, search, asked, seed=1, repeat=0))
    assert len(dealt) == asked.folds
    assert sorted(np.concatenate([fold.validation for fold in dealt])) == sorted(search)
    for fold in dealt:
        assert len(fold.validation)
        assert sorted([*fold.train, *fold.validation]) == sorted(search)
    return dealt


def assert_together(belonging, dealt):
    owner = {}
    for place, rows in enumerate(dealt):
        for row in rows:
            assert owner.setdefault(belonging[row], place) == place


def test_iris_has_the_duplicate_that_makes_this_matter(built_in):
    assert built_in("iris").units.max() + 1 == 149


@pytest.mark.parametrize("classes", [0, 2, 3])
def test_many_equal_rows_stay_together_and_none_is_lost(made_up, split_of, classes):
    table, _ = made_up(rows=300, classes=classes, distinct=60)
    asked = split_of(table, folds=4)
    split = parts(table, asked)
    assert sorted([*split.search, *split.test]) == list(range(300))
    assert_together(table.units, [split.search, split.test])
    dealt = assert_dealt(table, asked)
    assert_together(table.units, [fold.validation for fold in dealt])


class TestTheTestPart:
    def test_it_is_the_same_every_time(self, built_in, split_of):
        table = built_in("wine")
        assert np.array_equal(parts(table, split_of(table)).test, parts(built_in("wine"), split_of(table)).test)

    def test_other_data_or_another_target_gives_another(self, made_up, evaluation):
        asked = evaluation(Split.SHUFFLED)
        one, _ = made_up(classes=0, more={"z": np.arange(120) * 0.5})
        other_id, _ = made_up(classes=0, more={"z": np.arange(120) * 0.5})
        other_target = Table(one.path, one.dataset, one.roles.model_copy(update={"target": ("z",)}), one.task)
        test = parts(one, asked).test
        assert not np.array_equal(parts(other_id, asked).test, test)
        assert not np.array_equal(parts(other_target, asked).test, test)

    def test_another_fraction_gives_another(self, built_in, split_of):
        table = built_in("wine")
        assert len(parts(table, split_of(table, test_fraction=0.5)).test) == 89
        small, large = (parts(table, split_of(table, test_fraction=share)).test for share in (0.1, 0.5))
        assert not np.isin(small, large).all()


class TestFolds:
    def test_a_seed_deals_the_same_again_and_another_otherwise(self, built_in, split_of):
        table = built_in("wine")
        search = parts(table, split_of(table)).search

        def dealt(seed, repeat):
            return [fold.validation.tolist() for fold in folds(table, search, split_of(table), seed, repeat)]

        assert dealt(0, 0) == dealt(0, 0)
        assert dealt(0, 0) != dealt(1, 0)
        assert dealt(0, 0) != dealt(0, 1)
        assert dealt(0, 1) != dealt(1, 0)

    def test_as_many_folds_as_the_smallest_class_has_rows_each_hold_every_class(self, built_in, split_of):
        table = built_in("wine")
        asked = split_of(table, folds=38)
        search = parts(table, asked).search
        for fold in folds(table, search, asked, seed=0, repeat=0):
            assert len(np.unique(table.targets[fold.validation])) == 3

    def test_classes_may_be_dealt_without_regard_to_their_shares(self, made_up, evaluation):
        table, _ = made_up(rows=60, classes=2)
        one, other = (evaluation(split, folds=6) for split in (Split.SHUFFLED, Split.STRATIFIED))
        shares = [[table.targets[f.validation].mean() for f in assert_dealt(table, asked)] for asked in (one, other)]
        assert np.ptp(shares[0]) > np.ptp(shares[1])


@pytest.mark.parametrize("classes", [0, 2, 3])
class TestGroups:
    def table(self, made_up, classes, **asked):
        group = np.random.default_rng(4).integers(25, size=200)
        return made_up(rows=200, classes=classes, more={"g": group}, group="g", **asked)[0]

    def test_no_group_is_parted_and_no_row_lost(self, made_up, evaluation, classes):
        table, asked = self.table(made_up, classes), evaluation(Split.GROUP, folds=4)
        split = parts(table, asked)
        assert sorted([*split.search, *split.test]) == list(range(200))
        assert_together(table.groups, [split.search, split.test])
        assert_together(table.groups, [fold.validation for fold in assert_dealt(table, asked)])

    def test_the_test_part_has_about_the_share_that_was_asked_for(self, made_up, evaluation, classes):
        table, asked = self.table(made_up, classes), evaluation(Split.GROUP, folds=4, test_fraction=0.2)
        test = parts(table, asked).test
        assert len(np.unique(table.groups[test])) == 5
        assert len(test) == pytest.approx(40, abs=8)

    def test_groups_that_share_equal_rows_stay_together(self, kept, evaluation, classes):
        draw = np.random.default_rng(2)
        group = np.repeat(np.arange(25), 8)
        x = draw.normal(size=200)
        x[0:40:8] = x[100:140:8]  # groups 0 to 4 share a row each with groups 13 to 16
        y = np.arange(200) % classes if classes else draw.normal(size=200)
        table, _ = kept({"x": x, "g": group, "y": y}, group="g")
        asked = evaluation(Split.GROUP, folds=4)
        split = parts(table, asked)
        assert_together(table.units, [split.search, split.test])
        dealt = assert_dealt(table, asked)
        assert_together(table.units, [fold.validation for fold in dealt])
        assert_together(table.groups, [fold.validation for fold in dealt])

    def test_groups_alone_count_where_most_share_equal_rows(self, made_up, evaluation, classes):
        table = self.table(made_up, classes, distinct=12)
        asked = evaluation(Split.GROUP, folds=4)
        assert_together(table.groups, [fold.validation for fold in assert_dealt(table, asked)])

    def test_a_repeat_deals_anew(self, made_up, evaluation, classes):
        table, asked = self.table(made_up, classes), evaluation(Split.GROUP, folds=4)
        search = parts(table, asked).search
        dealt = [[f.validation.tolist() for f in folds(table, search, asked, 0, repeat)] for repeat in (0, 1)]
        assert dealt[0] != dealt[1]

    def test_more_folds_than_groups_that_are_left_cannot_be_dealt(self, made_up, evaluation, classes):
        table = self.table(made_up, classes)
        with pytest.raises(Unusable, match=r"evaluation.folds must be at most 20, the groups .* but got 21"):
            assert_dealt(table, evaluation(Split.GROUP, folds=21))


def test_folds_of_groups_keep_the_class_shares_as_far_as_they_can(made_up, evaluation):
    draw = np.random.default_rng(0)
    group = draw.integers(40, size=400)
    rare = (group % 8 == 0).astype(int)  # whole groups are of the rare class
    table, _ = made_up(rows=400, more={"g": group, "r": rare}, target="r", group="g", exclude=("y",))
    shares = [table.targets[fold.validation].mean() for fold in assert_dealt(table, evaluation(Split.GROUP, folds=4))]
    assert min(shares) > 0


class TestTime:
    @pytest.fixture
    def table(self, made_up):
        order = np.random.default_rng(0).permutation(100)
        return made_up(rows=100, classes=0, distinct=40, more={"t": order * 0.5}, time="t")[0]

    def test_each_part_is_later_than_what_it_is_trained_on(self, table, evaluation):
        asked = evaluation(Split.TIME, folds=3, test_fraction=0.25)
        split = parts(table, asked)
        assert len(split.test) == 25
        assert table.times[split.search].max() < table.times[split.test].min()
        made = list(folds(table, split.search, asked, seed=0, repeat=0))
        assert [len(fold.train) for fold in made] == [21, 39, 57]
        for fold in made:
            assert len(fold.validation) == 18
            assert table.times[fold.train].max() < table.times[fold.validation].min()

    def test_every_repeat_has_the_same_folds(self, table, evaluation):
        asked = evaluation(Split.TIME, folds=3)
        search = parts(table, asked).search
        one, other = ([f.validation.tolist() for f in folds(table, search, asked, 0, repeat)] for repeat in (0, 5))
        assert one == other

    @pytest.mark.parametrize("rows_a_day", [7, 18])
    def test_rows_of_one_time_stay_together(self, made_up, evaluation, rows_a_day):
        day = np.arange(100) // rows_a_day
        table, _ = made_up(rows=100, classes=0, more={"t": day}, time="t")
        asked = evaluation(Split.TIME, folds=3)
        split = parts(table, asked)
        assert_together(day, [split.search, split.test])
        for fold in folds(table, split.search, asked, seed=0, repeat=0):
            assert len(fold.validation)
            assert day[fold.train].max() < day[fold.validation].min()

    def test_too_few_different_times_cannot_be_dealt(self, made_up, evaluation):
        table, _ = made_up(rows=100, classes=0, more={"t": np.arange(100) // 25}, time="t")
        asked = evaluation(Split.TIME, folds=5)
        with pytest.raises(Unusable, match=r"must have at least 6 different values among 75 rows .* but got 3"):
            list(folds(table, parts(table, asked).search, asked, seed=0, repeat=0))

    def test_it_may_be_a_date(self, made_up, evaluation):
        days = np.datetime64("2020-01-01") + np.arange(100)[::-1]
        table, _ = made_up(rows=100, classes=2, more={"t": days}, time="t")
        assert parts(table, evaluation(Split.TIME)).test.tolist() == list(range(20))
