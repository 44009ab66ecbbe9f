"""Score against strength by a ladder: strengths that were trained again side by side, on fresh folds and draws."""

from collections.abc import Iterator, Sequence
from typing import Any

from ridgeline.kinds import Range
from ridgeline.report.figures.axes import axis_of, band, frame, window_of
from ridgeline.report.figures.figure import Figure, Table, worse_beyond
from ridgeline.report.figures.palette import INK, MUTED, Look
from ridgeline.report.words import DASH, fixed, places, signed
from ridgeline.spec.views import CurvePoint, CurveView
from ridgeline.spec.words import named, number


def by_ladder(view: CurveView, name: str, best: CurvePoint, look: Look) -> Figure:
    """The ladder with the standard error of each paired difference to its best, and the plateau; trials are faint."""
    climbed = [point for point in view.points if point.trial is None]
    decimals = places(point.difference_standard_error for point in climbed)
    none = None if view.none is None else view.none.score
    near = [point for point in climbed if point.in_plateau]
    keep = [point.score + side * (point.difference_standard_error or 0.0) for point in near for side in (-1, 1)]
    window = window_of(view, [point.score for point in climbed], keep, none)
    level = "" if view.plateau is None else f" As good is {number(view.plateau.low)} to {number(view.plateau.high)}."
    return Figure(
        name=f"curve-{view.regularizer}",
        title=view.regularizer,
        told=(
            f"{view.metric} against {name} of {view.regularizer}, {len(climbed)} strengths side by side; the best is "
            f"{fixed(best.score, decimals)} at {number(best.strengths[name])}.{level} The table has all of them."
        ),
        traces=list(_traces(view, name, best, climbed, look)),
        layout=frame(window, none, axis_of(view, name), list(_shapes(view, name, climbed, look))),
        table=_table(view, decimals),
        note=f"{view.statement} {worse_beyond(window, 'strength')}".strip(),
    )


def _traces(
    view: CurveView, name: str, best: CurvePoint, climbed: Sequence[CurvePoint], look: Look
) -> Iterator[dict[str, Any]]:
    ordered = sorted(climbed, key=lambda point: point.strengths[name])
    x, y = [point.strengths[name] for point in ordered], [point.score for point in ordered]
    yield band(x, y, [point.difference_standard_error or 0.0 for point in ordered], look)
    searched = [point for point in view.points if point.trial is not None and _is_alike(point, best, name)]
    if searched:
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [point.strengths[name] for point in searched],
            "y": [point.score for point in searched],
            "marker": {"color": MUTED, "size": 6, "symbol": "x-thin", "line": {"color": MUTED, "width": 1.5}},
            "opacity": 0.7,
            "text": [f"trial {point.trial}, on folds of the search<br>{_hover(view, point)}" for point in searched],
            "hoverinfo": "text",
            "showlegend": False,
        }
    yield {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "line": {"color": look.colour, "width": 2},
        "marker": {
            "color": look.colour,
            "size": 8,
            "symbol": [look.symbol if point.in_plateau else f"{look.symbol}-open" for point in ordered],
        },
        "text": [_hover(view, point) for point in ordered],
        "hoverinfo": "text",
        "showlegend": False,
    }
    yield {
        "type": "scatter",
        "mode": "markers",
        "x": [best.strengths[name]],
        "y": [best.score],
        "marker": {"symbol": "star", "size": 15, "color": look.colour, "line": {"color": INK, "width": 1}},
        "text": [f"best of the ladder<br>{_hover(view, best)}"],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _is_alike(point: CurvePoint, best: CurvePoint, name: str) -> bool:
    """Whether a trial differs from the ladder in this strength alone."""
    others = {other: value for other, value in point.strengths.items() if other != name}
    held = {other: value for other, value in best.strengths.items() if other != name}
    return (others, point.learning_rate) == (held, best.learning_rate)


def _shapes(view: CurveView, name: str, climbed: Sequence[CurvePoint], look: Look) -> Iterator[dict[str, Any]]:
    """The plateau, and the ends of what was searched where the ladder has gone beyond."""
    if view.plateau is not None:
        across = {"x0": view.plateau.low, "x1": view.plateau.high, "yref": "paper", "y0": 0, "y1": 1}
        yield {"type": "rect", **across, "fillcolor": look.veil, "line": {"width": 0}, "layer": "below"}
    search = view.searched[name]
    if not isinstance(search, Range):
        return
    values = [point.strengths[name] for point in climbed]
    for end, is_beyond in ((search.low, min(values) < search.low), (search.high, max(values) > search.high)):
        if is_beyond:
            upright = {"type": "line", "x0": end, "x1": end, "yref": "paper", "y0": 0, "y1": 1}
            yield {**upright, "line": {"color": MUTED, "width": 1, "dash": "dot"}}


def _hover(view: CurveView, point: CurvePoint) -> str:
    told = f"<b>{named(point.strengths)}</b><br>{view.metric} {number(point.score)} ± {number(point.standard_error)}"
    if point.difference_to_best is None or point.difference_standard_error is None:
        return told
    difference, error = number(point.difference_to_best), number(point.difference_standard_error)
    return f"{told}<br>to the best {difference} ± {error}, paired"


def _table(view: CurveView, decimals: int) -> Table:
    names = list(view.searched)
    rows = [
        (
            *(number(point.strengths[name]) for name in names),
            number(point.learning_rate),
            f"{fixed(point.score, decimals)} ± {fixed(point.standard_error, decimals)}",
            DASH
            if point.difference_to_best is None
            else f"{signed(point.difference_to_best, decimals)} ± {fixed(point.difference_standard_error, decimals)}",
            DASH if point.trial is not None else "yes" if point.in_plateau else "no",
            "ladder" if point.trial is None else f"trial {point.trial}",
        )
        for point in view.points
    ]
    columns = (
        *names,
        "learning rate",
        f"{view.metric} ± s.e.",
        "difference to the best ± s.e.",
        "as good as the best",
        "from",
    )
    return Table(columns, rows, frozenset(range(len(names) + 3)))
