"""Scores on some folds, made comparable with those on others: folds differ more than settings do."""

from collections.abc import Iterable, Mapping
from statistics import fmean

from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import Origin
from ridgeline.spec.views import TrialView


def with_expected(
    study: ResolvedStudy, scored: Mapping[int, TrialView], others: Iterable[TrialView]
) -> dict[int, TrialView]:
    """The same trials; those whose newest scores are of some folds, with what is to be expected on all.

        expected = mean of none on all folds + mean over these folds of (score - score of none)

    Trials share folds, weights and batches, so the difference says far more than the score.  Without scores of none on
    all folds nothing is expected.

    Args:
        scored: trials that have come to a rung, by number.
        others: where none may be, besides.
    """  # fmt: skip
    nones = (trial for trial in (*others, *scored.values()) if trial.origin is Origin.NONE and trial.rungs)
    none = next((trial.rungs[-1].folds for trial in nones if trial.rungs[-1].place == study.plan.last_rung), None)
    if none is None:
        return dict(scored)
    found = {}
    for number, trial in scored.items():
        *before, rung = trial.rungs
        if len(rung.folds) < len(none):
            same = fmean(none[fold] for fold in rung.by_fold(len(none)))
            rung = rung.model_copy(update={"expected": fmean(none) + rung.score - same})
        found[number] = trial.model_copy(update={"rungs": (*before, rung)})
    return found
