"""Who is trained again: a function of the study and its trials."""

from datetime import UTC, datetime

import pytest

from ridgeline.spec.states import Origin, TrialState
from ridgeline.spec.views import TrialView
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict import affordable, contenders

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def trial(number, regularizer, score, learning_rate=0.001, **strengths):
    return TrialView(
        number=number,
        regularizer=regularizer,
        strengths=strengths,
        derived={},
        learning_rate=learning_rate,
        origin=Origin.SAMPLED,
        generation=0,
        bracket=0,
        state=TrialState.PRUNED if score is None else TrialState.COMPLETE,
        failure=None,
        score=score,
        standard_error=None,
        rungs=(),
        started_at=NOW,
        ended_at=NOW,
    )


def told(found):
    """Each contender as its kind, strengths and roles, in order."""
    return [
        (
            "constant" if one.setting is None else one.setting.regularizer,
            {} if one.setting is None else one.setting.strengths,
            one.roles,
        )
        for one in found
    ]


TRIALS = [
    trial(0, "none", 0.5),
    trial(1, "l2", 0.4, strength=1e-3),
    trial(2, "l2", 0.3, strength=1e-2),
    trial(3, "l2", None, strength=1e-5),
    trial(4, "dropout", 0.45, rate=0.2),
]


def test_none_the_constant_and_of_each_kind_its_best_and_its_default(verdict_study):
    study = verdict_study(regularizers=["l2", "dropout", "l1"])
    assert told(contenders(study, TRIALS)) == [
        ("none", {}, {Role.NONE}),
        ("constant", {}, {Role.CONSTANT}),
        ("l2", {"strength": 1e-2}, {Role.BEST}),
        ("l2", {"strength": 1e-4}, {Role.DEFAULT}),
        ("dropout", {"rate": 0.2}, {Role.BEST, Role.DEFAULT}),  # one setting; and l1 has no complete trial
    ]


def test_they_are_numbered_in_their_order_whatever_the_order_of_the_trials(verdict_study):
    study = verdict_study(regularizers=["l2", "dropout"])
    found = contenders(study, TRIALS)
    assert [one.number for one in found] == list(range(5))
    assert contenders(study, TRIALS[::-1]) == found


def test_higher_scores_are_better_where_the_metric_says_so(verdict_study):
    study = verdict_study(regularizers=["l2"], objective={"metric": "accuracy"})
    assert told(contenders(study, TRIALS[:3]))[2] == ("l2", {"strength": 1e-3}, {Role.BEST})


def test_the_baseline_takes_part_even_where_it_is_the_best_of_its_kind(verdict_study):
    study = verdict_study(regularizers=["l2"], baseline={"kind": "l2", "strength": 1e-2})
    assert ("l2", {"strength": 1e-2}, {Role.BASELINE, Role.BEST}) in told(contenders(study, TRIALS[:3]))
    other = verdict_study(regularizers=["l2"], baseline={"kind": "dropout", "rate": 0.5})
    assert told(contenders(other, TRIALS[:3]))[2] == ("dropout", {"rate": 0.5}, {Role.BASELINE})


def test_none_has_its_best_learning_rate_and_a_default_that_of_its_kind(verdict_study):
    study = verdict_study(regularizers=["l2"], training={"learning_rate": [0.001, 0.01, 0.1]})
    trials = [
        trial(0, "none", 0.5, 0.001),
        trial(1, "none", 0.4, 0.01),
        trial(2, "none", 0.45, 0.1),
        trial(3, "l2", 0.3, 0.1, strength=1e-2),
    ]
    rates = [one.setting.learning_rate for one in contenders(study, trials) if one.setting is not None]
    assert rates == [0.01, 0.1, 0.1]


def test_none_without_a_complete_trial_takes_the_rate_of_the_best(verdict_study):
    study = verdict_study(regularizers=["l2"], training={"learning_rate": [0.001, 0.01]})
    (none, *_) = contenders(study, [trial(1, "l2", 0.3, 0.01, strength=1e-2)])
    assert (none.roles, none.setting.learning_rate) == ({Role.NONE}, 0.01)


@pytest.mark.parametrize(
    ("strength", "takes_part"),
    [
        ({"low": 1e-6, "high": 1e-5, "log": True}, False),
        ({"low": 1e-6, "high": 1e-3, "log": True}, True),
        ([1e-3, 1e-2], False),
        ([1e-5, 1e-2], True),
        (1e-2, False),
        (1e-4, True),
    ],
)
def test_a_default_outside_of_what_was_asked_for_takes_no_part(verdict_study, strength, takes_part):
    study = verdict_study(regularizers=[{"kind": "l2", "strength": strength}])
    found = contenders(study, [trial(0, "none", 0.5), trial(1, "l2", 0.4, strength=1e-2)])
    assert any(Role.DEFAULT in one.roles for one in found) is takes_part


def test_a_strength_that_is_read_off_has_no_default(verdict_study):
    study = verdict_study(regularizers=["early_stopping"])
    found = contenders(study, [trial(0, "none", 0.5), trial(1, "early_stopping", 0.4, epochs=7)])
    assert told(found)[2:] == [("early_stopping", {"epochs": 7}, {Role.BEST})]


MIX = {"l2.strength": 1e-2, "dropout.rate": 0.3, "ema.half_life": 2.0}
"""Three ingredients; every test of a cocktail has it for its best mix."""


