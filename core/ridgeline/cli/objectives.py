"""A second objective and constraints as people read them."""

from ridgeline.cli.tables import print_table, say, table_of
from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.views.objectives import ConstraintView, Estimated, ObjectivesView
from ridgeline.spec.views.verdict import ContenderView, Verdict
from ridgeline.spec.words import number


def print_objectives(view: Verdict, told: ObjectivesView, names: dict[int, str]) -> None:
    """Each contender's measures, with the bound that a constraint goes by.

    Args:
        view: The verdict.
        told: Its part on them.
        names: Contenders in words, by number.
    """  # fmt: skip
    on_front = {one.number for one in told.front}
    asked = dict.fromkeys([*([told.second] if told.second else []), *(each.measure for each in told.constraints)])
    columns = [f"{measure}, 95 %" for measure in asked]
    front = ["front"] if told.second else []
    table = table_of(("contender", *columns, *map(str, told.constraints), *front))
    for one in view.contenders:
        if one.setting is None or one.score is None:
            continue
        table.add_row(
            names[one.number],
            *(_measure(one, measure) for measure in asked),
            *(_kept(one, constraint) for constraint in told.constraints),
            *(["yes" if one.number in on_front else ""] if told.second else []),
        )
    print_table(table)
    if told.constraints:
        say("A constraint holds when its one-sided 95 % bound, in brackets, does.")


def _measure(one: ContenderView, measure: Measure) -> str:
    found: Estimated | None = next((each for each in one.measures if each.measure is measure), None)
    if found is None:
        return "-"
    low, high = found.interval.low, found.interval.high
    told = number(found.value)
    return told if low == high else f"{told} ({number(low)} to {number(high)})"


def _kept(one: ContenderView, constraint: Constraint) -> str:
    found: ConstraintView = next(each for each in one.constraints if each.constraint == constraint)
    return found.kept.value if found.bound is None else f"{found.kept.value} ({number(found.bound)})"
