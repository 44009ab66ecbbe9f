"""The front of two objectives: each contender's score against what else was asked of it."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

from ridgeline.report.figures.figure import Figure, Table, layout
from ridgeline.report.figures.palette import MUTED, Look
from ridgeline.report.words import contender
from ridgeline.spec.metrics import Direction
from ridgeline.spec.objective_words import cells, columns
from ridgeline.spec.views import ContenderView, Estimated, ObjectivesView, Verdict
from ridgeline.spec.words import number

HEIGHT = 360
LABELS = ("top right", "bottom right", "top left", "bottom left")
"""Where names stand beside their marks, in turn, since neighbours may be near."""


def front(verdict: Verdict, looks: Mapping[str, Look], *, with_rates: bool) -> Figure | None:
    """Contenders whose second objective could be measured, and a line through the front; None: there is none.

    A full mark may be recommended, since it keeps all constraints; a star is.
    """
    told = verdict.objectives
    if told is None or told.second is None or told.direction is None:
        return None
    second = told.second
    drawn = [(one, found) for one in verdict.contenders if (found := _second(one, told)) is not None]
    if not drawn:
        return None
    on_front = " and ".join(contender(one) for one, _ in drawn if one.number in _front(told)) or "none"
    return Figure(
        name="front",
        told=f"{verdict.metric} against {second}, {len(drawn)} settings. On the front: {on_front}. "
        "The table has all numbers.",
        traces=[
            _line(told),
            *(
                {**_mark(verdict, told, one, found, looks[_kind(one)]), "textposition": where}
                for (one, found), where in zip(drawn, cycle(LABELS), strict=False)
            ),
        ],
        layout=layout(
            HEIGHT,
            xaxis={"title": {"text": _axis(verdict.metric, verdict.direction)}},
            yaxis={"title": {"text": _axis(second, told.direction)}},
        ),
        table=objectives(verdict, told, with_rates=with_rates),
        note=_note(told),
    )


def objectives(verdict: Verdict, told: ObjectivesView, *, with_rates: bool) -> Table:
    """Each contender's measures and constraints, the best score first."""
    rows = [
        (contender(one, with_rate=with_rates), number(one.score), *cells(one, told))
        for one in verdict.contenders
        if one.setting is not None and one.score is not None
    ]
    heads = columns(told)
    numeric = range(1, 2 + len(heads) - (told.second is not None))
    return Table(("setting", verdict.metric, *heads), rows, frozenset(numeric))


def _second(one: ContenderView, told: ObjectivesView) -> Estimated | None:
    if one.setting is None or one.score is None:
        return None
    return next((each for each in one.measures if each.measure is told.second), None)


def _kind(one: ContenderView) -> str:
    return "none" if one.setting is None else one.setting.regularizer


def _front(told: ObjectivesView) -> set[int]:
    return {member.number for member in told.front}


def _line(told: ObjectivesView) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [member.score for member in told.front],
        "y": [member.second.value for member in told.front],
        "line": {"color": MUTED, "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _mark(verdict: Verdict, told: ObjectivesView, one: ContenderView, found: Estimated, look: Look) -> dict[str, Any]:
    is_chosen, limits = one.number == verdict.recommended.number, found.interval
    plain = look.symbol if one.number in told.keeping else f"{look.symbol}-open"
    drawn, paired = {"color": look.colour, "thickness": 1.5, "width": 4}, one.difference_to_none
    value = f"{number(found.value)} ({number(limits.low)} to {number(limits.high)})"
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [one.score],
        "y": [found.value],
        "text": [_kind(one)],
        "cliponaxis": False,
        "marker": {
            "color": look.colour,
            "size": 16 if is_chosen else 10,
            "symbol": "star" if is_chosen else plain,
            "line": {"color": look.colour, "width": 1.5},
        },
        "error_x": {"type": "data", "array": [0.0 if paired is None else paired.standard_error], **drawn},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [limits.high - found.value],
            "arrayminus": [found.value - limits.low],
            **drawn,
        },
        "hovertext": [
            f"<b>{contender(one)}</b><br>{verdict.metric} {number(one.score or 0.0)}<br>{found.measure} {value}"
        ],
        "hoverinfo": "text",
    }


def _axis(name: str, direction: Direction) -> str:
    return f"{name} ({'lower' if direction is Direction.MINIMIZE else 'higher'} is better)"


def _note(told: ObjectivesView) -> str:
    marks = "A star is recommended; " + ("full marks keep all constraints; " if told.constraints else "")
    return (
        f"{marks}on the dotted line no setting is better than another in both. Bars: one standard error of the paired "
        "difference to none across, 95 % intervals upwards."
    )
