"""The front holds what nobody is better than in both objectives; equals are on it together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ridgeline_worker.verdict.front import front, trade_off

LOSSES = st.integers(1, 8).flatmap(lambda n: arrays(float, (n, 2), elements=st.integers(0, 4).map(float)))


@given(LOSSES)
def test_the_front_is_what_nobody_dominates(losses):
    def dominates(a, b):
        return a[0] <= b[0] and a[1] <= b[1] and (a[0] < b[0] or a[1] < b[1])

    expected = [not any(dominates(other, one) for other in losses) for one in losses]
    assert front(losses).tolist() == expected
    assert any(expected)


def test_equals_are_on_the_front_together():
    assert front(np.array([[1.0, 2.0], [1.0, 2.0], [1.0, 3.0], [2.0, 1.0]])).tolist() == [True, True, False, True]


class TestTheTradeOff:
    """Contenders differ by 0.001 +- 0.01 on every pair, so that one standard error is about 0.0022."""

    def field(self, ladder, field_of, means):
        draw = np.random.default_rng(0)
        noise = draw.normal(0, 0.01, size=(len(means), 4, 5))
        noise -= noise.mean(axis=(1, 2), keepdims=True)
        return field_of(ladder, np.array(means)[:, None, None] + noise)

    def test_is_the_best_in_the_second_among_those_near_the_best(self, ladder, field_of):
        field = self.field(ladder, field_of, [0.2, 0.201, 0.2005, 0.3, 0.4])
        assert trade_off(field, np.array([0.0, -0.5, -0.4, -0.9, -0.95])) == 1

    def test_takes_the_lower_loss_of_equals_then_the_simpler(self, ladder, field_of):
        field = self.field(ladder, field_of, [0.2, 0.201, 0.2005, 0.3, 0.4])
        assert trade_off(field, np.array([0.0, -0.5, -0.5, -0.9, -0.9])) == 2

    def test_leaves_out_what_is_not_known(self, ladder, field_of):
        field = self.field(ladder, field_of, [0.2, 0.201, 0.2005, 0.3, 0.4])
        assert trade_off(field, np.array([0.0, np.nan, np.nan, -0.9, -0.9])) == 0
        assert trade_off(field, np.full(5, np.nan)) is None
