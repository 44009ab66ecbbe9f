"""The scores of one trial after each epoch, which its strength was read off."""

from ridgeline.report.figures.axes import band, frame, window_of
from ridgeline.report.figures.figure import Figure, Table, worse_beyond
from ridgeline.report.figures.palette import Look
from ridgeline.report.words import fixed, places
from ridgeline.spec.views import CurveView, TrialView
from ridgeline.spec.words import named, number


def by_epochs(view: CurveView, trial: TrialView, none: float | None, look: Look) -> Figure:
    """The curve of a trial whose rungs hold the scores of their epochs."""
    points = [
        (point.epochs, point.score, point.standard_error or 0.0)
        for rung in trial.rungs
        for point in rung.curve
        if point.score is not None
    ]
    x, scores, errors = [e for e, _, _ in points], [score for _, score, _ in points], [error for *_, error in points]
    decimals = places(errors)
    _, best, error = min(points, key=lambda point: view.direction.sign * point[1])
    window = window_of(view, scores, [best - error, best + error], none)
    return Figure(
        name=f"curve-{view.regularizer}",
        title=view.regularizer,
        told=(
            f"{view.metric} after each epoch of trial {trial.number}, off which {view.regularizer} was read: "
            f"{named(trial.strengths)}. The table has all of them."
        ),
        traces=[
            band(x, scores, errors, look),
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": x,
                "y": scores,
                "line": {"color": look.colour, "width": 2},
                "marker": {"color": look.colour, "size": 4},
                "text": [f"after epoch {e}<br>{view.metric} {number(score)}" for e, score, _ in points],
                "hoverinfo": "text",
                "showlegend": False,
            },
        ],
        layout=frame(window, none, {"title": {"text": next(iter(trial.strengths), "epochs")}, "type": "linear"}),
        table=Table(
            ("epochs", f"{view.metric} ± s.e."),
            [(str(e), f"{fixed(score, decimals)} ± {fixed(half, decimals)}") for e, score, half in points],
            frozenset({0, 1}),
        ),
        note=f"Read off trial {trial.number}: {named(trial.strengths)}. {worse_beyond(window, 'epoch')}".strip(),
    )
