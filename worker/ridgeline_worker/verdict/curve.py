"""The curve of a ladder: score against strength with its band, and the plateau of strengths as good as the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.ladders import End
from ridgeline_worker.verdict.corrected_t import spread
from ridgeline_worker.verdict.differences import difference
from ridgeline_worker.verdict.evidence import Scores


@dataclass(frozen=True)
class Curve:
    """What the scores of strengths say, from the lowest strength to the highest; NaN where training gave no score.

    All strengths share folds and draws, J pairs of a repeat and fold.
    """

    scores: Float[np.ndarray, "rungs"]
    """Mean over repeats and folds, in units of the metric."""
    errors: Float[np.ndarray, "rungs"]
    """The band, s / sqrt(J) with s the deviation of the J scores.  Most of it is how folds differ, which all strengths
    share: bands that overlap say nothing of a difference."""
    best: int
    """Place of the best mean; of equals the one that regularizes more."""
    differences: Float[np.ndarray, "rungs"]
    """Mean of d = score - the best's score, pair by pair."""
    difference_errors: Float[np.ndarray, "rungs"]
    """s_d / sqrt(J), the plain standard error, as for what is recommended."""
    in_plateau: Bool[np.ndarray, "rungs"]
    """Whether the mean loss exceeds the best's by at most s_d / sqrt(J)."""

    @property
    def interval(self) -> tuple[int, int]:
        """Places of both ends of the run around the best in which all are in the plateau."""
        outside = np.flatnonzero(~self.in_plateau)
        before, after = outside[outside < self.best], outside[outside > self.best]
        return (int(before[-1]) + 1 if before.size else 0, int(after[0]) - 1 if after.size else len(self.scores) - 1)

    @property
    def boundary(self) -> End | None:
        """The end that the best lies at; None: it has a neighbour on either side, be it one whose training failed."""
        if self.best == 0:
            return End.LOW
        return End.HIGH if self.best == len(self.scores) - 1 else None


def curve_of(rungs: Sequence[Scores | None], direction: Direction, *, more_is_stronger: bool) -> Curve | None:
    """The curve of a ladder; None: no strength gave scores.

    The plateau is the one-standard-error rule (Breiman et al. 1984, section 3.4.3) with the standard error of the
    paired difference to the best, the rule of `recommended`: strength i is in it where
    mean(loss_i - loss_best) <= s_d / sqrt(J).

    Args:
        rungs: scores of each strength, the lowest strength first; None, or not finite: its training gave none.
        direction: which scores are better.
        more_is_stronger: whether a higher strength regularizes more.

    Raises:
        ValueError: fewer than two pairs of a repeat and fold.
    """  # fmt: skip
    there = {place: scores for place, scores in enumerate(rungs) if scores is not None and np.isfinite(scores).all()}
    if not there:
        return None
    sign = direction.sign
    stronger = -1 if more_is_stronger else 1
    best = min(there, key=lambda place: (sign * there[place].mean(), stronger * place))
    told = {name: np.full(len(rungs), np.nan) for name in ("scores", "errors", "differences", "difference_errors")}
    in_plateau = np.zeros(len(rungs), dtype=bool)
    for place, scores in there.items():
        d = difference(scores, there[best])
        told["scores"][place] = scores.mean()
        told["errors"][place] = spread(scores) / math.sqrt(scores.size)
        told["differences"][place] = d.mean
        told["difference_errors"][place] = d.plain_standard_error
        in_plateau[place] = sign * d.mean <= d.plain_standard_error
    return Curve(best=best, in_plateau=in_plateau, **told)
