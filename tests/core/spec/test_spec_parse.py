"""A request is read from strict JSON, and what is wrong is told by field, rule, value and remedy."""

import json

import pytest

from ridgeline.errors import Invalid, Violation
from ridgeline.spec import StudySpec, parse_spec


def refused(body: bytes) -> tuple[Violation, ...]:
    with pytest.raises(Invalid) as error:
        parse_spec(body)
    return error.value.violations


def test_json_becomes_a_request() -> None:
    assert parse_spec(b'{"dataset": "iris", "name": "\\u00e9"}') == StudySpec(dataset="iris", name="é")


@pytest.mark.parametrize(
    ("body", "place", "reason"),
    [
        (b"{", 1, "Expecting property name"),
        (b"", 0, "Expecting value"),
        (b'{"dataset": "iris"} x', 20, "Extra data"),
        (b'{"\xff', 2, "it is not UTF-8"),
        (b'{"seed": NaN}', 0, "NaN is not a JSON number"),
        (b'{"seed": -Infinity}', 0, "-Infinity is not a JSON number"),
        (b'{"dataset": "\\ud800"}', 0, "half of a surrogate pair stands alone"),
        (b"[" * 100_000, 0, "it is nested too deeply"),
        (b'{"seed": ' + b"9" * 5000 + b"}", 0, "Exceeds the limit"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_strict_json_is_refused_with_the_place(body, place, reason) -> None:
    (broken,) = refused(body)
    assert (broken.field, broken.remedy) == ("body", "send one JSON object")
    assert broken.rule.startswith(f"must be JSON, and at character {place} it is not: {reason}")
    assert len(str(broken.value)) <= 40


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], "body must be an object but got []; put it in braces"),
        ({}, "dataset is required but got nothing; add it"),
        ({"dataset": "iris", "seed": True}, "seed must be a whole number but got true; write a whole number"),
        ({"dataset": "iris", "sed": 1}, "sed must be a known field but got 1; did you mean 'seed'? Otherwise use"),
        ({"dataset": "iris", "model": "mpl"}, "model must be a known kind but got 'mpl'; did you mean 'mlp'?"),
        ({"dataset": "iris", "model": {}}, "model.kind is required but got nothing; use one of linear, mlp"),
        ({"dataset": "iris", "objective": {"metric": 7}}, "objective.metric must be a known name but got 7; use one"),
        (
            {"dataset": "iris", "regularizers": [{"kind": "l2", "strength": [0.1, "1"]}]},
            "regularizers.0.strength.1 must be a number but got '1'; write a number, without quotes",
        ),
        (
            {"dataset": "iris", "regularizers": ["l1", {"kind": "dropout", "rate": 1}]},
            "regularizers.1.rate must be at least 0 and less than 1 but got 1; try 0.2",
        ),
        (
            {"dataset": "iris", "baseline": {"kind": "weight_decay", "tau": 0}},
            "baseline.tau must be greater than 0 but got 0; try 50, or leave it out",
        ),
        (
            {"dataset": "iris", "baseline": {"kind": "weight_decay", "tau": 0}, "training": {"epochs": 20}},
            "baseline.tau must be greater than 0 but got 0; try 20, or leave it out",
        ),
        ({"dataset": "iris", "tags": {"": "x"}}, "tags must have a length of at least 1 but got '';"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_broken_rule_is_told_by_field_rule_value_and_remedy(asked, told) -> None:
    (broken,) = refused(json.dumps(asked).encode())
    assert str(broken).startswith(told)


def test_every_broken_rule_is_told_at_once() -> None:
    broken = refused(b'{"regularizers": ["l3"], "seed": -1, "x": 1}')
    assert {each.field for each in broken} == {"dataset", "regularizers.0", "seed", "x"}
