"""What a network sees of a row, and that nothing but the training rows says how."""

# ruff: noqa: DTZ001 - the times of a table have no zone

import datetime as dt
from math import cos, pi, sin

import numpy as np
import pytest
from sklearn.preprocessing import QuantileTransformer

from ridgeline.spec.study import Imputation, Preparation, Scaling
from ridgeline_worker.data import Fold, Wishes, prepare

LEFT = Fold(np.array([0, 1, 2, 3]), np.array([4, 5]))
PLAIN = Wishes(Preparation(scaling=Scaling.NONE))


def prepared(table, fold=LEFT, wishes=PLAIN):
    return prepare(table, [fold], wishes)[0]


def numbers(table, rows):
    return np.stack([table.numbers(column.name) for column in table.features], axis=1)[rows]


class TestNumbers:
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_training_columns_have_zero_mean_and_unit_variance(self, made_up, dtype):
        table, _ = made_up()
        fold = Fold(np.arange(80), np.arange(80, 120))
        rows = prepared(table, fold, Wishes(dtype=dtype))
        assert rows.train.x.dtype == rows.validation.x.dtype == dtype
        assert rows.train.x.mean(axis=0) == pytest.approx(0.0, abs=1e-6)
        assert rows.train.x.std(axis=0) == pytest.approx(1.0)
        x = numbers(table, fold.train)
        by_hand = (numbers(table, fold.validation) - x.mean(axis=0)) / x.std(axis=0)
        assert rows.validation.x == pytest.approx(by_hand, rel=1e-5, abs=1e-6)

    def test_quantiles_make_any_distribution_normal_but_leave_truth_values_alone(self, kept):
        draw = np.random.default_rng(0)
        skewed = np.exp(3 * draw.normal(size=500))
        table, _ = kept({"a": skewed, "b": draw.normal(size=500) > 1, "y": draw.normal(size=500)})
        fold = Fold(np.arange(400), np.arange(400, 500))
        rows = prepared(table, fold, Wishes(Preparation(scaling=Scaling.QUANTILE)))
        by_hand = QuantileTransformer(n_quantiles=400, output_distribution="normal").fit(skewed[:400, None])
        assert rows.validation.x[:, 0] == pytest.approx(by_hand.transform(skewed[400:, None])[:, 0])
        assert np.abs(rows.train.x[:, 1]).max() < 3
        assert rows.train.x[:, 1].mean() == pytest.approx(0.0, abs=1e-9)

    def test_a_column_that_is_constant_in_training_becomes_zero(self, kept):
        table, _ = kept({"a": [7.0, 7, 7, 7, 7, 7], "b": [1.0, 2, 3, 4, 5, 6], "y": [0.5, 1, 2, 3, 4, 5]})
        rows = prepared(table, wishes=Wishes())
        assert (rows.train.x[:, 0] == 0).all()
        assert (rows.validation.x[:, 0] == 0).all()

    @pytest.mark.parametrize(("imputation", "filled"), [(Imputation.MEDIAN, 2.0), (Imputation.MEAN, 4.0)])
    def test_what_is_missing_is_filled_from_training_and_told(self, kept, imputation, filled):
        a = [1.0, 2, None, 9, float("inf"), 500]
        table, facts = kept({"a": a, "b": [1.0, 2, 3, 4, 5, 6], "y": [0.5, 1, 2, 3, 4, 5]})
        rows = prepared(table, wishes=Wishes(Preparation(scaling=Scaling.NONE, imputation=imputation)))
        assert facts.inputs.numbers == 3
        assert rows.train.x.tolist() == [[1, 0, 1], [2, 0, 2], [filled, 1, 3], [9, 0, 4]]
        assert rows.validation.x.tolist() == [[filled, 1, 5], [500, 0, 6]]

    def test_a_column_without_any_training_value_becomes_zero(self, kept):
        table, _ = kept({"a": [None, None, None, None, 1.0, 2.0], "y": [0.5, 1, 2, 3, 4, 5]})
        rows = prepared(table, wishes=Wishes())
        assert rows.train.x.tolist() == [[0, 1]] * 4
        assert rows.validation.x[:, 1].tolist() == [0, 0]
        assert np.isfinite(rows.validation.x).all()

    def test_rows_are_filled_up_to_a_multiple(self, made_up):
        table, _ = made_up()
        x = prepared(table, wishes=Wishes(multiple=4)).train.x
        assert x.shape == (4, 4)
        assert (x[:, 3] == 0).all()

    def test_a_wide_table_is_the_same_in_pieces(self, kept, monkeypatch):
        draw = np.random.default_rng(0)
        columns = {f"x{i}": draw.normal(size=60) for i in range(7)} | {"w": ["a", "b", None] * 20, "y": np.arange(60.0)}
        columns["x3"][5] = np.nan
        table, _ = kept(columns, task="regression")
        fold = Fold(np.arange(40), np.arange(40, 60))
        whole = prepared(table, fold, Wishes())
        monkeypatch.setattr("ridgeline_worker.data.encode.NUMBERS_AT_ONCE", 130)
        pieces = prepared(table, fold, Wishes())
        np.testing.assert_allclose(pieces.train.x, whole.train.x, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(pieces.validation.x, whole.validation.x, rtol=1e-12, atol=1e-12)


def test_a_date_is_its_day_and_its_place_in_the_week_and_in_the_year(kept):
    dates = [dt.datetime(1970, 1, 5), dt.datetime(2024, 7, 1, 12), None, *[dt.datetime(2000, 1, 1)] * 3]
    table, facts = kept({"d": dates, "y": [0.5, 1, 2, 3, 4, 5]})
    rows = prepared(table)
    assert facts.inputs.numbers == 6
    year = 2 * pi * 4 / 365  # 1970-01-05 was a Monday
    assert rows.train.x[0] == pytest.approx([4, 0, 1, sin(year), cos(year), 0])
    week, year = 2 * pi * 0.5 / 7, 2 * pi * 182.5 / 366
    assert rows.train.x[1] == pytest.approx([19905.5, sin(week), cos(week), sin(year), cos(year), 0])
    assert rows.train.x[2, 5] == 1
    assert np.isfinite(rows.train.x).all()


class TestCategories:
    @pytest.fixture
    def table(self, kept):
        words = ["b", "c", "c", None, "a", "b"]
        return kept({"w": words, "n": [1.0, 2, 3, 4, 5, 6], "v": ["y"] * 5 + ["z"], "y": [0.5, 1, 2, 3, 4, 5]})[0]

    def test_each_has_a_place_in_the_order_of_the_words_and_missing_the_last(self, table):
        x = prepared(table).train.x
        assert x[:, 0].tolist() == [1, 2, 3, 4]
        assert x[:, 1:5].tolist() == [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
        assert x[:, 5:].tolist() == [[1, 0]] * 4

    def test_one_that_training_lacks_is_all_zeros(self, table):
        x = prepared(table).validation.x
        assert x.tolist() == [[5, 0, 0, 0, 0, 1, 0], [6, 0, 1, 0, 0, 0, 0]]

    def test_as_codes_one_that_training_lacks_is_minus_one(self, table):
        wishes = Wishes(Preparation(scaling=Scaling.NONE), codes=True)
        assert prepared(table, wishes=wishes).train.x[:, 1:].tolist() == [[1, 0], [2, 0], [2, 0], [3, 0]]
        assert prepared(table, wishes=wishes).validation.x[:, 1:].tolist() == [[-1, 0], [1, -1]]


class TestArrays:
    @pytest.fixture
    def values(self):
        draw = np.random.default_rng(0)
        return draw.normal([[[5.0]], [[-100.0]]], [[[2.0]], [[30.0]]], size=(50, 2, 3, 4))

    @pytest.fixture
    def table(self, kept, values, monkeypatch):
        import pyarrow as pa  # noqa: PLC0415

        monkeypatch.setattr("ridgeline_worker.data.arrays.NUMBERS_AT_ONCE", 24 * 7)  # seven rows at a time
        values[3, 1, 2, 2] = np.nan
        tensor = pa.FixedShapeTensorArray.from_numpy_ndarray(values)
        return kept(pa.table({"image": tensor, "y": np.arange(50.0)}), task="regression")[0]

    def test_each_channel_is_scaled_by_its_training_rows(self, table, values):
        fold = Fold(np.arange(0, 50, 2), np.arange(1, 50, 2))
        rows = prepared(table, fold, Wishes())
        train = values[fold.train]
        mean, scale = (f(train, axis=(0, 2, 3), keepdims=True) for f in (np.nanmean, np.nanstd))
        expected = (values - mean) / scale
        expected[3, 1, 2, 2] = 0
        assert rows.train.x == pytest.approx(expected[fold.train].reshape(25, -1))
        assert rows.validation.x == pytest.approx(expected[fold.validation].reshape(25, -1))

    def test_a_model_may_see_it_as_one_channel_and_without_scaling(self, table, values):
        wishes = Wishes(Preparation(scaling=Scaling.NONE), channels=1)
        x = prepared(table, Fold(np.arange(20), np.arange(20, 50)), wishes).train.x
        values[3, 1, 2, 2] = np.nanmean(values[:20])
        assert x == pytest.approx(values[:20].reshape(20, -1))


class TestTargets:
    def test_a_number_is_standardized_to_train_and_stays_in_its_units_to_validate(self, made_up):
        table, _ = made_up(classes=0)
        fold = Fold(np.arange(80), np.arange(80, 120))
        rows = prepared(table, fold)
        y = table.targets[fold.train]
        mean, scale = rows.validation.target_mean, rows.validation.target_scale
        assert (mean, scale) == pytest.approx((y.mean(), y.std()))
        assert rows.train.y * scale + mean == pytest.approx(y)
        assert np.array_equal(rows.validation.y, table.targets[fold.validation])

    def test_each_of_several_numbers_has_a_scale_of_its_own_and_a_constant_one_that_of_one(self, kept):
        table, _ = kept(
            {"x": np.arange(6.0), "a": np.arange(6.0) ** 2, "b": [3.0] * 4 + [1.5, 1.0]},
            target=("a", "b"),
            task="multi_target",
        )
        rows = prepared(table)
        assert rows.validation.target_mean.tolist() == [3.5, 3.0]
        assert rows.validation.target_scale[1] == 1.0
        assert rows.train.y[:, 0].std() == pytest.approx(1.0)
        assert (rows.train.y[:, 1] == 0).all()
        assert rows.validation.y.tolist() == [[16, 1.5], [25, 1.0]]

    @pytest.mark.parametrize("classes", [2, 3])
    def test_classes_stay_as_they_are(self, made_up, classes):
        table, _ = made_up(classes=classes)
        rows = prepared(table)
        assert np.array_equal(rows.train.y, table.targets[:4])
        assert (rows.validation.target_mean, rows.validation.target_scale) == (0.0, 1.0)
