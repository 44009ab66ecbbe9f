"""What curves of all sorts share: the frame with none as a line across, the band, the axis of a strength."""

import math
from collections.abc import Sequence
from typing import Any

from ridgeline.kinds import Range
from ridgeline.report.figures.figure import Window, layout
from ridgeline.report.figures.palette import MUTED, Look
from ridgeline.spec.views import CurvePoint, CurveView

HEIGHT = 300
WIDE = 100.0
"""Ratio of the ends of a grid from which on its axis is logarithmic."""


def frame(window: Window, none: float | None, xaxis: dict[str, Any], shapes: Sequence[Any] = ()) -> dict[str, Any]:
    """Axes, with the score of none as a line across."""
    drawn, annotations = list(shapes), []
    if none is not None:
        line = {"color": MUTED, "width": 1.5, "dash": "dash"}
        drawn.append({"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": none, "y1": none, "line": line})
        told = {"xref": "paper", "x": 1, "y": none, "text": "none", "xanchor": "right", "yanchor": "bottom"}
        annotations.append({**told, "showarrow": False, "font": {"color": MUTED, "size": 12}})
    return layout(
        HEIGHT,
        xaxis={"exponentformat": "power", **xaxis},
        yaxis={"range": window.ends},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        shapes=drawn,
        annotations=annotations,
    )


def window_of(view: CurveView, scores: Sequence[float], keep: Sequence[float], none: float | None) -> Window:
    """The scores that are worth seeing, with none and whatever else is to be seen."""
    return Window.of(scores, view.direction, [*keep, *([] if none is None else [none])])


def best_of(view: CurveView, points: Sequence[CurvePoint]) -> CurvePoint:
    """The point with the best score, the first of equals."""
    return min(points, key=lambda point: view.direction.sign * point.score)


def band(x: Sequence[float], middle: Sequence[float], halves: Sequence[float], look: Look) -> dict[str, Any]:
    """From so much below a line to so much above it."""
    upper = [y + half for y, half in zip(middle, halves, strict=True)]
    lower = [y - half for y, half in zip(middle, halves, strict=True)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*x, *reversed(x)],
        "y": [*upper, *reversed(lower)],
        "fill": "toself",
        "fillcolor": look.veil,
        "line": {"width": 0, "color": look.colour},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def axis_of(view: CurveView, name: str) -> dict[str, Any]:
    """The axis of a strength: a logarithmic one where it was searched so, marked by decades where there are several."""
    search, told = view.searched[name], {"title": {"text": name}}
    values = [point.strengths[name] for point in view.points]
    least, most = min(values), max(values)
    is_wide = isinstance(search, tuple) and least > 0 and most / least >= WIDE
    if least <= 0 or not (is_wide or (isinstance(search, Range) and search.log)):
        return {"type": "linear", **told}
    decades = math.log10(most / least)
    ticks: dict[str, Any] = {"dtick": 1} if decades >= 2 else {"dtick": "D2"} if decades >= 0.7 else {}
    return {"type": "log", **ticks, **told}
