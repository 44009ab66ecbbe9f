"""A ladder's strengths, the kinds that get one, how it goes on beyond an end, and what it says."""

from types import SimpleNamespace

import numpy as np
import pytest

from ridgeline.kinds import CATALOGUE, Range
from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import Setting
from ridgeline.spec.views.ladders import End
from ridgeline.spec.views.verdict import Role, WarningCode
from ridgeline_worker.verdict import Case, Contender, Ladder, Searched, judge, ladder_kinds
from ridgeline_worker.verdict.rung_values import beyond, legal, spaced

CALM = np.random.default_rng(0).normal(size=(1, 5)) / 10


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (Range(low=1e-4, high=1.0, log=True), [1e-4, 1e-3, 1e-2, 1e-1, 1.0]),
        (Range(low=0.0, high=0.8), [0.0, 0.2, 0.4, 0.6, 0.8]),
        ((5.0, 1.0, 3.0), [1.0, 3.0, 5.0]),
        (tuple(float(i) for i in range(9)), [0.0, 2.0, 4.0, 6.0, 8.0]),
    ],
)
def test_strengths_are_spaced_as_they_were_searched(search, expected):
    assert spaced(search, 5) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("kind", "name", "search", "upward", "expected"),
    [
        ("l2", "strength", Range(low=1e-7, high=1.0, log=True), True, [10.0, 100.0, 1000.0]),
        ("l2", "strength", Range(low=1e-7, high=1.0, log=True), False, [1e-8, 1e-9, 1e-10]),
        ("dropout", "rate", Range(low=0.1, high=0.8), True, [0.9, 0.95, 0.975]),  # 1 is illegal
        ("dropout", "rate", Range(low=0.1, high=0.8), False, [0.0]),  # 0 is the least
        ("cutmix", "probability", Range(low=0.3, high=1.0), True, []),  # 1 is the most
        ("weight_decay", "tau", Range(low=1.0, high=128.0, log=True), False, [0.5, 0.25, 0.25 - 0.25 / 6]),
    ],
)
def test_a_ladder_goes_on_by_its_own_steps_and_stays_legal(verdict_study, kind, name, search, upward, expected):
    study = verdict_study(training={"batch_size": 31})  # 364 rows of a fold: 12 steps an epoch, tau at least 1/6
    bounds = legal(study, kind, name)
    found = beyond(search.high if upward else search.low, search, bounds, 3, upward=upward)
    assert found == pytest.approx(expected)
    assert all(CATALOGUE[kind].bounds[name].allows(value) for value in found)


def scored(loss):
    """Scores with this mean; pairs differ by a little."""
    return loss + CALM


@pytest.fixture
def case(verdict_study, contender_of, paired_of):
    """The evidence of a study whose contenders have these losses, none first."""

    def make(losses, last=Role.BEST, **asked):
        asked.setdefault("regularizers", ["l2", {"kind": "dropout", "rate": 0.5}, "elastic_net", "max_norm"])
        study = verdict_study(**asked)
        contenders = [
            contender_of(0, "none"),
            contender_of(1, "l2", strength=1e-3),
            contender_of(2, "dropout", Role.BEST, rate=0.5),
            contender_of(3, "elastic_net", strength=1e-3, l1_ratio=0.3),
            contender_of(4, "max_norm", last, limit=2.0),
        ]
        draw = np.random.default_rng(1)
        final = [(one, loss + 0.001 * draw.normal(size=(3, 5))) for one, loss in zip(contenders, losses, strict=True)]
        return Case(study, paired_of(final), Searched((), None, 8, 3, None))

    return make


def test_recommended_comes_first_then_ties_then_the_best_scores(case):
    found = case([0.5, 0.4, 0.2, 0.3, 0.6])
    assert found.chosen.setting.regularizer == "dropout"
    assert ladder_kinds(found) == ("elastic_net", "l2", "max_norm")  # nothing of dropout is searched
    found = case([0.5, 0.4, 0.6, 0.4, 0.41])
    assert found.chosen.setting.regularizer == "l2"
    assert ladder_kinds(found) == ("l2", "elastic_net", "max_norm")
    baseline = case([0.5, 0.4, 0.6, 0.4, 0.41], last=Role.BASELINE)
    assert ladder_kinds(baseline) == ("l2", "elastic_net")  # of max_norm no trial is complete
    assert ladder_kinds(case([0.5, 0.4, 0.6, 0.4, 0.41], mode="cocktail", regularizers=["l2", "max_norm"])) == ()


def test_other_strengths_stay_at_the_best_of_the_search(case):
    ladder = Ladder.of(case([0.5, 0.4, 0.2, 0.3, 0.6]), "elastic_net", 8)
    assert len(ladder.values) == 8
    assert (ladder.values[0], ladder.values[-1]) == (1e-6, 1e-1)
    assert ladder.setting(0.01).strengths == {"strength": 0.01, "l1_ratio": 0.3}


def climb(ladder, losses, none=9.0):
    scores = {value: scored(loss) for value, loss in zip(ladder.values, losses, strict=True)}
    return scores, scored(none)


