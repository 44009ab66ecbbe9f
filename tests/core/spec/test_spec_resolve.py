"""Resolving a request: every default and every refusal."""

import json
from typing import Any

import pytest

from ridgeline.errors import Invalid, Violation
from ridgeline.kinds import CATALOGUE, Range
from ridgeline.spec import BUILT_IN, ResolvedStudy, Setting, StudySpec, resolve
from ridgeline.spec.datasets import Counts
from ridgeline.spec.defaults import search_rows
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.resolve import unknown_dataset
from ridgeline.spec.resolved import FixedRegularizer, simplicity
from ridgeline.spec.study import Adam, Sgd, Split, SuccessiveHalving, Tpe

SGD = {"optimizer": "sgd"}
DEFAULT_SET = {"none", "l1", "l2", "elastic_net", "weight_decay", "dropout"}


def resolved(dataset: str = "breast_cancer", **asked: Any) -> ResolvedStudy:
    return resolve(StudySpec.model_validate({"dataset": dataset, **asked}), BUILT_IN[dataset])


def refused(dataset: str = "breast_cancer", **asked: Any) -> dict[str, Violation]:
    with pytest.raises(Invalid) as error:
        resolved(dataset, **asked)
    return {violation.field: violation for violation in error.value.violations}


class TestDefaults:
    def test_a_data_set_is_enough(self) -> None:
        study = resolved()
        assert [kind.kind for kind in study.regularizers] == [kind for kind in CATALOGUE if kind in DEFAULT_SET]
        assert (study.name, study.seed, study.tags, study.baseline, study.always) == ("breast_cancer", 0, {}, None, ())
        assert (study.objective.metric, study.objective.direction) == (Metric.LOG_LOSS, Direction.MINIMIZE)
        assert (study.evaluation.folds, study.evaluation.repeats, study.evaluation.test_fraction) == (5, 1, 0.2)
        assert (study.training.epochs, study.training.batch_size, study.training.optimizer) == (50, 64, Adam())
        assert study.training.learning_rates == (0.001,)
        assert (study.sampler, study.pruner, study.budget.max_trials) == (Tpe(), SuccessiveHalving(), 128)
        assert [layer.units for layer in study.layers] == [64, 64, 1]
        assert study.evaluation.split is Split.STRATIFIED

    @pytest.mark.parametrize(("dataset", "metric"), [("iris", "log_loss"), ("diabetes", "rmse")])
    def test_the_metric_follows_from_the_task(self, dataset, metric) -> None:
        assert resolved(dataset).objective.metric == metric

    @pytest.mark.parametrize("metric", [metric for metric in Metric if metric.is_for_classes])
    def test_the_direction_follows_from_the_metric(self, metric) -> None:
        expected = Direction.MINIMIZE if metric in {"log_loss", "brier"} else Direction.MAXIMIZE
        assert resolved(objective={"metric": metric}).objective.direction is expected

    def test_ranges_are_those_of_the_catalogue(self) -> None:
        strengths = {kind.kind: kind.strengths for kind in resolved(training={"epochs": 40}).regularizers}
        assert strengths["none"] == {}
        assert strengths["l2"] == {"strength": Range(low=1e-6, high=1.0, log=True)}
        assert strengths["weight_decay"] == {"tau": Range(low=0.5, high=80, log=True)}

    def test_what_was_asked_for_stays(self) -> None:
        asked = [{"kind": "l2", "strength": [0.1, 0.2]}, {"kind": "elastic_net", "l1_ratio": 0.3}]
        _, l2, elastic_net = resolved(regularizers=asked).regularizers
        assert l2.strengths == {"strength": (0.1, 0.2)}
        assert elastic_net.strengths == {"strength": Range(low=1e-6, high=0.1, log=True), "l1_ratio": 0.3}

    def test_none_always_takes_part_and_once(self) -> None:
        assert [kind.kind for kind in resolved(regularizers=["l2"]).regularizers] == ["none", "l2"]
        assert [kind.kind for kind in resolved(regularizers=["l2", "none"]).regularizers] == ["l2", "none"]

    def test_kinds_that_do_not_apply_are_left_out(self) -> None:
        linear = {kind.kind for kind in resolved(model="linear").regularizers}
        assert linear == DEFAULT_SET - {"dropout"}
        sgd = {kind.kind for kind in resolved(training=SGD).regularizers}
        assert sgd == DEFAULT_SET - {"weight_decay"}
        momentum = {"optimizer": {"kind": "sgd", "momentum": 0.9}}
        assert {kind.kind for kind in resolved(training=momentum).regularizers} == DEFAULT_SET
        always = {kind.kind for kind in resolved(always=["dropout"]).regularizers}
        assert always == DEFAULT_SET - {"dropout"}

    def test_always_and_baseline_get_default_strengths(self) -> None:
        study = resolved(always=["dropout"], baseline="weight_decay", training={"epochs": 30})
        assert study.always == (FixedRegularizer(kind="dropout", strengths={"rate": 0.2}),)
        assert study.baseline == FixedRegularizer(kind="weight_decay", strengths={"tau": 30})

    def test_learning_rates(self) -> None:
        def rates(**training: Any) -> tuple[float, ...]:
            return resolved(training=training).training.learning_rates

        assert rates(optimizer="sgd") == (0.01,)
        assert rates(learning_rate=0.5) == (0.5,)
        assert rates(learning_rate=[0.1, 0.01, 0.1]) == (0.01, 0.1)
        assert rates(learning_rate={"low": 1e-4, "high": 0.1}) == pytest.approx((1e-4, 1e-3, 1e-2, 1e-1))

    def test_the_batch_is_cut_to_the_training_rows_of_a_fold(self) -> None:
        study = resolved("iris", training={"batch_size": 1000})
        assert (study.training.batch_size, study.training.steps_per_epoch) == (96, 1)
        assert resolved("iris").training.steps_per_epoch == 2

    def test_where_even_the_weakest_default_decay_is_too_strong_the_strength_is_fixed(self) -> None:
        training = {"batch_size": 65_536, "epochs": 1}
        (decay,) = (kind for kind in resolved(training=training).regularizers if kind.kind == "weight_decay")
        assert decay.strengths == {"tau": 2.0}

    def test_the_example_of_the_manual_resolves(self) -> None:
        asked = json.loads("""{
            "dataset": "breast_cancer", "name": "wdbc", "tags": {"team": "a"}, "seed": 0, "mode": "single",
            "model": {"kind": "mlp", "hidden": [64, 64], "activation": "relu"},
            "regularizers": ["none", "l1", {"kind": "l2", "strength": {"low": 1e-6, "high": 1e-1, "log": true}},
                             {"kind": "dropout", "rate": 0.5}],
            "baseline": {"kind": "weight_decay", "tau": 40}, "always": [],
            "objective": {"metric": "log_loss"},
            "evaluation": {"folds": 5, "repeats": 1, "test_fraction": 0.2},
            "training": {"epochs": 50, "batch_size": 64, "optimizer": "adam", "learning_rate": 0.001},
            "sampler": "tpe", "pruner": "successive_halving",
            "budget": {"max_trials": 128, "max_seconds": null, "target": null}}""")
        study = resolved(**asked)
        assert [kind.is_fixed for kind in study.regularizers] == [True, False, False, True]
        assert ResolvedStudy.model_validate_json(study.model_dump_json()) == study


