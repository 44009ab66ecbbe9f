"""How the contenders learned: scores on validation rows on the way, and on training rows at the end."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from ridgeline.report.figures.figure import Figure, Legend, Table, Window, layout
from ridgeline.report.figures.palette import Look
from ridgeline.report.words import DASH, contender, fixed, label, places
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.views import ContenderView, Course, Verdict

HEIGHT = 420
LATE = 0.2
"""Share of the epochs from which on scores decide what part of the axis is shown."""
DRAWN = 8
"""Contenders that are drawn at first; the legend shows and hides them."""
_DASHES = ("solid", "dash", "dot", "dashdot")


def learning(
    verdict: Verdict,
    finalists: Sequence[ContenderView],
    courses: Mapping[int, Course],
    looks: Mapping[str, Look],
    *,
    with_rates: bool,
) -> Figure | None:
    """Curves of all that was trained again to the end, the best first; None: nothing was kept of how it went."""
    seen = [(one, courses[one.number]) for one in finalists if one.number in courses]
    if not seen:
        return None
    always = {verdict.recommended.number, *(one.number for one, _ in seen if "none" in one.roles)}
    points = [point for _, course in seen for point in course.curve]
    late = max(point.epochs for point in points) * LATE
    scores = [point.score for point in points if point.score is not None and point.epochs >= late]
    ends = [score for _, course in seen if (score := fitted(course)) is not None]
    if not scores:
        return None
    window, legend = Window.of([*scores, *ends], verdict.direction), Legend()
    dashes: Counter[str] = Counter()
    traces: list[dict[str, Any]] = []
    for place, (one, course) in enumerate(seen):
        kind = "none" if one.setting is None else one.setting.regularizer
        is_chosen = one.number == verdict.recommended.number
        line = {
            "color": looks[kind].colour,
            "width": 4 if is_chosen else 2,
            "dash": "solid" if is_chosen else _DASHES[dashes[kind] % len(_DASHES)],
        }
        dashes[kind] += 1
        words = label(one, with_rate=with_rates)
        entry = legend.entry(f"★ {words}" if is_chosen else words)
        entry |= {"visible": True if place < DRAWN or one.number in always else "legendonly"}
        traces += _traces(words, course, line, looks[kind].symbol, entry)
    folds = len(seen[0][1].fitted[0]) if seen[0][1].fitted else verdict.rests_on.folds
    return Figure(
        name="learning",
        told=(
            f"{verdict.metric} on validation rows after some epochs, for {len(seen)} contenders, and on their training "
            "rows at the end. The table has all numbers."
        ),
        traces=traces,
        layout=layout(
            HEIGHT,
            showlegend=True,
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            xaxis={"title": {"text": "epochs"}, "rangemode": "tozero"},
            yaxis={"range": window.ends},
            hovermode="closest",
        ),
        table=_table(verdict.metric, verdict.direction, seen, with_rates=with_rates),
        note=(
            f"Mean over the {folds} folds of the final's first repeat. Lines: validation rows; open diamonds at the "
            f"end: the rows that the models were trained on. The first epochs lie beyond the edge."
        ),
    )


def fitted(course: Course) -> float | None:
    """Score on training rows in the mean over folds; None: one of them is not finite."""
    scores = [score for repeat in course.fitted for score in repeat]
    known = [score for score in scores if score is not None]
    return fmean(known) if known and len(known) == len(scores) else None


def _traces(
    words: str, course: Course, line: dict[str, Any], symbol: str, entry: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """The line of a contender, and the mark of its training rows."""
    points = [point for point in course.curve if point.score is not None]
    yield {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.epochs for point in points],
        "y": [point.score for point in points],
        "line": line,
        "marker": {"color": line["color"], "size": 5, "symbol": symbol},
        "hovertemplate": f"{words}<br>after epoch %{{x}}: %{{y:.5g}}<extra></extra>",
        **entry,
    }
    end = fitted(course)
    if end is not None and points:
        yield {
            "type": "scatter",
            "mode": "markers",
            "x": [points[-1].epochs],
            "y": [end],
            "marker": {"color": line["color"], "size": 11, "symbol": "diamond-open", "line": {"width": 2}},
            "hovertemplate": f"{words}<br>on its training rows: %{{y:.5g}}<extra></extra>",
            **entry,
            "showlegend": False,
        }


def _table(
    metric: Metric, direction: Direction, seen: Sequence[tuple[ContenderView, Course]], *, with_rates: bool
) -> Table:
    epochs = sorted({point.epochs for _, course in seen for point in course.curve})
    decimals = places(point.standard_error for _, course in seen for point in course.curve)
    rows = []
    for one, course in seen:
        by_epoch = {point.epochs: point.score for point in course.curve}
        rows.append(
            (
                contender(one, with_rate=with_rates),
                *(fixed(by_epoch.get(epoch), decimals) if epoch in by_epoch else DASH for epoch in epochs),
                fixed(fitted(course), decimals),
            )
        )
    better = "lower" if direction is Direction.MINIMIZE else "higher"
    told = [str(epoch) for epoch in epochs]
    told[0] = f"{metric} ({better} is better) after {told[0]}"
    return Table(("setting", *told, "training rows"), rows, frozenset(range(1, len(epochs) + 2)))
