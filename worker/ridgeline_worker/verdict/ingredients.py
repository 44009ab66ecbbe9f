"""Which ingredients of the winner of a cocktail matter: the winner against itself without each of them."""

import dataclasses

import numpy as np

from ridgeline.spec.study import Mode
from ridgeline.spec.views.comparisons import Choice, Interval
from ridgeline.spec.views.ingredients import IngredientsView, IngredientView, Matters
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.ablation import Ablation, ablations
from ridgeline_worker.verdict.case import Case, setting_of
from ridgeline_worker.verdict.choice import Field, NoContender
from ridgeline_worker.verdict.evidence import Contender, Scores
from ridgeline_worker.verdict.gain import LEVEL
from ridgeline_worker.verdict.holm import holm
from ridgeline_worker.verdict.taken_apart import ingredients_paragraph

FAMILY = frozenset({Role.NONE, Role.WINNER, Role.ABLATION, Role.SIMPLIFIED})
"""Roles of the mixes among which the simplest that is as good is looked for."""


def taken_apart(case: Case, study_id: str) -> IngredientsView | None:
    """The winner with what each of its ingredients does; None: the mode is not cocktail.

    An effect is the paired difference of losses, without the ingredient less with it, over fresh folds and repeats.
    Its interval and p are those of the corrected resampled t; Holm's family are the ingredients of the winner, of which
    those that were not trained again have p = 1.
    """
    if case.study.mode is not Mode.COCKTAIL:
        return None
    winner = next((one for one in case.paired.contenders if Role.WINNER in one.roles), None)
    scores = None if winner is None else case.finite(winner.number)
    view = IngredientsView(
        study_id=study_id,
        metric=case.study.objective.metric,
        direction=case.study.objective.direction,
        winner=None if winner is None else case.choice(winner),
        winner_score=None if scores is None else float(scores.mean()),
        ingredients=() if winner is None else _ingredients(case, winner),
        simplest=_simplest(case),
        paragraph="",
    )
    return view.model_copy(update={"paragraph": ingredients_paragraph(view)})


def _ingredients(case: Case, winner: Contender) -> tuple[IngredientView, ...]:
    """The most helpful first, those that were not trained again last."""
    of = {one.setting.key: one for one in case.paired.contenders if one.setting is not None}
    found = ablations(case.study, setting_of(winner), none_rate=setting_of(case.none).learning_rate)
    rows = [_ingredient(case, winner, ablation, of[ablation.setting.key]) for ablation in found]
    adjusted = holm(np.array([1.0 if row.p is None else row.p for row in rows]))
    told = [
        row.model_copy(update={"holm_p": float(p), "matters": _matters(row.effect, float(p))})
        for row, p in zip(rows, adjusted, strict=True)
    ]
    return tuple(sorted(told, key=lambda row: (row.effect is None, -(row.effect or 0.0), row.kind)))


def _ingredient(case: Case, winner: Contender, ablation: Ablation, left: Contender) -> IngredientView:
    """One of them, its p not corrected yet."""
    compared = case.compared(left, winner)
    limits = None
    if compared is not None:
        limits = sorted((case.sign * compared.interval.low, case.sign * compared.interval.high))
    return IngredientView(
        kind=ablation.kind,
        strengths=setting_of(winner).kinds[ablation.kind],
        without=left.number,
        taken_along=ablation.taken_along,
        trained_again=compared is not None,
        effect=None if compared is None else case.sign * compared.mean,
        interval=None if limits is None else Interval(low=limits[0], high=limits[1]),
        standard_error=None if compared is None else compared.standard_error,
        p=None if compared is None else compared.p,
        holm_p=1.0,
        pairs=None if compared is None else compared.pairs,
        screening_effect=_screened(case, winner.number, left.number),
        matters=Matters.NOT_SHOWN,
    )


def _screened(case: Case, winner: int, left: int) -> float | None:
    ours, theirs = (_finite(case.paired.screening.get(number)) for number in (left, winner))
    return None if ours is None or theirs is None else case.sign * float((ours - theirs).mean())


def _finite(scores: Scores | None) -> Scores | None:
    return scores if scores is not None and np.isfinite(scores).all() else None


def _matters(effect: float | None, p: float) -> Matters:
    if effect is None or p >= LEVEL:
        return Matters.NOT_SHOWN
    return Matters.SHOWN if effect > 0 else Matters.HURTS


def _simplest(case: Case) -> Choice | None:
    """By the rule of what is recommended, among what the winner can be cut down to."""
    family = tuple(one for one in case.paired.contenders if one.roles & FAMILY)
    try:
        field = Field.of(dataclasses.replace(case.paired, contenders=family), case.study.objective.direction)
    except NoContender:
        return None
    return case.choice(field.contenders[field.recommended])