class TestRefusals:
    @pytest.mark.parametrize(
        ("dataset", "asked", "field", "told"),
        [
            ("breast_cancer", {"objective": {"metric": "rmse"}}, "objective.metric", "must fit a binary task"),
            ("diabetes", {"objective": {"metric": "accuracy"}}, "objective.metric", "must fit a regression task"),
            (
                "iris",
                {"evaluation": {"folds": 40}},
                "evaluation.folds",
                "must be at most 39, the different rows of class 'virginica'",
            ),
            ("iris", {"training": {"learning_rate": 0}}, "training.learning_rate", "must be greater than 0"),
            ("iris", {"training": {"learning_rate": [0.1, 11]}}, "training.learning_rate", "at most 10 but got 11"),
            ("iris", {"training": {"learning_rate": -1}}, "training.learning_rate", "but got -1"),
            (
                "iris",
                {"training": {"learning_rate": {"low": 0, "high": 1}}},
                "training.learning_rate",
                "must be greater than 0",
            ),
            (
                "iris",
                {"training": {"optimizer": {"kind": "sgd", "nesterov": True}}},
                "training.optimizer.momentum",
                "must be greater than 0 with nesterov",
            ),
            (
                "iris",
                {"pruner": {"kind": "median", "resource": "epochs", "first_rung": 51}},
                "pruner.first_rung",
                "must be at most training.epochs, 50, but got 51",
            ),
            (
                "iris",
                {"pruner": {"kind": "successive_halving", "first_rung": 6}},
                "pruner.first_rung",
                "must be at most evaluation.folds times repeats, 5, but got 6",
            ),
            (
                "iris",
                {"model": "linear", "regularizers": ["dropout"]},
                "regularizers.0",
                "must apply to a linear model",
            ),
            ("iris", {"model": "linear", "always": ["dropout"]}, "always.0", "must apply to a linear model"),
            ("iris", {"model": "linear", "baseline": "dropout"}, "baseline", "must apply to a linear model"),
            ("iris", {"regularizers": ["l2", "l2"]}, "regularizers", "must name each kind once but got 'l2'"),
            ("iris", {"regularizers": []}, "regularizers", "must name a kind or more"),
            ("iris", {"always": ["l2", "l2"]}, "always", "must name each kind once"),
            ("iris", {"always": ["none"]}, "always", "must name regularizers but got 'none'"),
            ("iris", {"always": ["l2"], "regularizers": ["l2"]}, "always", "must not also be searched but got 'l2'"),
            ("iris", {"always": ["l2"], "baseline": "l2"}, "always", "must not also be searched"),
            (
                "iris",
                {"always": [{"kind": "l2", "strength": {"low": 0.1, "high": 1}}]},
                "always.0.strength",
                "must be a number here",
            ),
            ("iris", {"baseline": {"kind": "l2", "strength": [1]}}, "baseline.strength", "must be a number here"),
            (
                "iris",
                {"regularizers": ["l2", "weight_decay"], "training": SGD},
                "regularizers",
                "must not hold both l2 and weight_decay under sgd without momentum",
            ),
            (
                "iris",
                {"regularizers": [{"kind": "weight_decay", "tau": 0.5}]},
                "regularizers.0.tau",
                "must be at least 1 epochs",
            ),
            (
                "iris",
                {"baseline": {"kind": "weight_decay", "tau": 0.9}},
                "baseline.tau",
                "must be at least 1 epochs",
            ),
            ("iris", {"baseline": "none"}, "baseline", "but got 'none'; leave it out: none always takes part"),
            ("iris", {"budget": {"max_trials": 5}}, "budget.max_trials", "must be at least 6"),
        ],
    )
    def test_names_the_field_the_rule_and_a_remedy(self, dataset, asked, field, told) -> None:
        broken = refused(dataset, **asked)[field]
        assert told in str(broken)
        assert broken.remedy

    @pytest.mark.parametrize(
        ("training", "usual"), [({}, 50), ({"epochs": 7}, 7), ({"epochs": 1, "batch_size": 65_536}, 2)]
    )
    def test_the_remedy_for_a_strength_in_epochs_is_a_number_for_this_training(self, training, usual) -> None:
        asked = {"regularizers": [{"kind": "weight_decay", "tau": 1e-3}]}
        remedy = refused("iris", **asked, training=training)["regularizers.0.tau"].remedy
        assert remedy == f"try {usual}"
        asked["regularizers"][0]["tau"] = usual
        resolved("iris", **asked, training=training)

    @pytest.mark.parametrize(
        ("asked", "field", "value", "remedy"),
        [
            (
                {"sampler": {"kind": "grid", "points": 317}, "regularizers": ["elastic_net"]},
                "sampler.points",
                317,
                "use 316 or fewer, or use another sampler",
            ),
            (
                {
                    "sampler": {"kind": "grid", "points": 1000},
                    "training": {"learning_rate": [0.1 / n for n in range(1, 102)]},
                },
                "sampler.points",
                1000,
                "use 990 or fewer",
            ),
            (
                {
                    "sampler": "grid",
                    "regularizers": [{"kind": "elastic_net", "l1_ratio": [n / 1000 for n in range(1000)]}],
                    "training": {"learning_rate": [0.1 / n for n in range(1, 102)]},
                },
                "sampler.points",
                8,
                "shorten the lists, or use another sampler",
            ),
            (
                {
                    "regularizers": [
                        "l1",
                        {
                            "kind": "elastic_net",
                            "strength": [n / 400 for n in range(1, 401)],
                            "l1_ratio": [n / 400 for n in range(1, 401)],
                        },
                    ]
                },
                "regularizers.1",
                160_000,
                "shorten the lists, or search a range",
            ),
        ],
        ids=["points", "learning rates", "lists and points", "lists"],
    )
    def test_a_grid_that_no_memory_holds_is_refused(self, asked, field, value, remedy) -> None:
        broken = refused(**asked)[field]
        assert broken.value == value
        assert broken.remedy.startswith(remedy)
        assert "at most 100000 settings" in broken.rule

    def test_a_grid_as_large_as_the_largest_budget_is_accepted(self) -> None:
        assert resolved(sampler={"kind": "grid", "points": 316}, regularizers=["elastic_net"])
        assert resolved(regularizers=[{"kind": "l2", "strength": [n / 1000 for n in range(1000)]}])

    def test_every_broken_rule_is_told_at_once(self) -> None:
        broken = refused(
            "iris", objective={"metric": "r2"}, evaluation={"folds": 50}, always=["none"], training={"learning_rate": 0}
        )
        assert broken.keys() == {"objective.metric", "evaluation.folds", "always", "training.learning_rate"}

    def test_the_budget_holds_every_fixed_setting_at_every_learning_rate(self) -> None:
        asked = {
            "regularizers": ["none", {"kind": "dropout", "rate": 0.5}, "l2"],
            "baseline": {"kind": "l1", "strength": 0.1},
            "training": {"learning_rate": [0.1, 0.01]},
        }
        assert "must be at least 7" in refused(**asked, budget={"max_trials": 6})["budget.max_trials"].rule
        assert resolved(**asked, budget={"max_trials": 7}).budget.max_trials == 7

    def test_folds_of_numbers_need_two_rows(self) -> None:
        assert resolved("diabetes", evaluation={"folds": 50}).evaluation.folds == 50
        facts = BUILT_IN["diabetes"].model_copy(update={"counts": Counts(units=20)})
        with pytest.raises(Invalid, match=r"evaluation\.folds must be at most 8"):
            resolve(StudySpec(dataset="diabetes", evaluation={"folds": 9}), facts)

    def test_an_unknown_data_set_lists_the_known(self) -> None:
        told = str(unknown_dataset("nope", ["wine", "iris"]))
        assert told == "dataset.id must be the name or id of a data set but got 'nope'; use one of iris, wine"


