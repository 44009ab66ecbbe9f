"""A gain is shown, not shown or excluded, by Holm's p and the intervals of the difference to none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.verdict import Gain
from ridgeline_worker.verdict.gain import gained
from ridgeline_worker.verdict.ties import tie_set

FAMILY = (1, 2, 3, 4)
HALF = np.sqrt(1 / 50 + 91 / 364)
"""SE_c of a unit s_d."""


def _against_none(means, deviation=0.1, seed=0):
    """Scores whose differences to none have exactly these means and this deviation."""
    draw = np.random.default_rng(seed)
    none = draw.normal(1.0, 0.1, (10, 5))
    noise = draw.normal(size=(len(means), 50))
    noise = (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, ddof=1, keepdims=True)
    others = none + np.array(means)[:, None, None] + deviation * noise.reshape(-1, 10, 5)
    return np.concatenate([none[None], others])


class TestTheGain:
    def test_is_shown_where_the_corrected_p_survives_holm(self, ladder, field_of):
        found = gained(field_of(ladder, _against_none([-0.25, 0.0, 0.01, 0.02])), 0, FAMILY, None)
        p = 2 * stats.t(49).sf(0.25 / (0.1 * HALF))
        assert found.holm_p[1] == pytest.approx(4 * p)
        assert (found.gain, found.shown) == (Gain.SHOWN, (1,))

    def test_is_not_shown_where_only_the_uncorrected_p_is_small(self, ladder, field_of):
        found = gained(field_of(ladder, _against_none([-0.12, 0.0, 0.01, 0.02])), 0, FAMILY, None)
        p = 2 * stats.t(49).sf(0.12 / (0.1 * HALF))
        assert p < 0.05 < 4 * p
        assert (found.gain, found.shown) == (Gain.NOT_SHOWN, ())

    def test_those_that_were_dropped_count_in_the_family_with_a_p_of_one(self, ladder, field_of):
        field = field_of(ladder, _against_none([-0.16, 0.0, 0.01, 0.02]))
        assert gained(field, 0, FAMILY, None).gain is Gain.SHOWN
        many = gained(field, 0, tuple(range(1, 60)), None)
        assert many.gain is Gain.NOT_SHOWN
        assert many.holm_p[59] == 1.0

    def test_is_not_shown_for_being_surely_worse(self, ladder, field_of):
        found = gained(field_of(ladder, _against_none([0.4, 0.4, 0.4, 0.4])), 0, FAMILY, None)
        assert found.holm_p[1] < 0.05
        assert (found.gain, found.shown, found.possible) == (Gain.NOT_SHOWN, (), 0.0)

    def test_possible_is_the_upper_limit_of_the_best_interval(self, ladder, field_of):
        found = gained(field_of(ladder, _against_none([-0.02, 0.0, 0.01, 0.02])), 0, FAMILY, None)
        assert found.possible == pytest.approx(0.02 + stats.t(49).ppf(0.975) * 0.1 * HALF)

    @pytest.mark.parametrize(
        ("least", "expected"), [(0.2, Gain.EXCLUDED), (0.1, Gain.NOT_SHOWN), (None, Gain.NOT_SHOWN)]
    )
    def test_is_excluded_where_every_upper_limit_is_below_the_least_gain(self, ladder, field_of, least, expected):
        field = field_of(ladder, _against_none([-0.02, 0.0, 0.01, 0.02]))
        assert gained(field, 0, FAMILY, least).gain is expected

    def test_that_is_shown_is_not_excluded_however_small(self, ladder, field_of):
        field = field_of(ladder, _against_none([-0.02, 0.0, 0.01, 0.02], deviation=0.001))
        assert gained(field, 0, FAMILY, 1.0).gain is Gain.SHOWN

    def test_of_settings_that_never_differ_is_not_shown(self, ladder, field_of):
        found = gained(field_of(ladder, _against_none([0.0, 0.0, 0.0, 0.0], deviation=0.0)), 0, FAMILY, None)
        assert found.gain is Gain.NOT_SHOWN
        assert set(found.holm_p.values()) == {1.0}

    def test_without_scores_of_none_is_not_shown_and_no_gain_is_known(self, ladder, field_of):
        field = field_of(ladder[1:], _against_none([-0.5, -0.5, -0.5, -0.5])[1:])
        found = gained(field, 0, FAMILY, 1.0)
        assert (found.gain, found.possible) == (Gain.NOT_SHOWN, None)

    @settings(max_examples=25)
    @given(st.lists(st.floats(-0.3, 0.3), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
    def test_turns_with_the_direction(self, ladder, field_of, means, seed):
        scores = _against_none(means, seed=seed)
        down = gained(field_of(ladder, scores), 0, FAMILY, 0.1)
        up = gained(field_of(ladder, -scores, Direction.MAXIMIZE), 0, FAMILY, 0.1)
        assert (down.gain, down.shown, down.holm_p) == (up.gain, up.shown, up.holm_p)
        assert down.possible == pytest.approx(up.possible)


class TestTheTieSet:
    def test_holds_the_lowest_and_those_not_surely_worse(self, ladder, field_of):
        field = field_of(ladder, _against_none([0.05, 0.3, 0.02, 0.4]))
        assert tie_set(field, entered=5) == (0, 1, 3)

    def test_has_its_limit_at_one_sided_level_over_the_others(self, ladder, field_of):
        limit = stats.t(49).isf(0.05 / 4) * 0.1 * HALF
        field = field_of(ladder, _against_none([0.99 * limit, 1.01 * limit, 0.0, 0.5]))
        assert field.lowest in {0, 3}
        if field.lowest == 0:
            assert 1 in tie_set(field, entered=5)
            assert 2 not in tie_set(field, entered=5)
            assert 2 in tie_set(field, entered=50)

    def test_of_one_contender_is_that_one(self, ladder, field_of):
        assert tie_set(field_of(ladder[:1], _against_none([0.0])[:1]), entered=1) == (0,)

    @settings(max_examples=25)
    @given(st.lists(st.floats(-0.3, 0.3), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
    def test_holds_what_is_recommended(self, ladder, field_of, means, seed):
        field = field_of(ladder, _against_none(means, seed=seed))
        assert field.contenders[field.recommended].number in tie_set(field, entered=5)
