"""The leaderboard as a forest: each contender's difference to none with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any

from ridgeline.report.figures.figure import Figure, Table, layout
from ridgeline.report.figures.palette import GRID, INK, MUTED, Look
from ridgeline.report.words import DASH, compared, contender, fixed, label, p_value, places, signed
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views import ContenderView, Verdict

ROW = 30
"""Pixels of a row."""
FARTHEST = 8.0
"""Differences beyond so many times the median half interval are cut."""


def forest(verdict: Verdict, looks: Mapping[str, Look], *, with_rates: bool) -> Figure:
    """Every contender that was trained again to the end, the best first; the constant prediction is in the table only.

    A full mark is in the tie set, a star is recommended; an open mark is neither.
    """
    drawn = [one for one in verdict.contenders if one.setting is not None and one.score is not None]
    rows = len(drawn)
    edge = _edge(drawn)
    lower = verdict.direction is Direction.MINIMIZE
    better = "← better than none" if lower else "better than none →"
    arrow = {"text": better, "xref": "paper", "yref": "paper", "showarrow": False, "font": {"color": MUTED, "size": 12}}
    place = {"x": 0.0, "xanchor": "left"} if lower else {"x": 1.0, "xanchor": "right"}
    none = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "line": {"color": INK, "width": 1.5}}
    return Figure(
        name="forest",
        told=_told(verdict, drawn),
        traces=[_row(verdict, one, rows - place_, looks, edge) for place_, one in enumerate(drawn)],
        layout=layout(
            max(170, 90 + ROW * rows),
            margin={"l": 12, "r": 18, "t": 30, "b": 12},
            shapes=[none],
            annotations=[{**arrow, **place, "y": 1.0, "yanchor": "bottom"}],
            xaxis={
                "title": {"text": f"difference of {verdict.metric} to none"},
                **({} if edge is None else {"range": list(edge)}),
            },
            yaxis={
                "tickvals": [rows - place_ for place_ in range(rows)],
                "ticktext": [label(one, with_rate=with_rates) for one in drawn],
                "range": [0.4, rows + 0.6],
                "showgrid": False,
                "ticks": "",
                "linecolor": GRID,
            },
        ),
        table=_table(verdict, with_rates=with_rates),
        note=_note(edge),
    )


def _row(
    verdict: Verdict, one: ContenderView, place: int, looks: Mapping[str, Look], edge: tuple[float, float] | None
) -> dict[str, Any]:
    """The mark of a contender, with its interval; one beyond the edge stands at it."""
    kind = "none" if one.setting is None else one.setting.regularizer
    look, difference = looks[kind], one.difference_to_none
    mean = 0.0 if difference is None else difference.mean
    shown = mean if edge is None else min(max(mean, edge[0]), edge[1])
    is_chosen = one.number == verdict.recommended.number
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [shown],
        "y": [place],
        "name": kind,
        "marker": {
            "color": look.colour,
            "size": 16 if is_chosen else 10,
            "symbol": "star" if is_chosen else look.symbol if one.in_tie_set else f"{look.symbol}-open",
            "line": {"color": look.colour, "width": 1.5},
        },
        "text": [_hover(verdict, one)],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
    if difference is not None and shown == mean:
        limits = difference.interval
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [limits.high - mean],
            "arrayminus": [mean - limits.low],
            "color": look.colour,
            "thickness": 2,
            "width": 5,
        }
    return trace


def _hover(verdict: Verdict, one: ContenderView) -> str:
    decimals = decimals_of(verdict)
    told = [f"<b>{contender(one)}</b>", f"{verdict.metric} {fixed(one.score, decimals)}"]
    if one.difference_to_none is not None:
        told.append(f"to none {compared(one.difference_to_none, decimals)}")
        told.append(f"better with probability {one.difference_to_none.probability_better:.2f}")
    return "<br>".join(told)


def _edge(drawn: Sequence[ContenderView]) -> tuple[float, float] | None:
    """The ends of the axis, where some differences are so large that the others could not be told apart."""
    found = [one.difference_to_none for one in drawn if one.difference_to_none is not None]
    halves = sorted((each.interval.high - each.interval.low) / 2 for each in found)
    if not halves or halves[len(halves) // 2] == 0:
        return None
    far = FARTHEST * halves[len(halves) // 2]
    near = [each for each in found if abs(each.mean) <= far]
    if len(near) == len(found) or not near:
        return None
    low = min(0.0, *(each.interval.low for each in near))
    high = max(0.0, *(each.interval.high for each in near))
    margin = 0.06 * (high - low)
    return low - margin, high + margin


def _note(edge: tuple[float, float] | None) -> str:
    told = "A star is recommended; full marks may be the best, open ones are not."
    return told if edge is None else f"{told} Marks at the edge without an interval lie beyond it; the table has them."


def _told(verdict: Verdict, drawn: Sequence[ContenderView]) -> str:
    shown = sum(one.gain_shown for one in drawn)
    words = next((contender(one) for one in drawn if one.number == verdict.recommended.number), "none")
    return (
        f"Differences of {verdict.metric} to none with 95 % intervals, {len(drawn)} settings, the best first. "
        f"Recommended: {words}. Shown to be better than none: {shown}. The table has all numbers."
    )


def decimals_of(verdict: Verdict) -> int:
    """Decimals in which this verdict's scores are told."""
    compared_ = (one.difference_to_none for one in verdict.contenders if one.setting is not None)
    return places(each.standard_error for each in compared_ if each is not None)


def _table(verdict: Verdict, *, with_rates: bool) -> Table:
    decimals = decimals_of(verdict)
    rows = []
    for one in verdict.contenders:
        if not one.went_on:
            continue
        difference = one.difference_to_none
        star = "★ " if one.number == verdict.recommended.number else ""
        error = "" if one.standard_error is None else f" ± {fixed(one.standard_error, decimals)}"
        rows.append(
            (
                star + contender(one, with_rate=with_rates),
                ", ".join(one.roles),
                fixed(one.score, decimals) + error,
                compared(difference, decimals),
                DASH if difference is None else f"{difference.probability_better:.2f}",
                p_value(one.holm_p) + (" shown" if one.gain_shown else ""),
                signed(one.generalization_gap, decimals),
                "yes" if one.in_tie_set else "no",
            )
        )
    columns = (
        "setting",
        "as",
        f"{verdict.metric} ± s.e.",
        "difference to none (95 %)",
        "better with probability",
        "Holm p",
        "gap to training rows",
        "may be the best",
    )
    return Table(columns, rows, frozenset({2, 3, 4, 5, 6}))
