"""The curve of a ladder, against the formulas written out in plain Python."""

import math
from statistics import fmean, stdev

import numpy as np
import pytest

from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.ladders import End
from ridgeline_worker.verdict.curve import curve_of

LOSS, GAIN = Direction.MINIMIZE, Direction.MAXIMIZE


def ladder(means, spread, seed=0):
    """Scores of strengths with these means on two repeats of five folds; folds differ far more than strengths do."""
    draw = np.random.default_rng(seed)
    common = draw.normal(size=(2, 5))
    return [mean + common + spread * draw.normal(size=(2, 5)) for mean in means]


def flat(scores):
    return scores.ravel().tolist()


@pytest.mark.parametrize("direction", [LOSS, GAIN])
@pytest.mark.parametrize("seed", range(5))
def test_band_best_and_plateau_are_as_the_formulas_say(direction, seed):
    rungs = ladder([0.5, 0.42, 0.40, 0.41, 0.6], 0.05, seed)
    curve = curve_of(rungs, direction, more_is_stronger=True)
    means = [fmean(flat(scores)) for scores in rungs]
    best = means.index((min if direction is LOSS else max)(means))
    assert curve.best == best
    for place, scores in enumerate(rungs):
        d = [ours - theirs for ours, theirs in zip(flat(scores), flat(rungs[best]), strict=True)]
        error = stdev(d) / math.sqrt(10)
        assert curve.scores[place] == pytest.approx(means[place])
        assert curve.errors[place] == pytest.approx(stdev(flat(scores)) / math.sqrt(10))
        assert curve.differences[place] == pytest.approx(fmean(d))
        assert curve.difference_errors[place] == pytest.approx(error)
        assert curve.in_plateau[place] == (abs(fmean(d)) <= error)


def test_the_plateau_goes_by_pairs_and_not_by_bands():
    curve = curve_of(ladder([0.5, 0.4, 0.6], 0.01), LOSS, more_is_stronger=True)
    assert curve.errors.min() > abs(curve.differences).max()
    assert curve.in_plateau.tolist() == [False, True, False]


def test_the_interval_ends_where_the_plateau_has_a_gap():
    calm = ladder([0.4], 0.0)[0]
    wild = calm + np.resize([1.0, -0.9], (2, 5))
    curve = curve_of([wild, calm + 0.1, calm, wild, calm + 0.1], LOSS, more_is_stronger=True)
    assert curve.in_plateau.tolist() == [True, False, True, True, False]
    assert curve.interval == (2, 3)


@pytest.mark.parametrize(
    ("means", "end"), [([1, 2, 3], End.LOW), ([3, 2, 1], End.HIGH), ([2, 1, 2], None), ([1], End.LOW)]
)
def test_the_best_lies_at_an_end_or_inside(means, end):
    assert curve_of(ladder(means, 0.01), LOSS, more_is_stronger=True).boundary is end


def test_of_equals_the_stronger_is_the_best():
    same = [np.full((1, 5), 0.4)] * 3
    assert curve_of(same, LOSS, more_is_stronger=True).best == 2
    assert curve_of(same, LOSS, more_is_stronger=False).best == 0
    assert curve_of(same, LOSS, more_is_stronger=True).in_plateau.all()


def test_where_training_failed_there_is_a_hole_and_beyond_it_no_end():
    broken = np.array([[0.1, np.nan, 0.1, 0.1, 0.1], [0.1] * 5])
    curve = curve_of([*ladder([3, 2], 0.01), broken, None], LOSS, more_is_stronger=True)
    assert np.isnan(curve.scores).tolist() == [False, False, True, True]
    assert (curve.best, curve.boundary, curve.interval) == (1, None, (1, 1))
    assert curve_of([None, broken], LOSS, more_is_stronger=True) is None
