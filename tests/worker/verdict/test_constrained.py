"""A constraint holds when its one-sided bound does, and what keeps all of them is chosen among."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.objectives import Kept
from ridgeline_worker.verdict import recommend
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.constrained import kept
from ridgeline_worker.verdict.estimates import mean

SHARE, REPEATS, FOLDS = 91 / 364, 4, 5
SPARSE = Constraint(measure=Measure.SPARSITY, at_least=0.5)


def _scores(means, seed=0, spread=0.01):
    noise = np.random.default_rng(seed).normal(0, spread, size=(REPEATS, FOLDS))
    own = np.random.default_rng(seed + 1).normal(0, spread / 20, size=(len(means), REPEATS, FOLDS))
    return np.array(means)[:, None, None] + noise + own


@given(st.floats(0.3, 0.7), st.floats(0.001, 0.2), st.floats(0.05, 0.95), st.integers(0, 1000))
def test_a_constraint_and_its_mirror_image_are_kept_alike(centre, spread, bound, seed):
    values = centre + spread * np.random.default_rng(seed).normal(size=(REPEATS, FOLDS))
    above = kept(Constraint(measure=Measure.R2, at_least=bound), mean(values, SHARE))
    assert above is kept(Constraint(measure=Measure.RMSE, at_most=2 - bound), mean(2 - values, SHARE))
    half = 1.729132811521367 * np.sqrt((1 / 20 + SHARE) * values.var(ddof=1))  # Student's 0.95 with 19 degrees
    if abs(abs(values.mean() - bound) - half) > 1e-9:
        assert above is (
            Kept.HOLDS
            if values.mean() - half >= bound
            else Kept.FAILS
            if values.mean() + half < bound
            else Kept.NOT_SHOWN
        )


def test_what_does_not_vary_keeps_a_bound_that_it_meets():
    for value, expected in ((0.5, Kept.HOLDS), (0.499, Kept.FAILS)):
        assert kept(SPARSE, mean(np.full((REPEATS, FOLDS), value), SHARE)) is expected
    assert kept(SPARSE, None) is Kept.NOT_SHOWN


def test_what_is_just_at_its_bound_seems_to_keep_it_once_in_twenty():
    """Of 300 means of independent values, for which no correction is due, 15 +- 12 (three standard errors)."""
    draw, limit = np.random.default_rng(0), Constraint(measure=Measure.R2, at_least=0.8)
    seemed = [kept(limit, mean(0.8 + 0.05 * draw.normal(size=(REPEATS, FOLDS)), 0.0)) for _ in range(300)]
    assert 3 <= seemed.count(Kept.HOLDS) <= 27


class TestTheChoice:
    def test_is_made_among_those_that_keep_every_constraint(self, ladder, paired_of):
        """None is best and simplest; 3 and 4 are sparse; 4 is more than a standard error worse than 3."""
        scores = _scores([0.20, 0.21, 0.22, 0.24, 0.30])
        sparsity = {number: np.full((REPEATS, FOLDS), 0.9 if number > 2 else 0.1) for number in range(5)}
        paired = paired_of(list(zip(ladder, scores, strict=True)), measures={Measure.SPARSITY: sparsity})
        assert recommend(paired, Direction.MINIMIZE) == 0
        assert recommend(paired, Direction.MINIMIZE, [SPARSE]) == 3

    def test_is_made_without_where_nobody_keeps_them(self, ladder, paired_of):
        paired = paired_of(list(zip(ladder, _scores([0.20, 0.21, 0.22, 0.24, 0.30]), strict=True)))
        assert recommend(paired, Direction.MINIMIZE, [SPARSE]) == 0

    @settings(max_examples=25)
    @given(st.integers(0, 1000), st.sets(st.integers(0, 4), min_size=1))
    def test_is_that_of_a_final_of_these_alone(self, ladder, paired_of, seed, numbers):
        scores = _scores(np.random.default_rng(seed).normal(0.2, 0.01, size=5), seed)
        pairs = list(zip(ladder, scores, strict=True))
        field, alone = (Field.of(paired_of(each), Direction.MINIMIZE) for each in (pairs, [pairs[n] for n in numbers]))
        cut = field.only(numbers)
        assert cut.contenders == alone.contenders
        assert (cut.recommended, cut.simplest, cut.lowest) == (alone.recommended, alone.simplest, alone.lowest)
        assert cut.differences == alone.differences
        assert cut.corrected == pytest.approx(alone.corrected)
