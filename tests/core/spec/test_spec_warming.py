"""Which settings of earlier studies are asked first."""

import math

import pytest

from ridgeline.spec import BUILT_IN, Setting, StudySpec, resolve
from ridgeline.spec.states import Evidence, Likeness
from ridgeline.spec.warming import Earlier, Found, distance, likeness, warm_start


def study_of(dataset="iris", **asked):
    return resolve(StudySpec.model_validate({"dataset": dataset, **asked}), BUILT_IN[dataset])


def found(kind, loss, evidence=Evidence.BEST_TRIAL, rate=0.001, **strengths):
    return Found(Setting(regularizer=kind, strengths=strengths, learning_rate=rate), loss, evidence)


def asked_first(study, *earlier):
    return [(one.study_id, one.regularizer, one.strengths) for one in warm_start(study, earlier).settings]


class TestLikeness:
    def test_is_exact_where_only_the_search_and_the_seed_differ(self) -> None:
        other = study_of(seed=7, sampler="qmc", regularizers=["l2"], budget={"max_trials": 9}, pruner="none")
        assert likeness(study_of(), other) is Likeness.EXACT

    @pytest.mark.parametrize(
        "changed",
        [
            {"training": {"epochs": 20}},
            {"model": {"kind": "mlp", "hidden": [8]}},
            {"always": [{"kind": "dropout", "rate": 0.1}]},
            {"evaluation": {"folds": 3}},
            {"preparation": {"scaling": "quantile"}},
        ],
    )
    def test_is_no_more_than_like_where_scores_may_not_be_compared(self, changed) -> None:
        assert likeness(study_of(regularizers=["l2"]), study_of(regularizers=["l2"], **changed)) is Likeness.LIKE

    @pytest.mark.parametrize(
        ("other", "reason"),
        [
            (study_of("breast_cancer"), "its task is binary, not multiclass"),
            (study_of(objective={"metric": "accuracy"}), "its metric is accuracy, not log_loss"),
            (study_of(model="linear"), "its model is linear, not mlp"),
            (study_of(mode="cocktail"), "its mode is cocktail, not single"),
        ],
    )
    def test_is_refused_with_its_reason(self, other, reason) -> None:
        assert likeness(study_of(), other) == reason
        left = warm_start(study_of(), [Earlier("a", other, ())]).left_out
        assert [(one.study_id, one.reason) for one in left] == [("a", reason)]


def test_the_distance_is_that_of_logarithms_of_sizes() -> None:
    iris, wine = BUILT_IN["iris"], BUILT_IN["wine"]
    assert distance(iris, iris) == 0
    assert distance(iris, wine) == pytest.approx(math.hypot(math.log(178 / 150), math.log(13 / 4)))


def test_exact_studies_come_first_and_there_recommendations_then_scores() -> None:
    exact, like = study_of(seed=1), study_of("wine")
    first = Earlier("first", exact, (found("l2", 0.3, strength=0.01), found("l1", 0.4, strength=0.02)))
    second = Earlier("second", exact, (found("l2", 0.9, Evidence.VERDICT, strength=0.03),))
    other = Earlier("other", like, (found("l2", 0.1, strength=0.04),))
    assert asked_first(study_of(), other, first, second) == [
        ("second", "l2", {"strength": 0.03}),
        ("first", "l1", {"strength": 0.02}),
        ("first", "l2", {"strength": 0.01}),
        ("other", "l2", {"strength": 0.04}),
    ]


def test_of_each_kind_at_most_three_and_in_all_a_quarter_of_the_budget() -> None:
    many = [Earlier(str(n), study_of(seed=n), (found("l2", n / 10, strength=0.01 * (n + 1)),)) for n in range(5)]
    assert [name for name, _, _ in asked_first(study_of(), *many)] == ["0", "1", "2"]
    assert [name for name, _, _ in asked_first(study_of(budget={"max_trials": 8}), *many)] == ["0", "1"]


def test_the_same_setting_is_taken_once_and_none_and_fixed_kinds_never() -> None:
    study = study_of(regularizers=["l2", {"kind": "l1", "strength": 0.01}])
    tried = (found("none", 0.1), found("l1", 0.2, strength=0.01), found("l2", 0.3, strength=0.01))
    same = [Earlier(name, study_of(seed=1), tried) for name in ("a", "b")]
    assert asked_first(study, *same) == [("a", "l2", {"strength": 0.01})]


def test_what_lies_outside_is_left_out_and_told() -> None:
    study = study_of(
        regularizers=[{"kind": "l2", "strength": {"low": 1e-3, "high": 1e-1}}, {"kind": "dropout", "rate": [0.2]}]
    )
    tried = (found("l2", 0.3, strength=0.5), found("l1", 0.3, strength=0.5))
    answer = warm_start(study, [Earlier("a", study_of(seed=1), tried), Earlier("b", study_of(seed=1), ())])
    assert answer.settings == ()
    assert [(left.study_id, left.reason) for left in answer.left_out] == [
        ("a", "l2 with strength 0.5 lies outside of what is searched here"),
        ("a", "l1 is not searched here"),
        ("b", "it has no complete trial of a kind that is searched here"),
    ]


def test_a_learning_rate_is_that_of_the_study_which_is_nearest() -> None:
    study = study_of(training={"learning_rate": [1e-4, 1e-2]})
    (one,) = warm_start(study, [Earlier("a", study_of("wine"), (found("l2", 0.3, rate=2e-3, strength=0.01),))]).settings
    assert (one.learning_rate, one.how) == (1e-2, Likeness.LIKE)


def test_a_mix_is_taken_where_its_kinds_may_be_on_together() -> None:
    def cocktail(*kinds, **more):
        return study_of(mode="cocktail", regularizers=list(kinds), **more)

    mix = Setting.of({"l2": {"strength": 0.01}, "mixup": {"alpha": 0.2}}, 0.001)
    earlier = Earlier("a", cocktail("l2", "mixup", seed=1), (Found(mix, 0.3, Evidence.BEST_TRIAL),))
    (one,) = warm_start(cocktail("l2", "mixup", "cutmix"), [earlier]).settings
    assert one.strengths == mix.strengths
    (left,) = warm_start(cocktail("l2", "dropout"), [earlier]).left_out
    assert left.reason == "mixup is not searched here"
