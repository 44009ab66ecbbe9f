"""Standard errors and paired differences against closed forms."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ridgeline.spec.statistics import paired_difference, standard_error

SCORES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=20)


def test_the_standard_error_is_glmnets() -> None:
    scores = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert standard_error(scores) == pytest.approx(math.sqrt(2.0 / 4))


@given(SCORES)
def test_the_standard_error_is_the_standard_deviation_over_the_root_of_the_folds(scores) -> None:
    expected = statistics.stdev(scores) / math.sqrt(len(scores))
    assert standard_error(scores) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("repeats", "factor"), [(10, 0.5196), (3, 0.563)])
def test_five_folds_have_the_known_corrections(repeats, factor) -> None:
    scores = [math.sin(i) for i in range(5 * repeats)]
    told = paired_difference(scores, [0.0] * len(scores), folds=5)
    assert told.standard_error / statistics.stdev(scores) == pytest.approx(factor, abs=5e-4)


@given(SCORES, st.integers(2, 10))
def test_a_setting_does_not_differ_from_itself(scores, folds) -> None:
    told = paired_difference(scores, scores, folds)
    assert (told.mean, told.standard_error, told.pairs) == (0, 0, len(scores))


@given(SCORES, st.floats(-10, 10), st.integers(2, 10))
def test_turning_a_difference_round_turns_its_sign_only(scores, shift, folds) -> None:
    other = [score * 0.5 + shift for score in scores]
    there, back = paired_difference(scores, other, folds), paired_difference(other, scores, folds)
    assert there.mean == pytest.approx(-back.mean)
    assert there.standard_error == pytest.approx(back.standard_error)


def test_unpaired_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([1.0, 2.0, 3.0], [1.0, 2.0], folds=2)
