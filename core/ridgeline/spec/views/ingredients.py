"""Which ingredients of a cocktail matter, and the simplest mix that is as good."""

from enum import StrEnum

from ridgeline.kinds import Frozen
from ridgeline.spec.metrics import Direction, Metric
from ridgeline.spec.views.comparisons import Choice, Interval


class Matters(StrEnum):
    """What taking an ingredient out of the winner says of it."""

    SHOWN = "shown"  #: it helps: without it scores are worse, at a Holm p below 0.05
    NOT_SHOWN = "not shown"  #: no evidence either way
    HURTS = "hurts"  #: without it scores are better, at a Holm p below 0.05


class IngredientView(Frozen):
    """One ingredient of the winner, and what taking it out does."""

    kind: str
    """A kind of the catalogue."""
    strengths: dict[str, float]
    """Each of its strengths in the winner by name."""
    without: int
    """Number of the contender that the winner is compared with: the winner without this ingredient; none where
    nothing is left."""
    taken_along: tuple[str, ...]
    """Ingredients that are taken out with it, since they require it."""
    trained_again: bool
    """Whether the contender without it went on to the final; false: it was only screened, or failed."""
    effect: float | None
    """How much better the winner is with it than without, paired, in units of the metric: positive means that it helps,
    whether lower or higher scores are better; null: not trained again."""
    interval: Interval | None
    """Of the effect, 95 %, by the corrected resampled t."""
    standard_error: float | None
    """Of the effect, corrected for rows that training parts share (Nadeau & Bengio 2003)."""
    p: float | None
    """Of no effect, both sides; the corrected resampled t with pairs - 1 degrees of freedom."""
    holm_p: float
    """The same, corrected for all ingredients of the winner; 1 for those that were not trained again."""
    pairs: int | None
    """Folds times repeats."""
    screening_effect: float | None
    """The effect in the screening repeats: a hint only, which nothing rests on; null: one of both gave no score."""
    matters: Matters
    """Whether it does."""


class IngredientsView(Frozen):
    """The winner of a cocktail, taken apart."""

    study_id: str
    """The study."""
    metric: Metric
    """What is scored."""
    direction: Direction
    """Whether lower or higher scores are better; effects are positive for the better in both cases."""
    winner: Choice | None
    """The best trial of the search with an ingredient or more, named before anything was trained again; null: no such
    trial is complete."""
    winner_score: float | None
    """Cross-validated: mean over fresh folds and repeats; null: it gave none."""
    ingredients: tuple[IngredientView, ...]
    """Of the winner, the most helpful first, those that were not trained again last."""
    simplest: Choice | None
    """The mix with the fewest ingredients within a standard error (s_d / sqrt(pairs)) of the best among the winner,
    what is left of it without an ingredient, its ingredients alone, and none: the rule of what is recommended; null:
    none of them gave scores."""
    paragraph: str
    """All of it in plain words."""
