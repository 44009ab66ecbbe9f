"""What a study has found: its best setting, the best of each kind, score against strength."""

from ridgeline.errors import Invalid, NotReady, NoVerdict, Violation
from ridgeline.kinds import Search
from ridgeline.kinds.combining import COCKTAIL
from ridgeline.spec import ResolvedStudy
from ridgeline.spec.states import ENDED, EndReason, Phase, StudyState
from ridgeline.spec.statistics import PairedDifference, paired_difference, standard_error
from ridgeline.spec.study import Mode
from ridgeline.spec.views import (
    BestView,
    CurveView,
    IngredientsView,
    LeaderboardEntry,
    LeaderboardView,
    MixEntry,
    TrialCounts,
    TrialView,
    Verdict,
)
from ridgeline.store.curves import curve_of
from ridgeline.store.store import Store
from ridgeline.store.verdicts import Outcome

NONE = "none"
SHOWN_MIXES = 10
"""Sets of ingredients that a leaderboard shows."""


def best(store: Store, study_id: str, regularizer: str | None = None) -> BestView:
    """The best complete trial, of one kind if asked.

    Raises:
        NotFound: there is no such study.
        Invalid: the study has no such kind.
    """
    state, study = _with_kind(store, study_id, regularizer)
    trial = store.trials.best(study_id, regularizer)
    return BestView(
        study_id=study_id,
        provisional=state not in ENDED,
        metric=study.objective.metric,
        direction=study.objective.direction,
        trial=trial,
        regularizer=regularizer if trial is None else trial.regularizer,
        strengths={} if trial is None else trial.strengths,
        score=None if trial is None else trial.score,
        standard_error=None if trial is None else trial.standard_error,
        difference_to_none=_difference(study, trial, store.trials.best(study_id, NONE)),
    )


def leaderboard(store: Store, study_id: str) -> LeaderboardView:
    """The best setting of each kind, best first; kinds without a complete trial last, as they were asked for.

    Raises:
        NotFound: there is no such study.
    """
    state, study = store.studies.plan_of(study_id)
    found = store.trials.best_per_kind(study_id)
    counts = store.trials.counts_per_kind(study_id)
    ranks = {kind: rank for rank, kind in enumerate(found, start=1)}
    kinds = [*found, *(kind for kind in searched(study) if kind not in found)]
    return LeaderboardView(
        study_id=study_id,
        provisional=state not in ENDED,
        metric=study.objective.metric,
        direction=study.objective.direction,
        entries=tuple(_entry(study, kind, ranks.get(kind), found, counts.get(kind, TrialCounts())) for kind in kinds),
        mixes=_mixes(store, study_id, study, found.get(NONE)),
    )


def curve(store: Store, study_id: str, regularizer: str) -> CurveView:
    """Score against strength over the complete trials of a kind and its ladder, the weakest regularization first.

    Of a cocktail: over the trials in which the kind is alone.

    Raises:
        NotFound: there is no such study.
        Invalid: the study has no such kind, or it is a mix.
    """
    _, study = _with_kind(store, study_id, regularizer)
    if regularizer == COCKTAIL:
        rule = "must be a kind alone, since a mix has no single strength to plot its score against,"
        kinds = ", ".join(study.ingredients)
        remedy = f"use one of {kinds}; or list the trials with regularizer={COCKTAIL}"
        raise Invalid([Violation("regularizer", rule, regularizer, remedy)])
    return curve_of(store, study_id, regularizer, searched(study)[regularizer])


def verdict(store: Store, study_id: str) -> Verdict:
    """What a study recommends, and how sure that is.

    Raises:
        NotFound: there is no such study.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
    """
    outcome = store.verdicts.outcome(study_id)
    if outcome.state not in ENDED and not outcome.study.evaluation.final_repeats:
        raise NoVerdict(_without_verdict(store, study_id, outcome))
    if outcome.state not in ENDED:
        where = outcome.phase if outcome.state is StudyState.RUNNING else outcome.state
        raise NotReady(f"study {study_id!r} comes to its verdict at its end, and is in {where} now; ask again later")
    if outcome.verdict is None or outcome.state is StudyState.FAILED or outcome.reason is EndReason.CANCELLED:
        raise NoVerdict(_without_verdict(store, study_id, outcome))
    return outcome.verdict