class TestResolvedStudy:
    def test_the_test_part_is_rounded_up(self) -> None:
        assert search_rows(569, 0.2) == 455

    def test_the_rate_of_weight_decay_follows_from_tau(self) -> None:
        study = resolved()
        setting = Setting(regularizer="weight_decay", strengths={"tau": 40.0}, learning_rate=0.01)
        assert study.derived(setting) == {"rate": pytest.approx(1 / (0.01 * study.training.steps_per_epoch * 40))}
        assert study.derived(Setting(regularizer="l2", strengths={"strength": 1.0}, learning_rate=0.01)) == {}

    def test_scores_are_comparable_with_equal_data_metric_and_split_only(self) -> None:
        same = resolved(seed=1, model="linear", training={"epochs": 3}, budget={"max_trials": 9})
        assert same.comparison == resolved().comparison
        others = [
            resolved("iris"),
            resolved(objective={"metric": "accuracy"}),
            resolved(evaluation={"folds": 4}),
            resolved(evaluation={"test_fraction": 0.3}),
        ]
        assert len({study.comparison for study in (same, *others)}) == 5

    def test_the_key_of_a_setting_stands_for_equal_settings_only(self) -> None:
        def key(**changes: Any) -> str:
            told = {
                "regularizer": "elastic_net",
                "strengths": {"strength": 0.1, "l1_ratio": 0.5},
                "learning_rate": 0.01,
            }
            return Setting.model_validate({**told, **changes}).key

        assert key() == key(strengths={"l1_ratio": 0.5, "strength": 0.1})
        changed = [key(regularizer="l1"), key(learning_rate=0.1), key(strengths={"strength": 0.5, "l1_ratio": 0.1})]
        assert len({key(), *changed}) == 4

    def test_simplicity_is_a_full_order(self) -> None:
        ordered = sorted(CATALOGUE, key=simplicity)
        assert ordered[:6] == ["none", "weight_decay", "l2", "dropout", "l1", "elastic_net"]
        costs = [(CATALOGUE[kind].relative_cost, kind) for kind in ordered[6:]]
        assert costs == sorted(costs)

    @pytest.mark.parametrize(
        ("cycles", "expected"),
        [
            (None, (2, 3, 4, 5)),
            ({"low": 1, "high": 2}, (1, 2)),
            ({"low": 1, "high": 16, "log": True}, (1, 2, 3, 4, 5, 6, 8, 9, 11, 13, 16)),
            ([2, 7], (2, 7)),
            (3, 3),
        ],
    )
    def test_a_range_of_whole_numbers_is_searched_as_a_list(self, cycles, expected) -> None:
        asked = {"kind": "snapshot_ensemble", "cycles": cycles}
        assert resolved(regularizers=[asked]).regularizers[1].strengths["cycles"] == expected

    def test_a_long_range_of_whole_numbers_becomes_32_of_them(self) -> None:
        asked = {"kind": "lookahead", "k": {"low": 1, "high": 1000}}
        found = resolved(regularizers=[asked]).regularizers[1].strengths["k"]
        assert (len(found), found[0], found[-1]) == (32, 1, 1000)
        assert all(value.is_integer() for value in found)

    def test_a_kind_that_makes_no_sense_for_the_task_is_refused(self) -> None:
        violation = refused("diabetes", regularizers=["label_smoothing"])["regularizers.0"]
        assert "must make sense for a regression task (a number has no classes" in violation.rule
        assert resolved("iris", regularizers=["label_smoothing"])

    @pytest.mark.parametrize("asked", [{"regularizers": ["swa"]}, {"baseline": "swa"}, {"always": ["ema", "swa"]}])
    def test_kinds_that_exclude_each_other_are_not_combined(self, asked) -> None:
        violations = refused(**{"always": ["ema"], **asked}).values()
        assert any("must not be combined with ema" in violation.rule for violation in violations)

    def test_a_kind_that_is_searched_is_not_fixed(self) -> None:
        l2 = resolved(regularizers=["l2"]).regularizers[1]
        with pytest.raises(ValueError, match="l2 is not fixed"):
            l2.fixed()

    def test_sgd_and_adam_have_no_hidden_decay(self) -> None:
        assert not {name for optimizer in (Sgd, Adam) for name in optimizer.model_fields if "decay" in name}


