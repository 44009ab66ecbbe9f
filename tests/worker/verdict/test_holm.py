"""Holm's correction meets published figures and its step-down definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline_worker.verdict.holm import holm

FAMILIES = st.lists(st.floats(0, 1), min_size=1, max_size=12).map(np.array)


def _rejected(p, alpha):
    """Step down: reject the smallest p as long as it is below alpha over what is left."""
    left, rejected = dict(enumerate(p)), set()
    while left:
        smallest = min(left, key=left.get)
        if left[smallest] * len(left) >= alpha:
            break
        rejected.add(smallest)
        del left[smallest]
    return rejected


@pytest.mark.parametrize(
    ("p", "expected"),
    [  # what p.adjust(method = "holm") of R and multipletests of statsmodels give
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.001, 0.02, 0.02, 0.3, 1.0, 1.0], [0.006, 0.1, 0.1, 0.9, 1.0, 1.0]),
        ([0.2], [0.2]),
        ([0.6, 1.0, 0.7], [1.0, 1.0, 1.0]),
    ],
)
def test_adjusted_p_are_as_published(p, expected):
    assert holm(np.array(p)) == pytest.approx(np.array(expected))


@settings(max_examples=25)
@given(FAMILIES, st.floats(0.001, 0.2))
def test_what_it_declares_is_what_stepping_down_declares(p, alpha):
    assert set(np.flatnonzero(holm(p) < alpha)) == _rejected(p, alpha)


@settings(max_examples=25)
@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_order_of_the_family_does_not_matter(p, shuffle):
    order = list(range(len(p)))
    shuffle.shuffle(order)
    assert holm(p[order]) == pytest.approx(holm(p)[order])


@settings(max_examples=25)
@given(FAMILIES)
def test_those_that_were_dropped_still_count(p):
    assert (holm(np.append(p, 1.0))[:-1] >= holm(p)).all()
