"""A strength that is read off the scores of one trial after each epoch: the epoch whose mean over folds is best."""

from collections.abc import Mapping
from statistics import fmean

from ridgeline.spec.metrics import Direction
from ridgeline.spec.statistics import standard_error
from ridgeline.spec.views import EpochScore, RungView

Folds = tuple[float | None, ...]
"""Score of each fold; None: not finite."""


def best_epoch(curve: Mapping[int, Folds], direction: Direction) -> int | None:
    """The epoch with the best mean over folds, the earliest of equals; None: none is finite on all folds."""
    losses = {epoch: direction.sign * fmean(folds) for epoch in curve if (folds := _finite(curve[epoch])) is not None}
    return min(losses, key=lambda epoch: (losses[epoch], epoch), default=None)


def rung_read_off(curve: Mapping[int, Folds], since: int, direction: Direction) -> RungView | None:
    """The rung at the last epoch of a curve, scored after the best epoch so far; None: there is none.

    Args:
        curve: from the first epoch on.
        since: epochs of the rung before; 0: this is the first.
    """
    best = best_epoch(curve, direction)
    folds = None if best is None else _finite(curve[best])
    if folds is None:
        return None
    told = tuple(_epoch_score(epoch, curve[epoch]) for epoch in sorted(curve) if epoch > since)
    return RungView(epochs=max(curve), score=fmean(folds), folds=folds, curve=told)


def _finite(folds: Folds) -> tuple[float, ...] | None:
    """The scores, where all are finite."""
    scores = tuple(score for score in folds if score is not None)
    return scores if len(scores) == len(folds) else None


def _epoch_score(epoch: int, folds: Folds) -> EpochScore:
    scores = _finite(folds)
    if scores is None:
        return EpochScore(epochs=epoch, score=None, standard_error=None)
    return EpochScore(epochs=epoch, score=fmean(scores), standard_error=standard_error(scores))
