"""A verdict as people read it."""

from ridgeline.cli.objectives import print_objectives
from ridgeline.cli.tables import print_table, say, table_of
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.comparisons import Comparison
from ridgeline.spec.views.verdict import ContenderView, Verdict
from ridgeline.spec.words import named, number, setting


def print_verdict(view: Verdict) -> None:
    """The paragraph, then every contender compared with none, then what a reader must know besides."""
    several_rates = len({one.setting.learning_rate for one in view.contenders if one.setting is not None}) > 1
    table = table_of(
        ("contender", "as", f"{view.metric} +- s.e.", "difference to none, 95 %", "better than none", "ties"),
    )
    dropped = 0
    for one in view.contenders:
        if not one.went_on:
            dropped += 1
            continue
        table.add_row(
            _marked(view, one, several_rates=several_rates),
            ", ".join(one.roles),
            "-" if one.score is None else f"{one.score:.4f} +- {one.standard_error or 0.0:.4f}",
            _difference(one.difference_to_none),
            _sure(one),
            "yes" if one.in_tie_set else "",
        )
    print_table(table)
    lower = "lower" if view.direction is Direction.MINIMIZE else "higher"
    more = f" {dropped} more were dropped after screening." if dropped else ""
    say(f"* recommended. {view.metric}: {lower} is better; cross-validated on fresh folds and draws.{more}\n")
    if view.objectives is not None:
        names = {one.number: _marked(view, one, several_rates=several_rates) for one in view.contenders}
        print_objectives(view, view.objectives, names)
    say(view.paragraph)
    for caution in view.warnings:
        say(f"Note: {caution.text}.")
    say(f"It rests on {view.rests_on.statement}.")


def _marked(view: Verdict, one: ContenderView, *, several_rates: bool) -> str:
    """A contender in words, with a star where it is recommended."""
    if one.setting is None:
        return "constant prediction"
    told = [setting(one.setting.regularizer, one.setting.strengths), named(one.derived)]
    if several_rates:
        told.append(f"learning rate {number(one.setting.learning_rate)}")
    words = ", ".join(filter(None, told))
    return f"{words} *" if one.number == view.recommended.number else words


def _difference(compared: Comparison | None) -> str:
    if compared is None:
        return "-"
    return f"{compared.mean:+.4f} ({compared.interval.low:+.4f} to {compared.interval.high:+.4f})"


def _sure(one: ContenderView) -> str:
    """The probability of being better, and the corrected p of a difference."""
    if one.difference_to_none is None or one.setting is None:
        return "-"
    p = "" if one.holm_p is None else f", p {number(one.holm_p)}{' shown' if one.gain_shown else ''}"
    return f"{one.difference_to_none.probability_better:.0%}{p}"
