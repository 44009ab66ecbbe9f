"""Whether early scores said what the last ones did."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from ridgeline.spec.states import TrialState
from ridgeline.spec.views import TrialView

FEWEST = 5
"""Trials below which a rank correlation says nothing."""


def rung_rank_correlation(trials: Sequence[TrialView]) -> float | None:
    """Spearman's correlation of the scores of complete trials at their first rung and at their last, ties averaged.

    1: the order did not change; 0: the first rung told nothing.  Trials that a rung stopped have no last score, so
    it tells of those that went on.  Scores on some folds count as what they let expect on all.

    Returns:
        None: fewer than five complete trials with two rungs, or scores that are all the same.
    """
    ends = [
        (trial.rungs[0].level, trial.rungs[-1].score)
        for trial in trials
        if trial.state is TrialState.COMPLETE and len(trial.rungs) > 1
    ]
    first, last = np.array(ends).reshape(-1, 2).T
    if len(ends) < FEWEST or not (np.ptp(first) and np.ptp(last)):
        return None
    return float(stats.spearmanr(first, last).statistic)
