"""A curve as people read it."""

from ridgeline.cli.tables import print_table, say, table_of, with_error
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views import CurvePoint, CurveView
from ridgeline.spec.words import number


def print_curve(view: CurveView) -> None:
    """The ladder if there is one, then the trials of the search, then what the ladder says."""
    climbed = [point for point in view.points if point.trial is None]
    if climbed:
        _print_ladder(view, climbed)
    trials = [point for point in view.points if point.trial is not None]
    if trials:
        _print_trials(view, trials)
    lower = "lower" if view.direction is Direction.MINIMIZE else "higher"
    say(f"{view.metric}: {lower} is better.{' More may come.' if view.provisional else ''}")
    if view.statement:
        say(view.statement)


def _print_ladder(view: CurveView, climbed: list[CurvePoint]) -> None:
    """One row a strength, the weakest first, with none as the first of all."""
    strength = view.strength or ""
    table = table_of((f"ladder: {strength}", f"{view.metric} +- s.e.", "difference to best +- s.e.", "as good"))
    if view.none is not None:
        difference = _signed(view.none.difference_to_best, view.none.difference_standard_error)
        score = with_error(view.none.score, view.none.standard_error)
        table.add_row("none", score, difference, "yes" if view.none.in_plateau else "")
    for point in climbed:
        is_best = point == view.best
        table.add_row(
            number(point.strengths[strength]),
            with_error(point.score, point.standard_error),
            "-" if is_best else _signed(point.difference_to_best, point.difference_standard_error),
            "best" if is_best else "yes" if point.in_plateau else "",
        )
    print_table(table)


def _print_trials(view: CurveView, trials: list[CurvePoint]) -> None:
    """One row a trial, or an epoch of it where a strength was read off them."""
    names = list(trials[0].strengths)
    table = table_of((*names, "learning rate", f"{view.metric} +- s.e.", "trial"), right=("trial",))
    for point in trials:
        strengths = (number(point.strengths[name]) for name in names)
        score = with_error(point.score, point.standard_error)
        table.add_row(*strengths, number(point.learning_rate), score, str(point.trial))
    print_table(table)


def _signed(difference: float | None, standard_error: float | None) -> str:
    """A difference with its sign +- its standard error."""
    if difference is None or standard_error is None:
        return "-"
    return f"{difference:+.4f} +- {standard_error:.4f}"
