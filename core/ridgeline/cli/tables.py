"""Answers as people read them."""

from collections.abc import Iterable

from rich import box
from rich.console import Console, ConsoleOptions
from rich.table import Table

from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec.metrics import Direction
from ridgeline.spec.statistics import PairedDifference
from ridgeline.spec.views import BestView, LeaderboardView, StudyView, TrialCounts
from ridgeline.spec.words import mixed, named, number, setting

OPTIMISM = (
    "The score of the best of many trials is optimistic: the search looked at these rows. A difference to none of "
    "less than about two standard errors may be luck."
)
LUCK = 2.0
"""Standard errors up to which a difference may well be luck."""


def with_error(score: float | None, standard_error: float | None) -> str:
    """A score +- its standard error."""
    if score is None:
        return "-"
    return f"{score:.4f}" if standard_error is None else f"{score:.4f} +- {standard_error:.4f}"


def compared(difference: PairedDifference | None, direction: Direction) -> str:
    """A difference to none and, where it is beyond two standard errors, whether it is for the better."""
    if difference is None:
        return "-"
    loss = direction.sign * difference.mean
    side = "better" if loss < 0 else "worse"
    word = side if abs(loss) > LUCK * difference.standard_error else "may be luck"
    return f"{difference.mean:+.4f} +- {difference.standard_error:.4f} {word}"


def print_leaderboard(view: LeaderboardView) -> None:
    """The best of each kind, then how far to trust it."""
    several_rates = len({entry.learning_rate for entry in view.entries} - {None}) > 1
    table = table_of(
        ("rank", "kind", "best setting", f"{view.metric} +- s.e.", "difference to none +- s.e.", "trials"),
        right=("rank", "trials"),
    )
    for entry in view.entries:
        found = mixed(entry.strengths) if entry.regularizer == COCKTAIL else named(entry.strengths)
        best = [found, named(entry.derived)]
        if several_rates and entry.learning_rate is not None:
            best.append(named({"learning_rate": entry.learning_rate}))
        table.add_row(
            str(entry.rank or "-"),
            entry.regularizer,
            ", ".join(filter(None, best)) if entry.rank else _without_score(entry.trials),
            with_error(entry.score, entry.standard_error),
            compared(entry.difference_to_none, view.direction),
            str(entry.trials.started),
        )
    print_table(table)
    if view.mixes:
        _print_mixes(view)
    if all(entry.rank is None for entry in view.entries):
        say("No trial is complete.")
        return
    lower = "lower" if view.direction is Direction.MINIMIZE else "higher"
    more = " More trials may come." if view.provisional else ""
    say(f"{view.metric}: {lower} is better; cross-validated.{more} {OPTIMISM}")


def _print_mixes(view: LeaderboardView) -> None:
    """The best setting of each set of ingredients, with the rank among them."""
    table = table_of(("mix", "best setting", f"{view.metric} +- s.e.", "difference to none +- s.e."), right=("mix",))
    for entry in view.mixes:
        score = with_error(entry.score, entry.standard_error)
        table.add_row(
            str(entry.rank), mixed(entry.strengths), score, compared(entry.difference_to_none, view.direction)
        )
    print_table(table)


def _without_score(trials: TrialCounts) -> str:
    """What became of the trials of a kind of which none is complete."""
    counts = ((name, count) for name, count in trials.model_dump().items() if count)
    return f"({', '.join(f'{count} {name}' for name, count in counts) or 'no trial'})"


def print_best(view: BestView) -> None:
    """The best setting in a few lines."""
    if view.trial is None or view.regularizer is None:
        say("No trial is complete yet; ask again later, or follow it with `ridgeline watch`.")
        return
    derived = f" ({named(view.trial.derived)})" if view.trial.derived else ""
    say(f"{setting(view.regularizer, view.strengths)}{derived}, learning rate {number(view.trial.learning_rate)}")
    say(f"cross-validated {view.metric} {with_error(view.score, view.standard_error)} (trial {view.trial.number})")
    if view.difference_to_none is not None:
        say(f"difference to none {compared(view.difference_to_none, view.direction)}")
    say(f"{'More trials may come. ' if view.provisional else ''}{OPTIMISM}")


def print_studies(views: Iterable[StudyView]) -> None:
    """One row a study."""
    table = table_of(("id", "name", "state", "trials", "best", "score"), right=("trials", "score"))
    for view in views:
        best = view.best
        table.add_row(
            view.id,
            view.name,
            view.state,
            f"{view.trials.ended}/{view.max_trials}",
            setting(best.regularizer, best.strengths) if best else "-",
            f"{best.score:.4f}" if best else "-",
        )
    print_table(table)


def table_of(columns: Iterable[str], right: Iterable[str] = ()) -> Table:
    """An empty table of these columns."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


def print_table(table: Table) -> None:
    """Print it, on a terminal as wide as that is, else as wide as the table needs."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=max(80, console.measure(table, options=_unbounded(console)).maximum))
    console.print(table)


def _unbounded(console: Console) -> ConsoleOptions:
    return console.options.update(max_width=10_000, width=10_000)


def say(text: str) -> None:
    """A line, or a few."""
    Console(highlight=False, soft_wrap=True).print(text, markup=False)