class TestReadOff:
    """early_stopping without a number."""

    def test_its_epochs_are_read_off_unless_they_are_asked_for(self) -> None:
        asked = [
            resolved(regularizers=[{"kind": "early_stopping", **epochs}]).regularizers[1]
            for epochs in ({}, {"epochs": 7}, {"epochs": [5, 9]}, {"epochs": {"low": 2, "high": 4}})
        ]
        assert [(kind.read_off, kind.strengths, kind.is_fixed) for kind in asked] == [
            (("epochs",), {}, True),
            ((), {"epochs": 7}, True),
            ((), {"epochs": (5, 9)}, False),
            ((), {"epochs": (2, 3, 4)}, False),
        ]

    def test_it_is_one_trial_a_learning_rate_of_the_budget(self) -> None:
        asked = {"regularizers": ["early_stopping"], "training": {"learning_rate": [0.1, 0.01]}}
        assert "must be at least 4" in refused(**asked, budget={"max_trials": 3})["budget.max_trials"].rule
        assert resolved(**asked, budget={"max_trials": 4})

    def test_a_baseline_and_what_is_always_there_need_a_number(self) -> None:
        assert "baseline.epochs" in refused(baseline="early_stopping")
        assert "always.0.epochs" in refused(always=["early_stopping"])
        assert resolved(baseline={"kind": "early_stopping", "epochs": 5}).baseline == FixedRegularizer(
            kind="early_stopping", strengths={"epochs": 5}
        )

    def test_it_cannot_end_after_the_training(self) -> None:
        asked = {"regularizers": [{"kind": "early_stopping", "epochs": [5, 51]}]}
        assert refused(**asked)["regularizers.0.epochs"].rule == "must be at most training.epochs, 50,"
        assert resolved(**asked, training={"epochs": 51})

    @pytest.mark.parametrize("other", [{"kind": "ema", "half_life": 1}, {"kind": "swa", "start": 0.5}])
    def test_it_does_not_go_with_another_average(self, other) -> None:
        assert "must not be combined" in refused(regularizers=["early_stopping"], always=[other])["regularizers.0"].rule
