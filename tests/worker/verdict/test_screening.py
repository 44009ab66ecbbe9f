"""Screening sends on the best that there is room for, with none and the baseline in any case."""

import numpy as np
import pytest

from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict import goes_on
from ridgeline_worker.verdict.evidence import Contender


@pytest.fixture
def screened(paired_of, contender_of):
    """None first and worst, then settings of l2, the better the higher their number, by how far apart they are."""

    def make(count=6, step=1.0, **known):
        contenders = [contender_of(0, "none"), *(contender_of(n, "l2", strength=10.0**-n) for n in range(1, count))]
        return paired_of([(one, np.full((3, 5), 10.0 - step * one.number)) for one in contenders], final={}, **known)

    return make


class TestWhoGoesOn:
    def test_none_and_the_best_that_there_is_room_for(self, screened):
        assert goes_on(screened(), Direction.MINIMIZE, 3) == (0, 4, 5)

    def test_higher_scores_where_they_are_better(self, screened):
        assert goes_on(screened(), Direction.MAXIMIZE, 3) == (0, 1, 2)

    def test_all_where_there_is_room(self, screened):
        assert goes_on(screened(), Direction.MINIMIZE, 60) == (0, 1, 2, 3, 4, 5)

    def test_the_simplest_of_equals(self, screened):
        assert goes_on(screened(step=0.0), Direction.MINIMIZE, 3) == (0, 1, 2)

    @pytest.mark.parametrize("room", [0, 1])
    def test_none_and_one_more_where_there_is_no_room(self, screened, room):
        assert goes_on(screened(), Direction.MINIMIZE, room) == (0, 5)

    def test_the_baseline_and_the_constant_however_bad(self, paired_of, contender_of):
        baseline = contender_of(3, "dropout", Role.BASELINE, rate=0.9)
        constant = Contender(4, None, frozenset({Role.CONSTANT}))
        scored = [(contender_of(n, "none" if n == 0 else "l2", strength=10.0**-n), n + 1.0) for n in range(3)]
        worst = [(baseline, 50.0), (constant, 60.0)]
        paired = paired_of([(one, np.full((3, 5), score)) for one, score in [*scored, *worst]], final={})
        assert goes_on(paired, Direction.MINIMIZE, 3) == (0, 1, 3, 4)

    def test_the_winner_of_a_cocktail_and_what_is_left_of_it_before_better_ones(self, paired_of, contender_of):
        winner = contender_of(1, "l2", Role.BEST, Role.WINNER, strength=0.1)
        left = [contender_of(n, "dropout", Role.ABLATION, rate=n / 10) for n in (2, 3)]
        better = contender_of(4, "l1", Role.SIMPLIFIED, strength=0.1)
        scored = [(contender_of(0, "none"), 9.0), (winner, 8.0), (left[0], 7.0), (left[1], 6.0), (better, 1.0)]
        paired = paired_of([(one, np.full((3, 5), score)) for one, score in scored], final={})
        chosen = {room: goes_on(paired, Direction.MINIMIZE, room) for room in range(1, 6)}
        assert chosen == {1: (0, 1), 2: (0, 1), 3: (0, 1, 3), 4: (0, 1, 2, 3), 5: (0, 1, 2, 3, 4)}

    def test_nothing_that_failed_but_none(self, paired_of, contender_of):
        failed = np.full((3, 5), np.nan)
        contenders = [contender_of(0, "none"), contender_of(1, strength=0.1), contender_of(2, strength=0.01)]
        paired = paired_of(zip(contenders, [failed, failed, np.ones((3, 5))], strict=True), final={})
        assert goes_on(paired, Direction.MINIMIZE, 9) == (0, 2)
