"""The sentences about the ingredients of a winner."""

from collections.abc import Iterator

from ridgeline.spec.views.comparisons import Choice, Interval
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView, Matters
from ridgeline_worker.verdict.words import better, better_interval, listed, number, p_words, setting_words

ALL = 1_000
"""Of the kinds that are listed."""


def ingredients_paragraph(view: IngredientsView) -> str:
    """All that is told of the ingredients, in plain words."""
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in _sentences(view))


def ingredients_in_short(view: IngredientsView) -> str | None:
    """One sentence for the verdict; None: there is nothing to tell."""
    by_matters = {
        matters: [row.kind for row in view.ingredients if row.matters is matters and row.trained_again]
        for matters in Matters
    }
    told = [f"{listed(kinds, ALL)} {_verb(matters, len(kinds))}" for matters, kinds in by_matters.items() if kinds]
    if not told:
        return None
    return f"taken out of the winner of the search one at a time: {'; '.join(told)}"


def _verb(matters: Matters, count: int) -> str:
    s = "s" if count == 1 else ""
    return {Matters.SHOWN: f"help{s}", Matters.HURTS: f"hurt{s}"}.get(
        matters, f"{'is' if count == 1 else 'are'} not shown to matter"
    )


def _sentences(view: IngredientsView) -> Iterator[str]:
    if view.winner is None:
        yield "no trial with an ingredient is complete, so that there is nothing to take apart"
        return
    winner = view.winner.setting
    yield f"the winner of the search is {setting_words(winner)}, at learning rate {number(winner.learning_rate)}"
    if view.winner_score is None:
        yield "training it again failed, so that its ingredients cannot be told apart"
    for row in view.ingredients:
        if row.matters is not Matters.NOT_SHOWN:
            yield _shown(view, row)
    unclear = [row for row in view.ingredients if row.trained_again and row.matters is Matters.NOT_SHOWN]
    if unclear:
        yield _not_shown(unclear)
    along = [row for row in view.ingredients if row.taken_along]
    for row in along:
        requires = "requires" if len(row.taken_along) == 1 else "require"
        yield f"with {row.kind} goes {listed(row.taken_along, ALL)}, which {requires} it"
    left_out = [row.kind for row in view.ingredients if not row.trained_again]
    if left_out and view.winner_score is not None:
        yield (
            f"without {listed(left_out, ALL)} it was only screened, which shows nothing: the final had no room for "
            "more, or training failed; raise budget.max_trials"
        )
    if view.simplest is not None:
        yield _simplest(view.winner, view.simplest)


def _shown(view: IngredientsView, row: IngredientView) -> str:
    """Of an ingredient that matters, with its figures."""
    if row.effect is None or row.interval is None:
        raise ValueError(f"{row.kind} must have been trained again to be told to matter but has no effect")
    sign = view.direction.sign
    low, high = sorted((sign * row.interval.low, sign * row.interval.high))
    limits = Interval(low=low, high=high)
    return (
        f"{row.kind} {_verb(row.matters, 1)}: without it {view.metric} is {better(sign * row.effect, view.direction)} "
        f"({better_interval(limits, view.direction)}; Holm p {p_words(row.holm_p)})"
    )


def _not_shown(rows: list[IngredientView]) -> str:
    most = max(max(abs(row.interval.low), abs(row.interval.high)) for row in rows if row.interval is not None)
    kinds = listed([row.kind for row in rows], ALL)
    verb = _verb(Matters.NOT_SHOWN, len(rows))
    return f"{kinds} {verb}: no evidence either way, and differences up to {number(most)} are possible"


def _simplest(winner: Choice, simplest: Choice) -> str:
    if simplest.number == winner.number:
        return "no simpler mix of these ingredients is within a standard error of the best"
    return f"the simplest mix of these ingredients that is as good, within a standard error, is {_words(simplest)}"


def _words(choice: Choice) -> str:
    return setting_words(choice.setting)
