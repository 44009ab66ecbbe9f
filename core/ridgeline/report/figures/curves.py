"""Score against strength, kind by kind."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from ridgeline.kinds import Range
from ridgeline.report.figures.figure import Figure, Legend, Table, Window, layout, worse_beyond
from ridgeline.report.figures.palette import INK, MUTED, Look
from ridgeline.report.words import fixed, places
from ridgeline.spec.views import CurvePoint, CurveView, EpochScore, TrialView
from ridgeline.spec.words import named, number

HEIGHT = 300
WIDE = 100.0
"""Ratio of the ends of a grid from which on its axis is logarithmic."""
LEAST_POINTS = 2
"""Points that make a curve."""
MOST_RATES = 4
"""Learning rates that have a line each."""
_DASHES = ("solid", "dash", "dot", "dashdot")


def curves(
    views: Sequence[CurveView], trials: Sequence[TrialView], none: float | None, looks: Mapping[str, Look]
) -> Iterator[Figure]:
    """A figure for each kind of which more than one strength was tried, or whose strength was read off its epochs."""
    for view in views:
        look = looks[view.regularizer]
        free = _free(view)
        if free and len(view.points) >= LEAST_POINTS:
            yield _curve(view, free, none, look)
        elif not free:
            read = _read_off(view, trials)
            if read is not None:
                yield _over_epochs(view, read, none, look)


def _free(view: CurveView) -> list[str]:
    """Strengths that were searched."""
    return [name for name, search in view.searched.items() if isinstance(search, Range | tuple)]


def _curve(view: CurveView, free: Sequence[str], none: float | None, look: Look) -> Figure:
    name, decimals = free[0], places(point.standard_error for point in view.points)
    best = min(view.points, key=lambda point: view.direction.sign * point.score)
    window = _window(view, view.points, best.standard_error, none)
    return Figure(
        name=f"curve-{view.regularizer}",
        title=view.regularizer,
        told=(
            f"{view.metric} against {name} of {view.regularizer}, {len(view.points)} settings; the best is "
            f"{fixed(best.score, decimals)} at {named(best.strengths)}. The table has all of them."
        ),
        traces=list(_traces(view, free, best, look)),
        layout=_layout(window, none, {"title": {"text": name}, **_scale(view, name)}),
        table=_table(view, decimals),
        note=worse_beyond(window, "setting"),
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
            yield _band(points, name, look)
            yield {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip", **entry}
            entry |= {"showlegend": False}
        marker: dict[str, Any] = {"color": look.colour, "size": 7, "symbol": look.symbol}
        if len(free) > 1:
            second = [point.strengths[free[1]] for point in points]
            marker |= {"color": second, "colorscale": "Viridis", "showscale": place == 0, "size": 9}
            marker |= {"line": {"color": MUTED, "width": 0.5}}
            marker |= {"colorbar": {"title": {"text": free[1]}, "thickness": 10, "outlinewidth": 0}}
        hover = [_hover(view, point) for point in points]
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": x,
            "y": y,
            "marker": marker,
            "text": hover,
            "hoverinfo": "text",
            **entry,
        }
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


def _band(points: Sequence[CurvePoint], name: str, look: Look) -> dict[str, Any]:
    """Score +- a standard error."""
    x = [point.strengths[name] for point in points]
    upper = [point.score + point.standard_error for point in points]
    lower = [point.score - point.standard_error for point in points]
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


def _hover(view: CurveView, point: CurvePoint) -> str:
    told = f"<b>{named(point.strengths)}</b><br>{view.metric} {number(point.score)} ± {number(point.standard_error)}"
    return f"{told}<br>learning rate {number(point.learning_rate)}, trial {point.trial}"


def _layout(window: Window, none: float | None, xaxis: dict[str, Any]) -> dict[str, Any]:
    """Axes, with the score of none as a line across."""
    more: dict[str, Any] = {}
    if none is not None:
        line = {"color": MUTED, "width": 1.5, "dash": "dash"}
        across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": none, "y1": none, "line": line}
        told = {"xref": "paper", "x": 1, "y": none, "text": "none", "xanchor": "right", "yanchor": "bottom"}
        more["shapes"] = [across]
        more["annotations"] = [{**told, "showarrow": False, "font": {"color": MUTED, "size": 12}}]
    return layout(
        HEIGHT,
        xaxis={"exponentformat": "power", **xaxis},
        yaxis={"range": window.ends},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        **more,
    )


def _window(
    view: CurveView, points: Sequence[CurvePoint] | Sequence[EpochScore], error: float, none: float | None
) -> Window:
    """With none, and the band of the best: a curve that is flat within it is to look flat."""
    scores = [point.score for point in points if point.score is not None]
    best = view.direction.sign * min(view.direction.sign * score for score in scores)
    return Window.of(scores, view.direction, [best - error, best + error, *([] if none is None else [none])])


def _scale(view: CurveView, name: str) -> dict[str, Any]:
    """The axis of a strength: a logarithmic one where it was searched so, marked by decades where there are several."""
    search = view.searched[name]
    values = [point.strengths[name] for point in view.points]
    least, most = min(values), max(values)
    is_wide = isinstance(search, tuple) and least > 0 and most / least >= WIDE
    if least <= 0 or not (is_wide or (isinstance(search, Range) and search.log)):
        return {"type": "linear"}
    decades = math.log10(most / least)
    ticks: dict[str, Any] = {"dtick": 1} if decades >= 2 else {"dtick": "D2"} if decades >= 0.7 else {}
    return {"type": "log", **ticks}


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


def _read_off(view: CurveView, trials: Sequence[TrialView]) -> TrialView | None:
    """The trial of a kind that was scored after each epoch: the best of several learning rates."""
    numbers = {point.trial for point in view.points}
    scored = [trial for trial in trials if trial.number in numbers and any(rung.curve for rung in trial.rungs)]
    return min(scored, key=lambda trial: view.direction.sign * (trial.score or 0.0)) if scored else None


def _over_epochs(view: CurveView, trial: TrialView, none: float | None, look: Look) -> Figure:
    """The scores of one trial after each epoch, which its strength was read off."""
    points = [point for rung in trial.rungs for point in rung.curve if point.score is not None]
    scores = [point.score for point in points if point.score is not None]
    x, errors = [point.epochs for point in points], [point.standard_error or 0.0 for point in points]
    decimals = places(errors)
    at = min(range(len(scores)), key=lambda place: view.direction.sign * scores[place])
    window = _window(view, points, errors[at], none)
    upper = [score + error for score, error in zip(scores, errors, strict=True)]
    lower = [score - error for score, error in zip(scores, errors, strict=True)]
    band = {"mode": "lines", "fill": "toself", "fillcolor": look.veil, "line": {"width": 0, "color": look.colour}}
    hover = [f"after epoch {e}<br>{view.metric} {number(s)}" for e, s in zip(x, scores, strict=True)]
    name = next(iter(trial.strengths), "epochs")
    return Figure(
        name=f"curve-{view.regularizer}",
        title=view.regularizer,
        told=(
            f"{view.metric} after each epoch of trial {trial.number}, off which {view.regularizer} was read: "
            f"{named(trial.strengths)}. The table has all of them."
        ),
        traces=[
            {"type": "scatter", "x": [*x, *x[::-1]], "y": [*upper, *lower[::-1]], "hoverinfo": "skip", **band},
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": x,
                "y": scores,
                "line": {"color": look.colour, "width": 2},
                "marker": {"color": look.colour, "size": 4},
                "text": hover,
                "hoverinfo": "text",
            },
        ],
        layout=_layout(window, none, {"title": {"text": name}, "type": "linear"}),
        table=Table(
            ("epochs", f"{view.metric} ± s.e."),
            [
                (str(e), f"{fixed(s, decimals)} ± {fixed(error, decimals)}")
                for e, s, error in zip(x, scores, errors, strict=True)
            ],
            frozenset({0, 1}),
        ),
        note=f"Read off trial {trial.number}: {named(trial.strengths)}. " + worse_beyond(window, "epoch"),
    )