class TestACocktail:
    @pytest.fixture
    def study(self, verdict_study):
        return verdict_study(mode="cocktail", regularizers=["l2", "dropout", "ema", "label_smoothing"])

    @pytest.fixture
    def trials(self):
        return [
            trial(0, "none", 0.5),
            trial(1, "l2", 0.4, strength=1e-4),
            trial(2, "dropout", 0.45, rate=0.2),
            trial(3, "cocktail", 0.35, **MIX | {"l2.strength": 1e-3}),
            trial(4, "cocktail", 0.3, **MIX),
        ]

    def test_the_best_mix_without_each_ingredient_and_each_of_them_alone(self, study, trials):
        assert told(contenders(study, trials)) == [
            ("none", {}, {Role.NONE}),
            ("constant", {}, {Role.CONSTANT}),
            ("cocktail", MIX, {Role.BEST, Role.WINNER}),
            ("l2", {"strength": 1e-4}, {Role.BEST}),  # of all kinds alone
            ("cocktail", {"dropout.rate": 0.3, "ema.half_life": 2.0}, {Role.ABLATION}),
            ("cocktail", {"l2.strength": 1e-2, "ema.half_life": 2.0}, {Role.ABLATION}),
            ("cocktail", {"l2.strength": 1e-2, "dropout.rate": 0.3}, {Role.ABLATION}),
            ("l2", {"strength": 1e-2}, {Role.SIMPLIFIED}),
            ("dropout", {"rate": 0.3}, {Role.SIMPLIFIED}),
            ("ema", {"half_life": 2.0}, {Role.SIMPLIFIED}),
        ]

    def test_of_two_ingredients_each_alone_is_what_is_left_without_the_other(self, study, trials):
        pair = {"l2.strength": 1e-2, "dropout.rate": 0.3}
        assert told(contenders(study, [*trials[:2], trial(2, "cocktail", 0.3, **pair)]))[2:] == [
            ("cocktail", pair, {Role.BEST, Role.WINNER}),
            ("l2", {"strength": 1e-4}, {Role.BEST}),
            ("dropout", {"rate": 0.3}, {Role.ABLATION}),
            ("l2", {"strength": 1e-2}, {Role.ABLATION}),
        ]

    def test_a_kind_alone_may_win_and_without_it_there_is_none(self, study, trials):
        trials[1] = trial(1, "l2", 0.2, strength=1e-4)
        assert told(contenders(study, trials)) == [
            ("none", {}, {Role.NONE, Role.ABLATION}),
            ("constant", {}, {Role.CONSTANT}),
            ("cocktail", MIX, {Role.BEST}),
            ("l2", {"strength": 1e-4}, {Role.BEST, Role.WINNER}),
        ]

    def test_none_and_the_baseline_never_win(self, verdict_study):
        study = verdict_study(
            mode="cocktail", regularizers=["l2", "dropout"], baseline={"kind": "weight_decay", "tau": 4}
        )
        trials = [
            trial(0, "none", 0.1),
            trial(1, "weight_decay", 0.1, tau=4),
            trial(2, "l2", 0.4, strength=1e-4),
            trial(3, "dropout", 0.5, rate=0.2),
        ]
        assert [(name, roles) for name, _, roles in told(contenders(study, trials))][2:] == [
            ("weight_decay", {Role.BASELINE}),
            ("l2", {Role.BEST, Role.WINNER}),
        ]

    def test_without_an_ingredient_complete_nothing_wins(self, study, trials):
        assert [roles for _, _, roles in told(contenders(study, trials[:1]))] == [{Role.NONE}, {Role.CONSTANT}]

    def test_what_is_left_keeps_the_learning_rate_of_the_winner(self, verdict_study):
        study = verdict_study(
            mode="cocktail", regularizers=["l2", "dropout"], training={"learning_rate": [0.001, 0.01]}
        )
        pair = {"l2.strength": 1e-2, "dropout.rate": 0.3}
        trials = [trial(0, "none", 0.5), trial(1, "none", 0.6, 0.01), trial(2, "cocktail", 0.3, 0.01, **pair)]
        rates = [one.setting.learning_rate for one in contenders(study, trials) if one.setting is not None]
        assert rates == [0.001, 0.01, 0.01, 0.01]


class TestWhatIsAffordable:
    """Of three ingredients: none, the winner, the best alone, three ablations, three alone; five go on first."""

    @pytest.fixture
    def found(self, verdict_study):
        study = verdict_study(mode="cocktail", regularizers=["l2", "dropout", "ema"])
        alone = trial(1, "l2", 0.4, strength=1e-4)
        return contenders(study, [trial(0, "none", 0.5), alone, trial(2, "cocktail", 0.3, **MIX)])

    @pytest.mark.parametrize(
        ("after_nine", "after_six", "unscreened", "takes_part", "are_screened"),
        [
            (6, 7, 9, 10, False),
            (6, 7, 8, 10, True),
            (5, 5, 8, 7, True),
            (2, 4, 5, 6, False),
            (2, 2, 4, 7, True),
        ],
        ids=["all unscreened", "all", "without those alone", "unscreened", "screening chooses among ablations"],
    )
    def test_leaves_room_for_every_ablation_where_it_can(
        self, found, after_nine, after_six, unscreened, takes_part, are_screened
    ):
        room = {9: after_nine, 6: after_six, 0: unscreened}
        entrants = affordable(found, room.__getitem__)
        assert (len(entrants.contenders), entrants.are_screened) == (takes_part, are_screened)
        assert {Role.NONE, Role.CONSTANT, Role.WINNER, Role.ABLATION} <= {
            role for one in entrants.contenders for role in one.roles
        }
        assert all(one in found for one in entrants.contenders)

    def test_is_all_where_nothing_is_taken_out(self, verdict_study):
        study = verdict_study(regularizers=["l2", "dropout", "l1"])
        found = contenders(study, TRIALS)
        settings = sum(one.setting is not None for one in found)
        for unscreened in (settings - 1, settings):
            entrants = affordable(found, lambda screened, most=unscreened: 0 if screened else most)
            assert entrants.contenders == found
            assert entrants.are_screened is (unscreened < settings)
