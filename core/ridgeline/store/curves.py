"""Score against strength: trials of a kind, and the ladder that the final has trained of it."""

from collections.abc import Callable, Iterator, Mapping

from ridgeline.kinds import CATALOGUE, Search
from ridgeline.spec.ladders import laddered
from ridgeline.spec.states import ENDED, EndReason
from ridgeline.spec.study import Mode
from ridgeline.spec.views import CurvePoint, CurveView, LadderView
from ridgeline.store.store import Store
from ridgeline.store.verdicts import Outcome


def curve_of(store: Store, study_id: str, regularizer: str, searches: Mapping[str, Search]) -> CurveView:
    """The curve of a kind of a study.

    Args:
        searches: what is searched for each strength of the kind.

    Raises:
        NotFound: there is no such study.
    """  # fmt: skip
    outcome = store.verdicts.outcome(study_id)
    study = outcome.study
    ladder = store.finals.ladder(study_id, regularizer)
    climbed = () if ladder is None else tuple(_points(ladder))
    points = (*store.trials.points(study_id, regularizer), *climbed)
    told = CurveView(
        study_id=study_id,
        provisional=outcome.state not in ENDED,
        metric=study.objective.metric,
        direction=study.objective.direction,
        regularizer=regularizer,
        searched=dict(searches),
        points=tuple(sorted(points, key=_weakest_first(regularizer))),
    )
    if ladder is None:
        return told.model_copy(update={"statement": _without(outcome, regularizer)})
    best = next(point for point in climbed if point.strengths[ladder.strength] == ladder.best)
    found = {"strength": ladder.strength, "plateau": ladder.plateau, "boundary": ladder.boundary, "none": ladder.none}
    return told.model_copy(update={**found, "best": best, "statement": ladder.statement})


def _points(ladder: LadderView) -> Iterator[CurvePoint]:
    """The strengths of a ladder that have scores."""
    for rung in ladder.rungs:
        if rung.score is None or rung.standard_error is None:
            continue
        yield CurvePoint(
            trial=None,
            strengths={**ladder.held, ladder.strength: rung.value},
            learning_rate=ladder.learning_rate,
            score=rung.score,
            standard_error=rung.standard_error,
            difference_to_best=rung.difference_to_best,
            difference_standard_error=rung.difference_standard_error,
            in_plateau=rung.in_plateau,
        )


def _without(outcome: Outcome, regularizer: str) -> str:
    """Why there is no ladder."""
    study = outcome.study
    read_off = any(own.read_off for own in study.regularizers if own.kind == regularizer)
    reasons = (
        (study.mode is Mode.COCKTAIL, "A cocktail has no ladders of strengths, for its kinds act together."),
        (read_off, "It needs no ladder: the strength was read off the scores of one trial after every epoch."),
        (
            regularizer not in laddered(study),
            f"A ladder varies a range, or a list of three numbers or more, and {regularizer} has neither here.",
        ),
        (
            not study.evaluation.final_repeats,
            "Ladders of strengths follow the final, and evaluation.final_repeats is 0.",
        ),
        (outcome.state not in ENDED, "A ladder of strengths may follow the final."),
        (outcome.reason is EndReason.STOP, "The study was stopped before a ladder of strengths was trained."),
        (
            outcome.reason is EndReason.SECONDS,
            "budget.max_seconds left no room for a ladder of strengths: raise it for more.",
        ),
    )
    otherwise = (
        "No ladder of strengths was trained: all of them may train half as much as the search did, and what is "
        "recommended comes first. Raise budget.max_trials for more."
    )
    return next((text for holds, text in reasons if holds), otherwise)


def _weakest_first(regularizer: str) -> Callable[[CurvePoint], tuple[list[float], float, float]]:
    """The place of a point of this kind on its curve; of equals, trials first."""
    signs = {name: 1 if bounds.more_is_stronger else -1 for name, bounds in CATALOGUE[regularizer].bounds.items()}

    def place(point: CurvePoint) -> tuple[list[float], float, float]:
        number = float("inf") if point.trial is None else point.trial
        return [sign * point.strengths[name] for name, sign in signs.items()], point.learning_rate, number

    return place
