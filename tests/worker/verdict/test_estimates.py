"""Measures have intervals: of a mean by the corrected t, of a median of timings by order statistics."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ridgeline.spec.measures import Measure
from ridgeline_worker.verdict.estimates import estimates, mean, median

SHARE = 91 / 364


@given(st.integers(0, 2**32 - 1))
def test_a_mean_has_the_corrected_t_on_two_sides_and_on_one(seed):
    values = np.random.default_rng(seed).normal(0.9, 0.02, size=(4, 5))
    found, error = mean(values, SHARE), math.sqrt((1 / 20 + SHARE) * values.var(ddof=1))
    assert found.value == pytest.approx(values.mean())
    two, one = stats.t.ppf(0.975, 19) * error, stats.t.ppf(0.95, 19) * error
    assert (found.limits.low, found.limits.high) == pytest.approx((values.mean() - two, values.mean() + two))
    assert (found.bounds.low, found.bounds.high) == pytest.approx((values.mean() - one, values.mean() + one))


@given(st.integers(0, 2**32 - 1))
def test_a_median_of_nine_has_the_order_statistics_of_scipy(seed):
    timings = np.random.default_rng(seed).lognormal(size=9)
    found, reference = median(timings), stats.quantile_test(timings, p=0.5)
    assert found.value == np.median(timings)
    assert (found.limits.low, found.limits.high) == tuple(reference.confidence_interval(0.95))
    upper = stats.quantile_test(timings, p=0.5, alternative="less").confidence_interval(0.95)
    assert found.bounds.high == upper[1]


def test_a_median_of_few_has_no_interval():
    with pytest.raises(ValueError, match="at least 6 timings but got 5"):
        median(np.ones(5))


def test_limits_stay_within_what_a_measure_can_be_and_failures_are_left_out():
    values = {0: np.array([[1.0, 0.98], [1.0, 0.9]]), 1: np.array([[0.9, np.nan], [0.9, 0.8]])}
    timings = {0: np.linspace(1.0, 2.0, 9)[None], 1: np.array([[np.nan]])}
    found = estimates({Measure.ACCURACY: values, Measure.TRAINING_SECONDS: timings}, SHARE)
    assert set(found[Measure.ACCURACY]) == set(found[Measure.TRAINING_SECONDS]) == {0}
    assert found[Measure.ACCURACY][0].limits.high == 1.0
    assert found[Measure.TRAINING_SECONDS][0].value == 1.5
