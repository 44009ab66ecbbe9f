"""What a study may make of a data set: roles, task, facts; and each rule that its columns can break."""

from typing import Any

import pytest

from ridgeline.errors import Invalid, Violation
from ridgeline.spec import BUILT_IN, BUILT_IN_SETS, DatasetFacts, StudySpec, resolve
from ridgeline.spec.columns import Column, ColumnType, Inputs, inputs_of
from ridgeline.spec.datasets import Counts, Dataset, NamedDataset, Roles, Source
from ridgeline.spec.facts import facts_of, features_of, roles_of, task_of
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import KeptData
from ridgeline.spec.study import Split

ROWS = 100


def numbers(name: str, **known: Any) -> Column:
    return Column(name=name, type=ColumnType.NUMERIC, minimum=0.0, maximum=9.0, mean=5.0, **known)


def words(name: str, *values: str, **known: Any) -> Column:
    counts = {value: ROWS // len(values) for value in values}
    return Column(name=name, type=ColumnType.CATEGORICAL, distinct=len(values), counts=counts, **known)


def table(*columns: Column) -> Dataset:
    return Dataset(id="a" * 64, source=Source.UPLOAD, rows=ROWS, bytes=1, columns=columns)


CHURN = table(
    numbers("age"),
    numbers("income", missing=3),
    words("plan", "basic", "gold", "silver", missing=1),
    Column(name="since", type=ColumnType.DATETIME, minimum=0.0, maximum=1.0),
    words("region", "east", "north", "south", "west"),
    numbers("importance"),
    Column(name="letter", type=ColumnType.TEXT),
    numbers("kind", whole=True, distinct=3, counts={"0": 50, "1": 30, "2": 20}),
    numbers("visits", whole=True, distinct=90),
    numbers("flag", whole=True, distinct=2, counts={"0": 50, "1": 50}),
    words("churned", "no", "yes"),
)


def named(dataset: Dataset = CHURN, **default: Any) -> NamedDataset:
    roles = Roles.model_validate(default) if default else None
    return NamedDataset(name="churn", roles=roles, created_at="2026-01-01T00:00:00Z", dataset=dataset)


def asked(**told: Any) -> KeptData:
    return KeptData.model_validate({"id": "churn", "exclude": ["letter"], **told})


def task(dataset: Dataset = CHURN, **told: Any) -> Task:
    kept = asked(**told)
    return task_of(kept.task, roles_of(kept, named(dataset)), dataset)


def broken(**told: Any) -> dict[str, Violation]:
    with pytest.raises(Invalid) as refused:
        task(**told)
    return {violation.field: violation for violation in refused.value.violations}


class TestRoles:
    def test_a_target_is_named_by_name_or_by_position(self) -> None:
        assert roles_of(asked(target="churned"), named()).target == ("churned",)
        assert roles_of(asked(target=-1), named()).target == ("churned",)
        assert roles_of(asked(target=["flag", -1]), named()).target == ("flag", "churned")

    def test_what_is_left_out_is_as_the_name_has_it(self) -> None:
        churn = named(target=("churned",), group="region", exclude=("letter",))
        assert roles_of(KeptData(id="churn"), churn) == churn.roles
        assert roles_of(KeptData(id="churn", target="flag"), churn).group == "region"
        assert roles_of(KeptData(id="churn", exclude=("age",)), churn).exclude == ("age", "letter")

    @pytest.mark.parametrize(
        ("told", "field", "rule"),
        [
            ({}, "dataset.target", "must name the column to predict"),
            ({"target": "churn"}, "dataset.target", "must be a column"),
            ({"target": 11}, "dataset.target", "must be a position from -11 to 10"),
            ({"target": "churned", "group": "nowhere"}, "dataset.group", "must be a column"),
            ({"target": "churned", "group": "churned"}, "dataset.group", "the target already"),
            ({"target": ["flag", "flag"]}, "dataset.target", "the target already"),
            ({"target": "churned", "exclude": ["letter", "churned"]}, "dataset.exclude", "the target already"),
            ({"target": "letter", "exclude": []}, "dataset.target", "must hold numbers or at most 1000 classes"),
            ({"target": "since"}, "dataset.target", "must hold numbers or at most 1000 classes"),
            ({"target": "income"}, "dataset.target", "must have a finite value in every row"),
            ({"target": "churned", "time": "region"}, "dataset.time", "must hold dates or numbers"),
            ({"target": "churned", "weight": "region"}, "dataset.weight", "must hold numbers"),
            ({"target": "churned", "group": "plan"}, "dataset.group", "must have a value in every row"),
            ({"target": "churned", "exclude": []}, "dataset.exclude", "must name every column of text"),
            ({"target": "churned", "task": "regression"}, "dataset.task", "must fit the target 'churned'"),
            ({"target": ["age", "plan"]}, "dataset.target", "must have a finite value in every row of 'plan'"),
            ({"target": ["age", "region"]}, "dataset.target", "must be one column, or several of numbers"),
        ],
    )
    def test_names_the_field_and_the_rule(self, told, field, rule) -> None:
        assert rule in broken(**told)[field].rule

    def test_every_input_may_not_be_excluded(self) -> None:
        others = [column.name for column in CHURN.columns if column.name != "churned"]
        assert "must leave an input column" in broken(target="churned", exclude=others)["dataset.exclude"].rule


class TestTask:
    @pytest.mark.parametrize(
        ("told", "task_told"),
        [
            ({"target": "churned"}, Task.BINARY),
            ({"target": "region"}, Task.MULTICLASS),
            ({"target": "kind"}, Task.MULTICLASS),
            ({"target": "kind", "task": "regression"}, Task.REGRESSION),
            ({"target": "visits"}, Task.REGRESSION),
            ({"target": "visits", "task": "multiclass"}, Task.MULTICLASS),
            ({"target": "age"}, Task.REGRESSION),
            ({"target": ["flag", "churned"]}, Task.MULTILABEL),
            ({"target": ["age", "visits"]}, Task.MULTI_TARGET),
        ],
    )
    def test_it_follows_from_the_values_of_the_target(self, told, task_told) -> None:
        assert task(**told) is task_told

    @pytest.mark.parametrize(
        ("class_counts", "rule"),
        [({"no": 100}, "must have two classes or more"), ({"no": 99, "yes": 1}, "must have two rows or more of each")],
    )
    def test_each_class_needs_rows_and_there_must_be_two(self, class_counts, rule) -> None:
        counts = Counts(class_counts=class_counts, class_units=class_counts, units=100)
        with pytest.raises(Invalid, match=rule):
            facts_of("churn", CHURN, Roles(target=("churned",)), Task.BINARY, counts)


class TestInputs:
    def test_every_column_without_a_role_is_an_input(self) -> None:
        roles = Roles(target=("churned",), group="region", weight="importance", exclude=("letter", "kind"))
        assert [column.name for column in features_of(CHURN, roles)] == [
            "age",
            "income",
            "plan",
            "since",
            "visits",
            "flag",
        ]

    def test_numbers_come_with_indicators_and_categories_have_a_place_for_the_missing(self) -> None:
        roles = Roles(target=("churned",), exclude=("letter",))
        told = inputs_of(features_of(CHURN, roles))
        assert told == Inputs(numbers=1 + 2 + 5 + 1 + 1 + 1 + 1, categories=(4, 4))
        assert told.width == 20

    def test_an_array_keeps_its_shape(self) -> None:
        image = Column(name="x", type=ColumnType.ARRAY, shape=(3, 8, 8))
        assert inputs_of((image,)) == Inputs(numbers=192, shape=(3, 8, 8))

    def test_an_array_stands_alone(self) -> None:
        image = Column(name="x", type=ColumnType.ARRAY, shape=(8, 8))
        told = {"dataset": table(image, numbers("age"), words("y", "a", "b")), "exclude": [], "target": "y"}
        assert "either one array or plain columns" in broken(**told)["dataset.exclude"].rule


def churn(counts: Counts, **told: Any) -> DatasetFacts:
    roles = Roles.model_validate({"target": ("churned",), "exclude": ("letter",), **told})
    return facts_of("churn", CHURN, roles, Task.BINARY, counts)


HALVES = Counts(class_counts={"no": 50, "yes": 50}, class_units={"no": 50, "yes": 50}, units=100)


class TestSplits:
    def test_the_data_choose_the_split(self) -> None:
        by_groups = churn(HALVES.model_copy(update={"groups": 10}), group="region")
        split = {
            name: resolve(StudySpec(dataset="churn"), facts).evaluation.split
            for name, facts in {"plain": churn(HALVES), "group": by_groups, "time": churn(HALVES, time="since")}.items()
        }
        assert split == {"plain": Split.STRATIFIED, "group": Split.GROUP, "time": Split.TIME}
        assert resolve(StudySpec(dataset="diabetes"), BUILT_IN["diabetes"]).evaluation.split is Split.SHUFFLED

    @pytest.mark.parametrize(
        ("evaluation", "told", "field", "rule"),
        [
            ({"split": "group"}, {}, "evaluation.split", "must have a column to split by in dataset.group"),
            ({"split": "time"}, {}, "evaluation.split", "must have a column to split by in dataset.time"),
            ({"split": "shuffled"}, {"group": "region"}, "evaluation.split", "must respect dataset.group, 'region'"),
            (
                {"folds": 5},
                {"group": "region"},
                "evaluation.folds",
                "must be at most 3, the groups",
            ),
            ({"test_fraction": 0.01}, {}, "evaluation.test_fraction", "must leave a test row for each of 2 classes"),
        ],
    )
    def test_names_the_field_and_the_rule(self, evaluation, told, field, rule) -> None:
        facts = churn(HALVES.model_copy(update={"groups": 4}), **told)
        with pytest.raises(Invalid) as refused:
            resolve(StudySpec.model_validate({"dataset": "churn", "evaluation": evaluation}), facts)
        assert rule in {violation.field: violation.rule for violation in refused.value.violations}[field]

    def test_numbers_are_not_stratified(self) -> None:
        with pytest.raises(Invalid, match=r"evaluation\.split must fit a regression task"):
            resolve(StudySpec(dataset="diabetes", evaluation={"split": "stratified"}), BUILT_IN["diabetes"])


class TestClassWeight:
    @pytest.mark.parametrize(
        ("dataset", "weight", "rule"),
        [
            ("breast_cancer", {"benign": 1.0}, "must hold a number for each class"),
            ("diabetes", "balanced", "must be left out for a regression task"),
        ],
    )
    def test_it_names_each_class_and_needs_classes(self, dataset, weight, rule) -> None:
        with pytest.raises(Invalid, match=rule):
            resolve(StudySpec(dataset=dataset, training={"class_weight": weight}), BUILT_IN[dataset])


class TestBuiltIn:
    def test_there_are_no_others(self) -> None:
        assert set(BUILT_IN) == {"iris", "wine", "breast_cancer", "digits", "diabetes"}

    @pytest.mark.parametrize(("name", "outputs"), [("breast_cancer", 1), ("iris", 3), ("digits", 10), ("diabetes", 1)])
    def test_two_classes_have_one_output_and_more_have_one_each(self, name, outputs) -> None:
        assert BUILT_IN[name].outputs == outputs

    @pytest.mark.parametrize("name", BUILT_IN_SETS)
    def test_its_default_task_follows_from_its_target(self, name) -> None:
        kept = BUILT_IN_SETS[name]
        assert kept.roles is not None
        assert task_of(None, kept.roles, kept.dataset) is kept.task is BUILT_IN[name].task