def ingredients(store: Store, study_id: str) -> IngredientsView:
    """Which ingredients of a cocktail matter.

    Raises:
        NotFound: there is no such study.
        Invalid: its mode is not cocktail.
        NotReady: it has not come to its verdict yet.
        NoVerdict: it has ended without one.
    """
    outcome = store.verdicts.outcome(study_id)
    if outcome.study.mode is not Mode.COCKTAIL:
        rule = "must be cocktail for ingredients to be taken out of a mix"
        remedy = "ask for the study's verdict, or submit it again in mode cocktail"
        raise Invalid([Violation("mode", rule, outcome.study.mode.value, remedy)])
    found = verdict(store, study_id).ingredients
    if found is None:
        raise NoVerdict(
            f"study {study_id!r} has a verdict from before ingredients were told apart; submit it again for them"
        )
    return found


def _without_verdict(store: Store, study_id: str, outcome: Outcome) -> str:
    """Why a study has no verdict, and what to do."""
    if not outcome.study.evaluation.final_repeats:
        reason, remedy = "its evaluation.final_repeats is 0", "submit it again with at least 3"
    elif outcome.state is StudyState.FAILED:
        reason, remedy = f"it failed: {outcome.detail}", "correct that and submit it again"
    elif outcome.reason is EndReason.CANCELLED:
        reason, remedy = "it was cancelled", "use stop in place of cancel where an answer is wanted"
    elif outcome.detail is not None:
        reason, remedy = outcome.detail, "submit it again with other training"
    elif outcome.phase is Phase.SEARCH and store.trials.best(study_id) is not None:
        reason, remedy = "it ended before studies came to verdicts", "extend it, or submit it again"
    elif outcome.phase is Phase.SEARCH:
        reason, remedy = "it ended before any trial was complete", "extend it, or submit it again"
    else:
        reason, remedy = "it ended before its final did", "submit it again"
    return f"study {study_id!r} has no verdict, for {reason}; {remedy}"


def searched(study: ResolvedStudy) -> dict[str, dict[str, Search]]:
    """Every kind that a study tries, with what is searched for each strength.

    The baseline's kind is among them, and so is `cocktail` where kinds are mixed.
    """
    kinds = {regularizer.kind: regularizer.strengths for regularizer in study.regularizers}
    if study.mode is Mode.COCKTAIL:
        mixed = study.ingredients.items()
        kinds[COCKTAIL] = {f"{kind}.{name}": search for kind, own in mixed for name, search in own.items()}
    if study.baseline is not None and study.baseline.kind not in kinds:
        kinds[study.baseline.kind] = dict(study.baseline.strengths)
    return kinds


def _with_kind(store: Store, study_id: str, regularizer: str | None) -> tuple[StudyState, ResolvedStudy]:
    state, study = store.studies.plan_of(study_id)
    kinds = searched(study)
    if regularizer is not None and regularizer not in kinds:
        rule = "must be a kind of this study"
        raise Invalid([Violation("regularizer", rule, regularizer, f"use one of {', '.join(kinds)}")])
    return state, study


def _difference(study: ResolvedStudy, trial: TrialView | None, none: TrialView | None) -> PairedDifference | None:
    if trial is None or none is None or trial.regularizer == NONE:
        return None
    return paired_difference(trial.rungs[-1].folds, none.rungs[-1].folds, study.evaluation.folds)


def _entry(
    study: ResolvedStudy, kind: str, rank: int | None, found: dict[str, TrialView], counts: TrialCounts
) -> LeaderboardEntry:
    trial = found.get(kind)
    return LeaderboardEntry(
        rank=rank,
        regularizer=kind,
        trial=None if trial is None else trial.number,
        strengths={} if trial is None else trial.strengths,
        derived={} if trial is None else trial.derived,
        learning_rate=None if trial is None else trial.learning_rate,
        score=None if trial is None else trial.score,
        standard_error=None if trial is None else trial.standard_error,
        difference_to_none=_difference(study, trial, found.get(NONE)),
        trials=counts,
    )


def _mixes(store: Store, study_id: str, study: ResolvedStudy, none: TrialView | None) -> tuple[MixEntry, ...]:
    if study.mode is not Mode.COCKTAIL:
        return ()
    return tuple(
        MixEntry(
            rank=rank,
            ingredients=tuple(trial.setting.kinds),
            trial=trial.number,
            strengths=trial.strengths,
            derived=trial.derived,
            learning_rate=trial.learning_rate,
            score=trial.rungs[-1].score,
            standard_error=standard_error(trial.rungs[-1].folds),
            difference_to_none=_difference(study, trial, none),
        )
        for rank, trial in enumerate(store.trials.best_mixes(study_id, SHOWN_MIXES), start=1)
    )
