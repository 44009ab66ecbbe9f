"""A second objective and constraints of contenders, as people read them in a table."""

from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.views.objectives import ObjectivesView
from ridgeline.spec.views.verdict import ContenderView
from ridgeline.spec.words import number

UNKNOWN = "-"


def measured(told: ObjectivesView) -> tuple[Measure, ...]:
    """What was asked of each contender: the second objective, then what is constrained, each once."""
    second = () if told.second is None else (told.second,)
    return tuple(dict.fromkeys((*second, *(each.measure for each in told.constraints))))


def columns(told: ObjectivesView) -> tuple[str, ...]:
    """Heads of the cells."""
    front = () if told.second is None else ("front",)
    return (*(f"{measure}, 95 %" for measure in measured(told)), *map(str, told.constraints), *front)


def cells(one: ContenderView, told: ObjectivesView) -> tuple[str, ...]:
    """A contender's measures, whether it keeps each constraint, by which bound, and whether it is on the front."""
    on_front = any(one.number == member.number for member in told.front)
    front = () if told.second is None else ("yes" if on_front else "",)
    return (
        *(_measure(one, measure) for measure in measured(told)),
        *(_kept(one, constraint) for constraint in told.constraints),
        *front,
    )


def _measure(one: ContenderView, measure: Measure) -> str:
    found = next((each for each in one.measures if each.measure is measure), None)
    if found is None:
        return UNKNOWN
    low, high = found.interval.low, found.interval.high
    value = number(found.value)
    return value if low == high else f"{value} ({number(low)} to {number(high)})"


def _kept(one: ContenderView, constraint: Constraint) -> str:
    found = next(each for each in one.constraints if each.constraint == constraint)
    return found.kept.value if found.bound is None else f"{found.kept.value} ({number(found.bound)})"
