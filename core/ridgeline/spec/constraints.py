"""Constraints: what a setting must be shown to hold before it is recommended."""

import math
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ridgeline.kinds import Frozen
from ridgeline.kinds.kind import Number
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Direction

BOUNDS = {">=": "at_least", "<=": "at_most"}
EXAMPLE = "accuracy >= 0.95"


class Constraint(Frozen):
    """A bound of a measure on the side of better, so that it can be kept by being good enough."""

    measure: Measure
    """What is bounded."""
    at_least: Number | None = None
    """The bound, where higher is better."""
    at_most: Number | None = None
    """The bound, where lower is better."""

    @property
    def bound(self) -> float:
        """The number that must be reached."""
        found = self.at_most if self.at_least is None else self.at_least
        if found is None:
            raise ValueError(f"a constraint of {self.measure} must have a bound")
        return found

    @property
    def sign(self) -> int:
        """Factor that turns the measure into a loss: 1 where lower is better, -1 where higher is."""
        return self.measure.direction.sign

    def __str__(self) -> str:
        sign = "<=" if self.measure.direction is Direction.MINIMIZE else ">="
        return f"{self.measure} {sign} {self.bound:.15g}"

    @model_validator(mode="after")
    def _is_bounded_on_the_side_of_better(self) -> Self:
        lower = self.measure.direction is Direction.MINIMIZE
        right, wrong = ("at_most", "at_least") if lower else ("at_least", "at_most")
        which = "lower" if lower else "higher"
        asked, otherwise = getattr(self, right), getattr(self, wrong)
        if otherwise is not None:
            rule = f"must be left out for {self.measure}, of which {which} is better,"
            raise ValueError(f"{wrong} {rule} but got {otherwise:g}; write {right}")
        if asked is None:
            raise ValueError(f"{right} is required for {self.measure}, of which {which} is better; add it")
        low, high = self.measure.limits
        if not (low <= asked < high if lower else low < asked <= high):
            raise ValueError(f"{right} {_within(low, high, lower=lower)} but got {asked:g}; {_remedy(low, high)}")
        return self


def _within(low: float, high: float, *, lower: bool) -> str:
    """The rule of a bound, such as `must be above 0 and at most 1, as accuracy is,`."""
    below = "" if math.isinf(low) else f"at least {low:g}" if lower else f"above {low:g}"
    above = "" if math.isinf(high) else f"below {high:g}" if lower else f"at most {high:g}"
    return f"must be {' and '.join(filter(None, [below, above]))}, else it says nothing or cannot be met,"


def _remedy(low: float, high: float) -> str:
    return "write a share, such as 0.95" if (low, high) == (0.0, 1.0) else "change it"


def _as_object(value: object) -> object:
    """`accuracy >= 0.95` as the object that it stands for."""
    if not isinstance(value, str):
        return value
    name, sign, number = _parted(value)
    try:
        bound = float(number)
    except ValueError:
        bound = math.nan
    if not sign or not math.isfinite(bound):
        raise ValueError(f"must be a measure, >= or <=, and a number; write it like {EXAMPLE}")
    return {"measure": name, BOUNDS[sign]: bound}


def _parted(text: str) -> tuple[str, str, str]:
    for sign in BOUNDS:
        name, found, number = text.partition(sign)
        if found:
            return name.strip(), sign, number.strip()
    return text, "", ""


class _TextInSchema:
    """Shows the short form in the JSON schema beside the object."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        pattern = r"^\s*[a-z0-9_]+\s*(>=|<=)\s*[0-9.eE+-]+\s*$"
        return {"anyOf": [{"type": "string", "pattern": pattern, "examples": [EXAMPLE]}, handler(schema)]}


AskedConstraint = Annotated[Constraint, BeforeValidator(_as_object), _TextInSchema()]
"""A constraint, or its short form."""
MAX_CONSTRAINTS = 16
Constraints = Annotated[
    tuple[AskedConstraint, ...],
    Field(
        max_length=MAX_CONSTRAINTS,
        examples=[[EXAMPLE, {"measure": "training_seconds", "at_most": 2.0}]],
    ),
]
