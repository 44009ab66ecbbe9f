"""How training in the final went, as far as it was watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

import numpy as np
from jaxtyping import Float

from ridgeline.spec.statistics import standard_error
from ridgeline.spec.views import Course, EpochScore, Sparsity
from ridgeline_worker.engine import Reached
from ridgeline_worker.training import Evaluation, LaneFit, LaneScore, Watch

MOST_POINTS = 12
"""Epochs of a learning curve: looking costs a forward pass on the validation rows."""
WATCHED_REPEATS = 1
"""Repeats of the final that are watched, the first ones: what is learned of them is shown, and nothing rests on it."""


@dataclass
class Courses:
    """Evaluations that are looked at beyond their scores, and what was seen of their lanes."""

    evaluations: tuple[Evaluation, ...]
    epochs: int
    """Of the whole training."""
    is_watched: bool = True
    """Whether lanes are scored on the way; else only their end is looked at."""
    seen: dict[int, Course] = field(default_factory=dict)
    """By number of the contender; those that failed are missing."""

    @property
    def watch(self) -> Watch | None:
        """What is scored on the way: epochs that grow geometrically, without the last one, which is scored anyway."""
        if not self.is_watched or not self.evaluations:
            return None
        points = {round(float(epoch)) for epoch in np.geomspace(1, self.epochs, MOST_POINTS)}
        return Watch(evaluations=frozenset(self.evaluations), epochs=frozenset(points - {self.epochs}))

    def add(self, reached: Reached) -> None:
        """Take in what lanes have come to."""
        for number, fits in reached.fits.items():
            last = tuple(lane for lane in reached.scores[number] if lane.evaluation in self.evaluations)
            curve = {**reached.curves.get(number, {}), self.epochs: last}
            self.seen[number] = Course(
                curve=tuple(_point(epoch, lanes) for epoch, lanes in sorted(curve.items())),
                fitted=_by_repeat(fits),
                sparsity=_mean([fit.sparsity for fit in fits]),
            )


def fitted(courses: Mapping[int, Course] | None) -> dict[int, Float[np.ndarray, "repeats folds"]]:
    """Scores on training rows by number, as a verdict takes them."""
    return {number: np.array(course.fitted, dtype=np.float64) for number, course in (courses or {}).items()}


def _point(epochs: int, lanes: Sequence[LaneScore]) -> EpochScore:
    scores = [lane.score for lane in lanes if lane.score is not None]
    if len(scores) < len(lanes):
        return EpochScore(epochs=epochs, score=None, standard_error=None)
    error = standard_error(scores) if len(scores) > 1 else None
    return EpochScore(epochs=epochs, score=fmean(scores), standard_error=error)


def _by_repeat(fits: Sequence[LaneFit]) -> tuple[tuple[float | None, ...], ...]:
    repeats: dict[int, list[float | None]] = {}
    for fit in fits:
        repeats.setdefault(fit.evaluation.repeat, []).append(fit.score)
    return tuple(map(tuple, repeats.values()))


def _mean(found: Sequence[Sparsity]) -> Sparsity:
    """The mean of the shares, and of the inputs that nothing reads, to a whole number."""
    unread = [each.unread for each in found if each.unread is not None]
    return found[0].model_copy(
        update={
            "zero": fmean(each.zero for each in found),
            "small": fmean(each.small for each in found),
            "unread": round(fmean(unread)) if unread else None,
        }
    )
