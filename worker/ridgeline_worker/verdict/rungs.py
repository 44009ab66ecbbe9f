"""Whether early scores said what the last ones did."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np
from scipy import stats

from ridgeline.spec.states import TrialState
from ridgeline.spec.views import RungView, TrialView

FEWEST = 5
"""Trials below which a rank correlation says nothing."""


def rung_rank_correlation(trials: Sequence[TrialView]) -> float | None:
    """Spearman's correlation of the scores of complete trials at their first rung and at their last, ties averaged.

    1: the order did not change; 0: the first rung told nothing.  Trials that a rung stopped have no last score, so
    it tells of those that went on.  Where rungs differ in folds, the first counts as what it lets expect on all, and
    the last as the mean over the folds that the first had not: a mean would agree with its own part.

    Returns:
        None: fewer than five complete trials with two rungs, or scores that are all the same.
    """
    ends = [
        (trial.rungs[0].level, _later(trial.rungs))
        for trial in trials
        if trial.state is TrialState.COMPLETE and len(trial.rungs) > 1
    ]
    first, last = np.array(ends).reshape(-1, 2).T
    if len(ends) < FEWEST or not (np.ptp(first) and np.ptp(last)):
        return None
    return float(stats.spearmanr(first, last).statistic)


def _later(rungs: Sequence[RungView]) -> float:
    """The score at the last rung, without the scores that the first had already."""
    first, last = rungs[0], rungs[-1]
    if first.epochs < last.epochs:
        return last.score
    had = first.by_fold(len(last.folds))
    return fmean(score for fold, score in last.by_fold(len(last.folds)).items() if fold not in had)