class TestGoingOn:
    @pytest.fixture
    def ladder(self, case):
        return Ladder.of(case([0.5, 0.4, 0.2, 0.3, 0.6]), "l2", 8)

    def test_where_the_best_is_inside_it_does_not(self, ladder):
        assert ladder.further(*climb(ladder, [8, 7, 6, 5, 4, 3, 2, 3]), 9) == ()

    def test_past_the_end_of_the_best_by_three_as_far_as_there_is_room(self, ladder):
        falling = climb(ladder, [8, 7, 6, 5, 4, 3, 2, 1])
        assert len(ladder.further(*falling, 9)) == 3
        assert len(ladder.further(*falling, 2)) == 2
        assert ladder.further(*falling, 0) == ()
        assert min(ladder.further(*falling, 9)) > 1.0
        assert max(ladder.further(*climb(ladder, [1, 2, 3, 4, 5, 6, 7, 8]), 9)) < 1e-6

    def test_not_towards_none_where_none_is_as_good(self, ladder):
        scores, none = climb(ladder, [1, 2, 3, 4, 5, 6, 7, 8], none=1.0)
        assert ladder.further(scores, none, 9) == ()
        assert ladder.view(scores, none).boundary is End.LOW
        assert "beyond which it fades to none, which is as good" in ladder.view(scores, none).statement

    def test_not_beyond_a_list(self, case):
        asked = [{"kind": "l2", "strength": [1e-3, 1e-2, 1e-1]}, "elastic_net", "max_norm", {"kind": "dropout"}]
        ladder = Ladder.of(case([0.5, 0.4, 0.2, 0.3, 0.6], regularizers=asked), "l2", 8)
        falling = climb(ladder, [3, 2, 1])
        assert ladder.values == (1e-3, 1e-2, 1e-1)
        assert ladder.further(*falling, 9) == ()
        assert "of the numbers that were asked for: add higher ones" in ladder.view(*falling).statement

    def test_what_lies_beyond_is_told_and_a_new_best_inside_is_no_boundary(self, ladder):
        longer = ladder.longer((10.0, 100.0, 1000.0))
        view = longer.view(*climb(longer, [8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0.7, 0.9]))
        assert (view.best, view.boundary, view.beyond) == (10.0, None, (10.0, 100.0, 1000.0))
        assert (view.plateau.low, view.plateau.high) == (10.0, 10.0)
        assert view.none.difference_to_best == pytest.approx(8.5)
        assert "went on by itself to 10, 100 and 1e+03" in view.statement
        still = longer.view(*climb(longer, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0.4]))
        assert still.boundary is End.HIGH
        assert "though the ladder went on beyond what was searched" in still.statement

    def test_a_strength_whose_training_failed_is_told(self, ladder):
        scores, _ = climb(ladder, [8, 7, 6, 5, 4, 3, 2, 1])
        broken = scores | {ladder.values[-1]: np.full((1, 5), np.nan)}
        view = ladder.view(broken, np.full((1, 5), np.nan))
        assert (view.rungs[-1].score, view.none, view.boundary) == (None, None, None)
        assert "Training gave no score at 1." in view.statement
        assert ladder.view(dict.fromkeys(ladder.values, broken[ladder.values[-1]]), None) is None


class TestVerdict:
    """What the ladder of the recommended kind says in the verdict."""

    @pytest.fixture
    def told(self, case):
        def make(losses, more=(), strength=1e-3):
            found = case([0.5, 0.1, 0.4, 0.3, 0.6])
            at = Contender(
                1,
                Setting(regularizer="l2", strengths={"strength": strength}, learning_rate=1e-3),
                frozenset({Role.BEST}),
            )
            contenders = tuple(at if one.number == 1 else one for one in found.paired.contenders)
            paired = type(found.paired)(**{**vars(found.paired), "contenders": contenders})
            ladder = Ladder.of(found, "l2", 8).longer(more)
            view = ladder.view(*climb(ladder, losses))
            searched = Searched((), None, 8, 3, None, ladders=(view,))
            verdict = judge(found.study, paired, None, None, searched, study_id="1")
            warned = [each.text for each in verdict.warnings if each.code is WarningCode.BOUNDARY_OPTIMUM]
            return SimpleNamespace(verdict=verdict, warned=warned, view=view)

        return make

    def test_the_plateau_is_in_the_paragraph(self, told):
        found = told([8, 7, 6, 5, 4, 4 - 1e-9, 5, 6])
        assert found.verdict.ladder == found.view
        assert found.verdict.recommended.regularizer == "l2"
        assert "Of 8 strengths of l2 on further folds, strength 0.0193 is the best" in found.verdict.paragraph

    def test_a_best_inside_takes_the_warning_away_and_one_at_the_end_gives_it(self, told):
        assert told([8, 7, 6, 5, 4, 3, 2, 3], strength=1.0).warned == []
        (warned,) = told([8, 7, 6, 5, 4, 3, 2, 1]).warned
        assert warned.startswith("on a ladder of l2.strength the best lies at the upper end, 1, and there was no room")
        (warned,) = told([8, 7, 6, 5, 4, 3, 2, 1, 0.5, 0.7], more=(10.0, 100.0)).warned
        assert "the best is 10, beyond what was searched (as good: 10): search a range around it" in warned


def test_a_higher_score_may_be_the_better_one(case):
    found = case([0.5, 0.4, 0.2, 0.3, 0.6], objective={"metric": "accuracy"})
    ladder = Ladder.of(found, "l2", 8)
    assert found.study.objective.direction is Direction.MAXIMIZE
    view = ladder.view(*climb(ladder, [1, 2, 3, 4, 5, 4, 3, 2], none=0.5))
    assert view.best == ladder.values[4]
    assert "4.5 worse" in view.statement
