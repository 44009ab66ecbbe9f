"""All contenders, the best first, each with what the evidence says of it."""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from ridgeline.spec.views.verdict import ContenderView
from ridgeline_worker.verdict.case import Case
from ridgeline_worker.verdict.corrected_t import score_interval
from ridgeline_worker.verdict.evidence import Contender
from ridgeline_worker.verdict.objectives import constraints_of, measures_of
from ridgeline_worker.verdict.simplicity import Rank, rank


def standings(case: Case) -> Iterator[ContenderView]:
    """Those with a score by it, then those that failed, then those that were dropped by their screening score."""
    trials = {trial.setting.key: trial.number for trial in reversed(case.searched.trials)}
    views = {one.number: _view(case, one, trials) for one in case.paired.contenders}

    def place(one: Contender) -> tuple[bool, bool, float, bool, Rank | tuple[()]]:
        view = views[one.number]
        told = view.score if view.score is not None else view.screening_score
        loss = np.inf if told is None else case.sign * told
        is_constant = one.setting is None
        return (view.score is None, not view.went_on, loss, is_constant, () if is_constant else rank(one))

    for one in sorted(case.paired.contenders, key=place):
        yield views[one.number]


def _view(case: Case, one: Contender, trials: dict[str, int]) -> ContenderView:
    scores = case.finite(one.number)
    return ContenderView(
        number=one.number,
        setting=one.setting,
        derived={} if one.setting is None else case.study.derived(one.setting),
        roles=tuple(sorted(one.roles)),
        trial=None if one.setting is None else trials.get(one.setting.key),
        screening_score=_mean(case.paired.screening.get(one.number)),
        went_on=one.number in case.paired.final,
        score=_mean(scores),
        standard_error=None if scores is None else score_interval(scores, case.field.test_share)[0],
        generalization_gap=_gap(case, one.number),
        difference_to_none=case.compared(one, case.none),
        holm_p=case.gained.holm_p.get(one.number),
        gain_shown=one.number in case.gained.shown,
        in_tie_set=one.number in case.ties,
        measures=measures_of(case, one.number),
        constraints=() if one.setting is None else constraints_of(case, one.number),
    )


def _gap(case: Case, number: int) -> float | None:
    """Loss on validation rows minus loss on training rows, in the mean over the models both are known of."""
    fitted, final = (case.paired.fitted or {}).get(number), case.paired.final.get(number)
    if fitted is None or final is None:
        return None
    trained, validated = _mean(fitted), _mean(final[: len(fitted)])
    return None if validated is None or trained is None else case.sign * (validated - trained)


def _mean(scores: Float[np.ndarray, "some folds"] | None) -> float | None:
    """The mean; None: not there, or not finite."""
    return float(scores.mean()) if scores is not None and np.isfinite(scores).all() else None
