"""Score against strength, kind by kind: by the ladder where there is one, else by trials, or by the epochs of one."""

from collections.abc import Iterator, Mapping, Sequence

from ridgeline.kinds import Range
from ridgeline.report.figures.by_epochs import by_epochs
from ridgeline.report.figures.by_ladder import by_ladder
from ridgeline.report.figures.by_trials import by_trials
from ridgeline.report.figures.figure import Figure
from ridgeline.report.figures.palette import Look
from ridgeline.spec.views import CurveView, TrialView

LEAST_POINTS = 2
"""Points that make a curve."""


def curves(
    views: Sequence[CurveView], trials: Sequence[TrialView], none: float | None, looks: Mapping[str, Look]
) -> Iterator[Figure]:
    """A figure for each kind of which more than one strength was tried.

    Args:
        views: one a kind.
        trials: of the search.
        none: its score in the search; a ladder has its own.
        looks: of the kinds.
    """
    for view in views:
        look = looks[view.regularizer]
        free = [name for name, search in view.searched.items() if isinstance(search, Range | tuple)]
        if view.strength is not None and view.best is not None:
            yield by_ladder(view, view.strength, view.best, look)
        elif free and len(view.points) >= LEAST_POINTS:
            yield by_trials(view, free, none, look)
        elif not free:
            read = _read_off(view, trials)
            if read is not None:
                yield by_epochs(view, read, none, look)


def _read_off(view: CurveView, trials: Sequence[TrialView]) -> TrialView | None:
    """The trial of a kind that was scored after each epoch: the best of several learning rates."""
    numbers = {point.trial for point in view.points}
    scored = [trial for trial in trials if trial.number in numbers and any(rung.curve for rung in trial.rungs)]
    return min(scored, key=lambda trial: view.direction.sign * (trial.score or 0.0)) if scored else None
