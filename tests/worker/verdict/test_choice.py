"""Settings stand in a full order of simplicity, and the simplest within a standard error of the best is chosen."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ridgeline.kinds import CATALOGUE
from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import Setting
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict import NoContender, recommend
from ridgeline_worker.verdict.evidence import Contender
from ridgeline_worker.verdict.simplicity import rank

SEEDS = st.integers(0, 2**32 - 1)


def _scores(seed, contenders=5):
    """Contenders that share most of their luck; some are clearly worse."""
    draw = np.random.default_rng(seed)
    shared = draw.normal(1.0, 0.1, (4, 5))
    means = draw.choice([0.0, 0.005, 0.02, 0.2], size=contenders)
    return shared + means[:, None, None] + draw.normal(0.0, 0.05, (contenders, 4, 5))


def _by_hand(scores, direction, standard_error):
    """The first of the ladder within a standard error of the lowest mean, in plain loops."""
    losses = [direction.sign * each.mean() for each in scores]
    best = losses.index(min(losses))
    for place, each in enumerate(scores):
        d = direction.sign * (each - scores[best]).ravel()
        if d.mean() <= standard_error(d):
            return place
    raise AssertionError


class TestTheOrderOfSimplicity:
    def test_kinds_stand_as_they_are_ranked(self, contender_of):
        kinds = ["none", "weight_decay", "l2", "dropout", "l1", "elastic_net"]
        ranks = [rank(contender_of(9 - place, kind)) for place, kind in enumerate(kinds)]
        assert ranks == sorted(ranks)

    def test_other_kinds_follow_by_cost_and_then_by_name(self, contender_of):
        others = [name for name, kind in CATALOGUE.items() if kind.simplicity == 6]
        ordered = sorted(others, key=lambda name: (CATALOGUE[name].relative_cost, name))
        assert sorted(others, key=lambda name: rank(contender_of(0, name))) == ordered
        assert rank(contender_of(0, "elastic_net")) < rank(contender_of(0, ordered[0]))

    @pytest.mark.parametrize(
        ("kind", "stronger", "weaker"),
        [
            ("l2", {"strength": 1e-1}, {"strength": 1e-3}),
            ("weight_decay", {"tau": 5.0}, {"tau": 50.0}),
            ("max_norm", {"limit": 1.0}, {"limit": 3.0}),
            ("elastic_net", {"strength": 1e-2, "l1_ratio": 0.1}, {"strength": 1e-3, "l1_ratio": 0.9}),
            ("elastic_net", {"strength": 1e-2, "l1_ratio": 0.9}, {"strength": 1e-2, "l1_ratio": 0.1}),
        ],
    )
    def test_within_a_kind_more_regularization_comes_first(self, contender_of, kind, stronger, weaker):
        assert rank(contender_of(2, kind, **stronger)) < rank(contender_of(1, kind, **weaker))

    def test_mixes_follow_single_kinds_by_the_number_of_ingredients_and_then_their_sum(self):
        def mix(*kinds):
            strengths = {f"{kind}.{name}": 1.0 for kind in kinds for name in CATALOGUE[kind].bounds}
            return rank(
                Contender(0, Setting(regularizer="cocktail", strengths=strengths, learning_rate=1e-3), frozenset())
            )

        single = rank(Contender(0, Setting(regularizer="sam", strengths={"rho": 1.0}, learning_rate=1e-3), frozenset()))
        ordered = [
            single,
            mix("l2", "dropout"),
            mix("l2", "l1"),
            mix("dropout", "l1"),
            mix("weight_decay", "l2", "dropout"),
        ]
        assert ordered == sorted(ordered)
        assert mix("dropout", "l2") == mix("l2", "dropout")

    def test_the_reference_comes_before_none_at_another_learning_rate(self, contender_of):
        assert rank(contender_of(5, "none", Role.NONE)) < rank(contender_of(1, "none", Role.DEFAULT))

    def test_the_constant_prediction_stands_nowhere(self):
        with pytest.raises(ValueError, match="constant"):
            rank(Contender(0, None, frozenset({Role.CONSTANT})))


class TestTheChoice:
    @settings(max_examples=25)
    @given(SEEDS, st.sampled_from(Direction))
    def test_is_the_simplest_within_a_plain_standard_error(self, ladder, field_of, seed, direction):
        scores = _scores(seed)
        expected = _by_hand(scores, direction, lambda d: d.std(ddof=1) / np.sqrt(len(d)))
        assert field_of(ladder, scores, direction).recommended == expected

    @settings(max_examples=25)
    @given(SEEDS)
    def test_called_simplest_allows_a_corrected_standard_error(self, ladder, field_of, seed):
        scores = _scores(seed)
        expected = _by_hand(scores, Direction.MINIMIZE, lambda d: np.sqrt(1 / len(d) + 91 / 364) * d.std(ddof=1))
        field = field_of(ladder, scores)
        assert field.simplest == expected
        assert field.simplest <= field.recommended

    @settings(max_examples=25)
    @given(SEEDS)
    def test_does_not_depend_on_the_order_or_the_numbers_of_contenders(self, ladder, paired_of, seed):
        scores = _scores(seed)
        chosen = set()
        for order in itertools.islice(itertools.permutations(range(5)), 0, 120, 29):
            renamed = [
                (Contender(place, ladder[old].setting, ladder[old].roles), scores[old])
                for place, old in enumerate(order)
            ]
            chosen.add(order[recommend(paired_of(renamed), Direction.MINIMIZE)])
        assert len(chosen) == 1

    @settings(max_examples=25)
    @given(SEEDS)
    def test_turns_with_the_direction(self, ladder, field_of, seed):
        scores = _scores(seed)
        upwards = field_of(ladder, -scores, Direction.MAXIMIZE)
        assert field_of(ladder, scores).recommended == upwards.recommended

    @settings(max_examples=25)
    @given(SEEDS, st.sampled_from([0.125, 2.0, 1024.0]))
    def test_does_not_depend_on_the_unit_of_scores(self, ladder, field_of, seed, unit):
        scores = _scores(seed)
        assert field_of(ladder, scores).recommended == field_of(ladder, unit * scores).recommended

    def test_of_equal_contenders_is_none(self, ladder, field_of):
        assert field_of(ladder, np.repeat(_scores(0)[:1], 5, axis=0)).recommended == 0

    def test_never_falls_on_the_constant_prediction(self, ladder, paired_of):
        scores = _scores(1)
        constant = Contender(9, None, frozenset({Role.CONSTANT}))
        field = [(constant, np.zeros((4, 5))), *zip(ladder, scores, strict=True)]
        assert recommend(paired_of(field), Direction.MINIMIZE) != 9

    def test_leaves_out_what_failed(self, ladder, paired_of):
        scores = _scores(2)
        scores[:4] += 1.0
        scores[4, 0, 0] = np.nan
        assert recommend(paired_of(list(zip(ladder, scores, strict=True))), Direction.MINIMIZE) != 4

    def test_is_refused_where_everything_failed(self, ladder, paired_of):
        with pytest.raises(NoContender, match="finite scores for at least one"):
            recommend(paired_of([(one, np.full((4, 5), np.nan)) for one in ladder]), Direction.MINIMIZE)
