"""Ladders: which kinds get one, of which settings, how far they go on, and what their curves say."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ridgeline.kinds import Bounds, Range, Search
from ridgeline.spec.ladders import EXTENSION_RUNGS, laddered, varied
from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.views.ladders import End, LadderRung, LadderView, Plateau, Reference
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.case import Case, setting_of
from ridgeline_worker.verdict.corrected_t import spread
from ridgeline_worker.verdict.curve import Curve, curve_of
from ridgeline_worker.verdict.differences import difference
from ridgeline_worker.verdict.evidence import Scores
from ridgeline_worker.verdict.ladder_words import ladder_statement
from ridgeline_worker.verdict.rung_values import beyond, legal, spaced
from ridgeline_worker.verdict.standings import standings


def ladder_kinds(case: Case) -> tuple[str, ...]:
    """Kinds that may have a ladder, the most wanted first: recommended, then the tie set, then as they stand.

    A kind without a complete trial has none: it takes part in the final as the baseline at most.
    """
    searched = {one.setting.regularizer for one in case.paired.contenders if one.setting and Role.BEST in one.roles}
    may_have = searched.intersection(laddered(case.study))
    order = sorted(standings(case), key=lambda one: (one.number != case.chosen.number, not one.in_tie_set))
    wanted = dict.fromkeys(one.setting.regularizer for one in order if one.setting is not None)
    return tuple(kind for kind in wanted if kind in may_have)


@dataclass(frozen=True)
class Ladder:
    """Settings of one kind that differ in one strength."""

    study: ResolvedStudy
    base: Setting
    """The kind's best of the search."""
    strength: str
    """What varies."""
    search: Search
    """What was searched of it."""
    values: tuple[float, ...]
    """From low to high."""

    @classmethod
    def of(cls, case: Case, kind: str, rungs: int) -> "Ladder":
        """The ladder over what was searched of a kind."""
        own = next(each for each in case.study.regularizers if each.kind == kind)
        strength = varied(own)
        if strength is None:
            raise ValueError(f"a ladder needs a strength to vary but {kind} has none; ask laddered() first")
        best = next(one for one in case.paired.contenders if Role.BEST in one.roles and _is_of(one.setting, kind))
        search = own.strengths[strength]
        return cls(case.study, setting_of(best), strength, search, spaced(search, rungs))

    @property
    def kind(self) -> str:
        """Of all its settings."""
        return self.base.regularizer

    @property
    def bounds(self) -> Bounds:
        """What is legal of the strength."""
        return legal(self.study, self.kind, self.strength)

    def setting(self, value: float) -> Setting:
        """What is trained for a strength."""
        strengths = {**self.base.strengths, self.strength: value}
        return Setting(regularizer=self.kind, strengths=strengths, learning_rate=self.base.learning_rate)

    def curve(self, scores: Mapping[float, Scores]) -> Curve | None:
        """What the scores by strength say; None: none is finite."""
        stronger = self.bounds.more_is_stronger
        rungs = [scores.get(value) for value in self.values]
        return curve_of(rungs, self.study.objective.direction, more_is_stronger=stronger)

    def further(self, scores: Mapping[float, Scores], none: Scores | None, room: int) -> tuple[float, ...]:
        """Strengths by which it goes on: past the end that the best lies at, none where there is nothing to find.

        A list does not go on, for its numbers are what was asked for, nor does a ladder towards none where none is
        within one standard error of the best: what lies beyond is between them.
        """
        curve = self.curve(scores)
        end = None if curve is None else curve.boundary
        if curve is None or end is None or not isinstance(self.search, Range):
            return ()
        towards_none = (end is End.LOW) == self.bounds.more_is_stronger
        reference = None if none is None else _reference(self, curve, scores, none)
        if towards_none and reference is not None and reference.in_plateau:
            return ()
        last = self.values[curve.best]
        return beyond(last, self.search, self.bounds, min(EXTENSION_RUNGS, room), upward=end is End.HIGH)

    def longer(self, more: tuple[float, ...]) -> "Ladder":
        """The ladder with these strengths too."""
        return replace(self, values=tuple(sorted((*self.values, *more))))

    def view(self, scores: Mapping[float, Scores], none: Scores | None) -> LadderView | None:
        """What it says; None: no strength gave scores.

        Args:
            scores: By strength.
            none: Of none; None, or not finite: its training gave none.
        """  # fmt: skip
        curve = self.curve(scores)
        if curve is None:
            return None
        shape = scores[self.values[curve.best]].shape
        low, high = curve.interval
        told = LadderView(
            regularizer=self.kind,
            strength=self.strength,
            held={name: value for name, value in self.base.strengths.items() if name != self.strength},
            learning_rate=self.base.learning_rate,
            repeats=shape[0],
            folds=shape[1],
            rungs=tuple(self._rungs(curve)),
            best=self.values[curve.best],
            plateau=Plateau(
                low=self.values[low],
                high=self.values[high],
                strengths=tuple(np.array(self.values)[curve.in_plateau].tolist()),
            ),
            boundary=curve.boundary,
            none=None if none is None else _reference(self, curve, scores, none),
            statement="",
        )
        return told.model_copy(update={"statement": ladder_statement(told, self.study)})

    def _rungs(self, curve: Curve) -> Iterator[LadderRung]:
        low, high = _ends(self.search)
        for place, value in enumerate(self.values):
            yield LadderRung(
                value=value,
                score=_known(curve.scores[place]),
                standard_error=_known(curve.errors[place]),
                difference_to_best=_known(curve.differences[place]),
                difference_standard_error=_known(curve.difference_errors[place]),
                in_plateau=bool(curve.in_plateau[place]),
                is_beyond=not low <= value <= high,
            )


def _reference(ladder: Ladder, curve: Curve, scores: Mapping[float, Scores], none: Scores) -> Reference | None:
    """None beside the best strength; None: its training gave no finite scores."""
    if not np.isfinite(none).all():
        return None
    d = difference(none, scores[ladder.values[curve.best]])
    return Reference(
        score=float(none.mean()),
        standard_error=spread(none) / math.sqrt(none.size),
        difference_to_best=d.mean,
        difference_standard_error=d.plain_standard_error,
        in_plateau=ladder.study.objective.direction.sign * d.mean <= d.plain_standard_error,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _is_of(setting: Setting | None, kind: str) -> bool:
    return setting is not None and setting.regularizer == kind


def _ends(search: Search) -> tuple[float, float]:
    return (search.low, search.high) if isinstance(search, Range) else (-np.inf, np.inf)
