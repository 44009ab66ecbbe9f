"""When a search had an answer that is as good as any known, and for how long it takes at the median."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

import numpy as np
from scipy.stats import CensoredData, ecdf

from answers.judge import NONE, key_of

Judged = Mapping[str, Sequence[float]]
"""The scores of each setting, seed by seed, by its key; lower is better."""


@dataclass(frozen=True)
class Standard:
    """What a split allows: the scores of none and of the best setting that is known."""

    none: float
    best: float
    standard_error: float
    """Of the gap, over the seeds of training, paired."""
    best_key: str

    @property
    def gap(self) -> float:
        """How much the best is better than none."""
        return self.none - self.best

    def allows(self, score: float, share: float) -> bool:
        """Whether a score lies within this share of the gap of the best."""
        return score <= self.best + share * self.gap

    @classmethod
    def of(cls, judged: Judged) -> "Standard":
        """That of a split, by all that was judged on it, none among it."""
        means = {key: fmean(scores) for key, scores in judged.items()}
        best = min(means, key=lambda key: means[key])
        none = key_of(NONE)
        differences = [a - b for a, b in zip(judged[none], judged[best], strict=True)]
        error = stdev(differences) / math.sqrt(len(differences)) if len(differences) > 1 else math.nan
        return cls(means[none], means[best], error, best)


@dataclass(frozen=True)
class Until:
    """The seconds until a run had its answer, or that it went on without."""

    seconds: float
    reached: bool

    def later(self, seconds: float) -> "Until":
        """The same from another moment on."""
        return Until(max(0.0, self.seconds + seconds), self.reached)


def until_equal(cell: Mapping[str, Any], judged: Judged, standard: Standard, share: float) -> Until:
    """From a cold start until the best setting so far lies within a share of the gap and stays there to the end.

    A run that does not get there is censored at its end.
    """
    since: float | None = None
    for step in cell["history"]:
        if not standard.allows(fmean(judged[key_of(step["setting"])]), share):
            since = None
        elif since is None:
            since = step["seconds"]
    return Until(cell["seconds"], reached=False) if since is None else Until(since, reached=True)


def median_of(runs: Sequence[Until]) -> float:
    """The Kaplan-Meier median of the seconds; infinite where half of the runs or more would not get there."""
    reached = [run.seconds for run in runs if run.reached]
    if not reached:
        return math.inf
    survival = ecdf(CensoredData(reached, right=[run.seconds for run in runs if not run.reached])).sf
    below = np.flatnonzero(survival.probabilities <= 0.5 + 1e-12)
    return float(survival.quantiles[below[0]]) if len(below) else math.inf


def least_median_of(runs: Sequence[Until]) -> float:
    """The least that the median may be: as if each run had got there at its end."""
    return median_of([Until(run.seconds, reached=True) for run in runs])
