"""What a request may hold, as its JSON schema tells it and as it is parsed."""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import StudySpec
from ridgeline.spec.columns import Inputs
from ridgeline.spec.metrics import Metric, Task
from ridgeline.spec.models import Linear, Mlp

SCHEMA = StudySpec.model_json_schema()


def fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for model, told in {"StudySpec": schema, **schema["$defs"]}.items():
        for name, field in told.get("properties", {}).items():
            if model not in {kind.__name__ for kind in CATALOGUE.values()} or name != "kind":
                referred = schema["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
                yield f"{model}.{name}", {**referred, **field}


def test_every_field_says_what_it_means() -> None:
    assert [name for name, field in fields(SCHEMA) if not field.get("description")] == []


def test_every_object_is_closed() -> None:
    objects = [SCHEMA, *(told for told in SCHEMA["$defs"].values() if told.get("type") == "object")]
    assert all(told["additionalProperties"] is False for told in objects)
    assert len(objects) > 10


def test_only_the_data_set_is_required() -> None:
    assert SCHEMA["required"] == ["dataset"]


def test_kinds_are_a_union_of_names_and_objects() -> None:
    (listed,) = (each for each in SCHEMA["properties"]["regularizers"]["anyOf"] if each.get("type") == "array")
    names, union = listed["items"]["anyOf"]
    assert names["enum"] == list(CATALOGUE)
    assert union["discriminator"]["mapping"].keys() == CATALOGUE.keys()


REQUESTS = [
    {"dataset": "iris"},
    {"dataset": "iris", "model": "linear", "sampler": "gp", "pruner": "none", "training": {"optimizer": "sgd"}},
    {
        "dataset": "iris",
        "sampler": {"kind": "grid", "points": 4},
        "regularizers": ["none", {"kind": "l1", "strength": [1]}],
    },
    {"dataset": "iris", "baseline": {"kind": "weight_decay", "tau": 40}, "tags": {"a": "b"}},
    {"dataset": "iris", "training": {"learning_rate": {"low": 0.1, "high": 1, "log": True}}},
]
BROKEN = [
    {},
    {"dataset": ""},
    {"dataset": 3},
    {"dataset": "iris", "epochs": 3},
    {"dataset": "iris", "training": {"epochs": 0}},
    {"dataset": "iris", "budget": {"max_trials": 0}},
    {"dataset": "iris", "budget": {"max_seconds": 0}},
    {"dataset": "iris", "evaluation": {"folds": 1}},
    {"dataset": "iris", "evaluation": {"test_fraction": -0.1}},
    {"dataset": "iris", "evaluation": {"test_fraction": 0.6}},
    {"dataset": "iris", "regularizers": ["ridge"]},
    {"dataset": "iris", "regularizers": "l2"},
    {"dataset": "iris", "model": "cnn"},
    {"dataset": "iris", "model": {"kind": "mlp", "hidden": []}},
    {"dataset": "iris", "model": {"kind": "linear", "hidden": [3]}},
    {"dataset": "iris", "objective": {"metric": "auc"}},
    {"dataset": "iris", "sampler": {"kind": "grid", "points": 1}},
    {"dataset": "iris", "pruner": {"kind": "hyperband", "reduction_factor": 1}},
    {"dataset": "iris", "training": {"optimizer": {"kind": "sgd", "momentum": 1}}},
    {"dataset": "iris", "training": {"optimizer": {"kind": "adam", "weight_decay": 0.1}}},
    {"dataset": "iris", "seed": -1},
    {"dataset": "iris", "seed": 2**32},
    {"dataset": "iris", "mode": "all"},
    {"dataset": "iris", "tags": {"": "x"}},
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_schema_and_the_parser_accept_the_same(request_) -> None:
    jsonschema.validate(request_, SCHEMA)
    spec = StudySpec.model_validate(request_)
    assert StudySpec.model_validate_json(spec.model_dump_json()) == spec
    assert StudySpec.model_validate(spec.model_dump(mode="json", exclude_unset=True)) == spec


@pytest.mark.parametrize("request_", BROKEN)
def test_the_schema_and_the_parser_refuse_the_same(request_) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(request_, SCHEMA)
    with pytest.raises(ValidationError):
        StudySpec.model_validate(request_)


@pytest.mark.parametrize(
    "asked",
    [
        *({"seed": seed} for seed in (True, "1", 1.5)),
        {"name": 3},
        {"training": {"epochs": "50"}},
        {"training": {"learning_rate": "0.1"}},
        {"training": {"optimizer": {"kind": "sgd", "momentum": 0.9, "nesterov": "yes"}}},
        {"model": {"kind": "mlp", "hidden": [True]}},
        {"regularizers": [{"kind": "l2", "strength": {"low": 0.1, "high": 1, "log": 1}}]},
    ],
)
def test_values_of_another_type_are_refused(asked) -> None:
    with pytest.raises(ValidationError):
        StudySpec.model_validate({"dataset": "iris", **asked})


def test_every_metric_fits_numbers_or_classes() -> None:
    for metric in Metric:
        fitting = {task for task in Task if metric.fits(task)}
        assert fitting in (
            {Task.REGRESSION, Task.MULTI_TARGET},
            {Task.BINARY, Task.MULTICLASS},
            {Task.BINARY, Task.MULTICLASS, Task.MULTILABEL},
        )


def test_widths_of_models() -> None:
    assert Linear().widths(Inputs(numbers=30), 1) == (30, 1)
    assert Mlp(hidden=(8, 4)).widths(Inputs(numbers=30), 3) == (30, 8, 4, 3)
    mixed = Inputs(numbers=2, categories=(3, 10))
    assert Mlp(hidden=(8,)).widths(mixed, 1) == (15, 8, 1)
    assert Mlp(hidden=(8,), categories="embedding").widths(mixed, 1) == (2 + 3 + 6, 8, 1)
