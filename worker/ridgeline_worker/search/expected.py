"""Scores on some folds, made comparable with those on others: folds differ more than settings do."""

from collections.abc import Iterable, Mapping
from statistics import fmean, median

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.views import TrialView


def with_expected(
    study: ResolvedStudy, scored: Mapping[int, TrialView], others: Iterable[TrialView]
) -> dict[int, TrialView]:
    """The same trials; those whose newest scores are of some folds, with what is to be expected on all.

        expected = score + median over the trials that have all folds of (mean over all - mean over these folds)

    Trials share folds, weights and batches, so that what one gains from an easy fold others gain too.  The median is of
    no order, and does not follow one setting that failed on a fold.  Without a trial that has all folds nothing is
    expected.

    Args:
        scored: trials that have come to a rung, by number.
        others: besides, trials of this generation and before.
    """  # fmt: skip
    last = study.plan.last_rung
    known = [trial.rungs[-1] for trial in (*others, *scored.values()) if trial.rungs]
    whole = [rung.by_fold(last.folds) for rung in known if rung.place == last]
    found = {}
    for number, trial in scored.items():
        *before, rung = trial.rungs
        if whole and len(rung.folds) < last.folds:
            here = rung.by_fold(last.folds)
            easier = median(fmean(folds.values()) - fmean(folds[fold] for fold in here) for folds in whole)
            rung = rung.model_copy(update={"expected": rung.score + easier})
        found[number] = trial.model_copy(update={"rungs": (*before, rung)})
    return found
