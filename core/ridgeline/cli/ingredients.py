"""The ingredients of a cocktail as people read them."""

from ridgeline.cli.tables import print_table, say, table_of
from ridgeline.kinds import CATALOGUE
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView
from ridgeline.spec.words import named, number


def print_ingredients(view: IngredientsView) -> None:
    """What each ingredient of the winner does, then all of it in words."""
    if view.ingredients:
        table = table_of(("ingredient", "at", f"gain in {view.metric}, 95 %", "Holm p", "matters"))
        for row in view.ingredients:
            table.add_row(_kind(row), _strengths(row), _effect(row), _p(row), row.matters if row.trained_again else "-")
        print_table(table)
        say("A gain is how much better the winner is with the ingredient than without: positive means that it helps.\n")
    say(view.paragraph)


def _kind(row: IngredientView) -> str:
    return f"{row.kind} (with {', '.join(row.taken_along)})" if row.taken_along else row.kind


def _strengths(row: IngredientView) -> str:
    return "on" if CATALOGUE[row.kind].is_static else named(row.strengths)


def _effect(row: IngredientView) -> str:
    if row.effect is None or row.interval is None:
        hint = "" if row.screening_effect is None else f" {row.screening_effect:+.4f}"
        return f"(only screened:{hint})" if hint else "(no score)"
    return f"{row.effect:+.4f} ({row.interval.low:+.4f} to {row.interval.high:+.4f})"


def _p(row: IngredientView) -> str:
    return number(row.holm_p) if row.trained_again else "-"
