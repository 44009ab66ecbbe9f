"""The corrected resampled t meets scipy, a Bayesian package's published figures, and the algebra of its definition."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from ridgeline_worker.verdict.corrected_t import (
    corrected_standard_error,
    interval,
    p_value,
    p_worse,
    probability_better,
    score_interval,
)
from ridgeline_worker.verdict.differences import correlation, difference

SCORES = arrays(np.float64, (4, 5), elements=st.floats(-10, 10).map(lambda x: round(x, 3)))
DRAW = np.random.default_rng(3)
OURS = DRAW.normal(1.0, 0.1, (10, 5))
THEIRS = OURS + DRAW.normal(0.03, 0.1, (10, 5))


class TestTheDifference:
    def test_is_what_numpy_says(self):
        d = difference(OURS, THEIRS)
        assert d.pairs == 50
        assert d.mean == pytest.approx(np.mean(OURS - THEIRS))
        assert d.deviation == pytest.approx(np.std(OURS - THEIRS, ddof=1))
        assert d.correlation == pytest.approx(stats.pearsonr(OURS.ravel(), THEIRS.ravel()).statistic)

    @pytest.mark.parametrize("shift", [0.0, 0.1, 1 / 3])
    def test_has_no_deviation_where_all_are_equal_up_to_rounding(self, shift):
        assert difference(OURS, OURS + shift).deviation == 0.0

    def test_has_no_correlation_where_one_side_does_not_vary(self):
        assert correlation(np.full((10, 5), 0.7), THEIRS) is None

    @pytest.mark.parametrize("bad", [np.nan, np.inf])
    def test_refuses_scores_that_are_not_finite(self, bad):
        with pytest.raises(ValueError, match="finite"):
            difference(OURS, np.where(np.arange(5) == 2, bad, THEIRS))

    def test_refuses_a_single_pair(self):
        with pytest.raises(ValueError, match="at least 2 pairs"):
            difference(np.ones((1, 1)), np.zeros((1, 1)))

    @settings(max_examples=25)
    @given(SCORES, SCORES)
    def test_of_the_other_way_round_is_the_negative(self, a, b):
        there, back = difference(a, b), difference(b, a)
        assert (there.mean, there.deviation) == (-back.mean, back.deviation)
        assert there.correlation == pytest.approx(back.correlation)


class TestTheCorrectedStandardError:
    @pytest.mark.parametrize(("repeats", "expected"), [(10, 0.5196), (3, 0.5627)])
    def test_of_five_folds_is_as_published(self, repeats, expected):
        assert corrected_standard_error(1.0, 5 * repeats, 1 / 4) == pytest.approx(expected, abs=5e-5)

    def test_never_falls_below_half_of_the_deviation_with_five_folds(self):
        assert corrected_standard_error(1.0, 10**9, 1 / 4) == pytest.approx(0.5)


class TestTheTest:
    def test_without_overlap_is_the_paired_t_test_of_scipy(self):
        expected = stats.ttest_rel(OURS.ravel(), THEIRS.ravel())
        d = difference(OURS, THEIRS)
        assert p_value(d, 0.0) == pytest.approx(expected.pvalue)
        low, high = expected.confidence_interval(0.95)
        assert (interval(d, 0.0).low, interval(d, 0.0).high) == pytest.approx((low, high))

    def test_with_overlap_divides_scipys_t_by_the_root_of_one_plus_pairs_times_the_share(self):
        t = stats.ttest_rel(OURS.ravel(), THEIRS.ravel()).statistic / math.sqrt(1 + 50 / 4)
        d = difference(OURS, THEIRS)
        assert p_value(d, 1 / 4) == pytest.approx(2 * stats.t(49).sf(abs(t)))
        assert p_worse(d, 1, 1 / 4) == pytest.approx(stats.t(49).sf(t))
        assert probability_better(d, 1, 1 / 4) == pytest.approx(stats.t(49).cdf(-t))

    def test_meets_the_probability_that_baycomp_gives(self):
        first = np.array([[74.0, 71.5, 69.3, 72.2, 75.1], [70.8, 73.3, 72.9, 68.8, 74.6]])
        second = np.array([[72.1, 71.9, 68.0, 70.9, 73.8], [70.1, 71.7, 73.4, 68.1, 72.5]])
        # baycomp 1.0.3: two_on_single(first, second, rope=0, runs=2)
        assert probability_better(difference(first, second), -1, 1 / 4) == pytest.approx(0.955852439526809)

    def test_of_differences_that_never_vary_is_one_with_a_point_interval(self):
        d = difference(OURS, OURS + 0.1)
        assert p_value(d, 1 / 4) == p_worse(d, 1, 1 / 4) == 1.0
        assert interval(d, 1 / 4).low == interval(d, 1 / 4).high == d.mean
        assert [probability_better(d, sign, 1 / 4) for sign in (1, -1)] == [1.0, 0.0]
        assert probability_better(difference(OURS, OURS), 1, 1 / 4) == 0.5

    @settings(max_examples=25)
    @given(SCORES, SCORES, st.floats(0.01, 100))
    def test_does_not_depend_on_the_unit_of_scores(self, a, b, unit):
        one, other = difference(a, b), difference(unit * a, unit * b)
        assert p_value(other, 1 / 4) == pytest.approx(p_value(one, 1 / 4), rel=1e-6, abs=1e-12)
        width = interval(one, 1 / 4).high - interval(one, 1 / 4).low
        assert interval(other, 1 / 4).high - interval(other, 1 / 4).low == pytest.approx(unit * width, rel=1e-6)

    @settings(max_examples=25)
    @given(SCORES, SCORES)
    def test_finds_a_difference_exactly_where_the_interval_excludes_zero(self, a, b):
        d = difference(a, b)
        limits = interval(d, 1 / 4)
        if d.deviation > 0 and abs(p_value(d, 1 / 4) - 0.05) > 1e-9:
            assert (p_value(d, 1 / 4) < 0.05) == (limits.low > 0 or limits.high < 0)

    @settings(max_examples=25)
    @given(SCORES, SCORES)
    def test_turned_round_with_the_direction_is_the_same(self, a, b):
        d, turned = difference(a, b), difference(-a, -b)
        assert probability_better(d, 1, 1 / 4) == probability_better(turned, -1, 1 / 4)
        assert p_worse(d, 1, 1 / 4) == p_worse(turned, -1, 1 / 4)

    @settings(max_examples=25)
    @given(SCORES, SCORES)
    def test_probabilities_of_being_better_add_up_to_one(self, a, b):
        there = probability_better(difference(a, b), 1, 1 / 4)
        assert there + probability_better(difference(b, a), 1, 1 / 4) == pytest.approx(1.0)


def test_the_interval_of_a_score_is_that_of_its_difference_to_zero():
    standard_error, limits = score_interval(OURS, 1 / 4)
    d = difference(OURS, np.zeros((10, 5)))
    assert (limits.low, limits.high) == pytest.approx((interval(d, 1 / 4).low, interval(d, 1 / 4).high))
    assert standard_error == pytest.approx(corrected_standard_error(d.deviation, 50, 1 / 4))
