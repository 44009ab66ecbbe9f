"""The part of a verdict on a second objective and on constraints."""

import numpy as np

from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.views.objectives import ConstraintView, Estimated, FrontMember, ObjectivesView
from ridgeline_worker.verdict.case import Case, interval_view
from ridgeline_worker.verdict.constrained import keeping, kept, worst
from ridgeline_worker.verdict.corrected_t import score_interval
from ridgeline_worker.verdict.estimates import Estimate
from ridgeline_worker.verdict.evidence import Contender
from ridgeline_worker.verdict.front import front, trade_off
from ridgeline_worker.verdict.objective_words import objectives_statement


def objectives(case: Case) -> ObjectivesView | None:
    """What the final says of them; None: none was asked for."""
    asked, second = case.study.objective, case.study.objective.second
    if not asked.measures:
        return None
    numbers = keeping(case.field, case.estimates, asked.constraints)
    of_time = case.estimates.get(Measure.TRAINING_SECONDS, {}).values()
    place = None if second is None else trade_off(case.choosing, _losses(case, second))
    view = ObjectivesView(
        second=second,
        direction=None if second is None else second.direction,
        constraints=asked.constraints,
        keeping=numbers,
        are_obeyed=bool(numbers),
        front=() if second is None else _front(case, second),
        trade_off=None if place is None else case.choice(case.choosing.contenders[place]),
        timing_spread=max(map(_spread, of_time), default=None),
        statement="",
    )
    kept_by = [len(keeping(case.field, case.estimates, [each])) for each in asked.constraints]
    statement = objectives_statement(view, asked.metric, kept_by, len(case.field.contenders), case.chosen.number)
    return view.model_copy(update={"statement": statement})


def measures_of(case: Case, number: int) -> tuple[Estimated, ...]:
    """Each measure that was asked for, as far as the contender has it."""
    found = ((measure, case.estimates.get(measure, {}).get(number)) for measure in case.study.objective.measures)
    return tuple(_estimated(measure, estimate) for measure, estimate in found if estimate is not None)


def constraints_of(case: Case, number: int) -> tuple[ConstraintView, ...]:
    """Each constraint and the contender."""
    return tuple(_constraint(case, constraint, number) for constraint in case.study.objective.constraints)


def _constraint(case: Case, constraint: Constraint, number: int) -> ConstraintView:
    estimate = case.estimates.get(constraint.measure, {}).get(number)
    return ConstraintView(
        constraint=constraint,
        value=None if estimate is None else estimate.value,
        bound=None if estimate is None else worst(constraint, estimate),
        kept=kept(constraint, estimate),
    )


def _front(case: Case, second: Measure) -> tuple[FrontMember, ...]:
    losses = np.column_stack([case.choosing.losses, _losses(case, second)])
    known = np.flatnonzero(np.isfinite(losses[:, 1]))
    places = sorted(known[front(losses[known])], key=lambda place: (losses[place, 0], place))
    return tuple(_member(case, second, case.choosing.contenders[place]) for place in places)


def _member(case: Case, second: Measure, one: Contender) -> FrontMember:
    scores = case.paired.final[one.number]
    return FrontMember(
        **case.choice(one).model_dump(),
        score=float(scores.mean()),
        interval=interval_view(score_interval(scores, case.field.test_share)[1]),
        second=_estimated(second, case.estimates[second][one.number]),
    )


def _losses(case: Case, second: Measure) -> np.ndarray:
    """Of those that a choice is made among, in the second objective; NaN where it is not known."""
    told = case.estimates.get(second, {})
    values = [told[one.number].value if one.number in told else np.nan for one in case.choosing.contenders]
    return second.direction.sign * np.array(values)


def _estimated(measure: Measure, estimate: Estimate) -> Estimated:
    return Estimated(measure=measure, value=estimate.value, interval=interval_view(estimate.limits))


def _spread(estimate: Estimate) -> float:
    return (estimate.limits.high - estimate.limits.low) / estimate.value
