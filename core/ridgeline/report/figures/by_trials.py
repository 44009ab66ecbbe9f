"""Score against strength by the complete trials of the search."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ridgeline.report.figures.axes import axis_of, band, best_of, frame, window_of
from ridgeline.report.figures.figure import Figure, Legend, Table, worse_beyond
from ridgeline.report.figures.palette import INK, MUTED, Look
from ridgeline.report.words import fixed, places
from ridgeline.spec.views import CurvePoint, CurveView
from ridgeline.spec.words import named, number

MOST_RATES = 4
"""Learning rates that have a line each."""
_DASHES = ("solid", "dash", "dot", "dashdot")


def by_trials(view: CurveView, free: Sequence[str], none: float | None, look: Look) -> Figure:
    """The trials with a band of one standard error of each score.

    Args:
        view: with two points or more.
        free: strengths that were searched, the one to draw by first.
        none: its score in the search.
        look: of the kind.
    """
    decimals, best = places(point.standard_error for point in view.points), best_of(view, view.points)
    around = [best.score - best.standard_error, best.score + best.standard_error]  # a flat curve is to look flat
    window = window_of(view, [point.score for point in view.points], around, none)
    return Figure(
        name=f"curve-{view.regularizer}",
        title=view.regularizer,
        told=(
            f"{view.metric} against {free[0]} of {view.regularizer}, {len(view.points)} trials; the best is "
            f"{fixed(best.score, decimals)} at {named(best.strengths)}. The table has all of them."
        ),
        traces=list(_traces(view, free, best, look)),
        layout=frame(window, none, axis_of(view, free[0])),
        table=_table(view, decimals),
        note=f"{view.statement} {worse_beyond(window, 'trial')}".strip(),
    )


def _traces(view: CurveView, free: Sequence[str], best: CurvePoint, look: Look) -> Iterator[dict[str, Any]]:
    """Band, line and marks of each learning rate; of several strengths marks only, since neighbours differ in two."""
    name = free[0]
    by_rate = sorted(view.points, key=lambda point: (point.learning_rate, point.strengths[name]))
    rates = [(rate, list(points)) for rate, points in groupby(by_rate, key=lambda point: point.learning_rate)]
    legend = Legend()
    for place, (rate, points) in enumerate(rates):
        x, y = [point.strengths[name] for point in points], [point.score for point in points]
        entry = legend.entry(f"learning rate {number(rate)}") | {"showlegend": len(rates) > 1}
        line = {"color": look.colour, "width": 2, "dash": _DASHES[place % len(_DASHES)]}
        if len(free) == 1 and len(rates) <= MOST_RATES:
            yield band(x, y, [point.standard_error for point in points], look)
            yield {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", **entry}
            entry |= {"showlegend": False}
        marker: dict[str, Any] = {"color": look.colour, "size": 7, "symbol": look.symbol}
        if len(free) > 1:
            second = [point.strengths[free[1]] for point in points]
            marker |= {"color": second, "colorscale": "Viridis", "showscale": place == 0, "size": 9}
            marker |= {"line": {"color": MUTED, "width": 0.5}}
            marker |= {"colorbar": {"title": {"text": free[1]}, "thickness": 10, "outlinewidth": 0}}
        marks = {"type": "scatter", "mode": "markers", "x": x, "y": y, "marker": marker}
        yield {**marks, "text": [_hover(view, point) for point in points], "hoverinfo": "text", **entry}
    yield {
        "type": "scatter",
        "mode": "markers",
        "x": [best.strengths[name]],
        "y": [best.score],
        "marker": {"symbol": "star", "size": 15, "color": look.colour, "line": {"color": INK, "width": 1}},
        "text": [f"best of the search<br>{_hover(view, best)}"],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _hover(view: CurveView, point: CurvePoint) -> str:
    told = f"<b>{named(point.strengths)}</b><br>{view.metric} {number(point.score)} ± {number(point.standard_error)}"
    return f"{told}<br>learning rate {number(point.learning_rate)}, trial {point.trial}"


def _table(view: CurveView, decimals: int) -> Table:
    names = list(view.searched)
    rows = [
        (
            *(number(point.strengths[name]) for name in names),
            number(point.learning_rate),
            f"{fixed(point.score, decimals)} ± {fixed(point.standard_error, decimals)}",
            str(point.trial),
        )
        for point in view.points
    ]
    columns = (*names, "learning rate", f"{view.metric} ± s.e.", "trial")
    return Table(columns, rows, frozenset(range(len(columns))))
