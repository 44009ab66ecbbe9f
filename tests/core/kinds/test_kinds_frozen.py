"""A value is immutable, closed, and described where its fields are declared."""

import math
from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from ridgeline.kinds import Frozen


class Point(Frozen):
    """A place."""

    x: float
    """To the right,
    in metres."""
    y: Annotated[float, Field(description="upwards")] = 0.0
    """Not this one."""
    label: str = ""


class Named(Point):
    """A place with a name."""

    name: str
    """What people call it."""


def test_the_string_under_a_field_is_its_description() -> None:
    assert [field.description for field in Point.model_fields.values()] == [
        "To the right,\nin metres.",
        "upwards",
        None,
    ]
    told = Named.model_json_schema()["properties"]
    assert told["x"]["description"] == "To the right,\nin metres."
    assert told["name"]["description"] == "What people call it."


def test_it_is_built_when_it_is_declared() -> None:
    assert Point.__pydantic_complete__
    assert Named.__pydantic_complete__


def test_a_class_without_a_file_needs_no_descriptions() -> None:
    space: dict[str, type[Frozen]] = {}
    exec("from ridgeline.kinds import Frozen\nclass Bare(Frozen):\n    x: int = 1", space)
    assert space["Bare"]().model_dump() == {"x": 1}


@pytest.mark.parametrize("asked", [{"x": math.nan}, {"x": math.inf}, {"x": 1, "z": 2}, {}])
def test_it_takes_what_it_declares_and_nothing_else(asked) -> None:
    with pytest.raises(ValidationError):
        Point.model_validate(asked)


def test_it_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Point(x=1).x = 2  # type: ignore[misc]
