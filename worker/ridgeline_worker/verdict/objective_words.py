"""What is said of a second objective and of constraints."""

from collections.abc import Iterator, Sequence

from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Metric
from ridgeline.spec.views.objectives import FrontMember, ObjectivesView
from ridgeline_worker.verdict.words import listed, number, setting_words

NOISY = 0.2
"""Share of a median by which timings may differ without a warning."""


def constraints_words(constraints: Sequence[Constraint]) -> str:
    """Such as `accuracy >= 0.95 and sparsity >= 0.5`."""
    return listed([str(each) for each in constraints], most=len(constraints))


def objectives_statement(view: ObjectivesView, metric: Metric, kept: Sequence[int], compared: int, chosen: int) -> str:
    """All of it in words.

    Args:
        view: All but this.
        metric: The first objective.
        kept: How many settings are shown to keep each constraint.
        compared: Settings that gave scores.
        chosen: Number of what is recommended.
    """
    return "; ".join(_parts(view, metric, kept, compared, chosen))


def _parts(view: ObjectivesView, metric: Metric, kept: Sequence[int], compared: int, chosen: int) -> Iterator[str]:
    if view.constraints:
        yield _constraints(view, kept, compared)
    if view.second is not None:
        if not view.constraints or len(view.keeping) != 1:
            yield _front(view, metric, view.second)
        best = view.trade_off
        if best is not None and best.number != chosen:
            yield f"within a standard error of the best score, {setting_words(best.setting)} has the best {view.second}"
    if view.timing_spread is not None:
        yield (
            "training_seconds are of one training on one fold, each setting alone on this machine, where timings of "
            f"one setting lie up to {view.timing_spread:.0%} apart"
        )


def _constraints(view: ObjectivesView, kept: Sequence[int], compared: int) -> str:
    asked, all_of_them = constraints_words(view.constraints), len(view.keeping)
    if any(number != all_of_them for number in kept):
        each = [f"{number} keep {one}" for one, number in zip(view.constraints, kept, strict=True)]
        asked += f" ({listed(each, most=len(each))})"
    if not all_of_them:
        return f"none of {compared} settings is shown to keep {asked}, so the choice was made without"
    if all_of_them == 1:
        return f"1 of {compared} settings is shown to keep {asked}, and so it is recommended"
    return f"{all_of_them} of {compared} settings are shown to keep {asked}, and the choice was made among them"


def _front(view: ObjectivesView, metric: Metric, second: Measure) -> str:
    if not view.front:
        return f"{second} of no setting could be measured"
    told = [_member(one, metric, second) for one in view.front]
    among = " of these" if view.constraints and view.are_obeyed else ""
    if len(told) == 1:
        return f"no other{among or ' setting'} is better than {told[0]} in {metric} or in {second}"
    return f"the front of {metric} and {second}, where none{among} is better than another in both, is {listed(told)}"


def _member(one: FrontMember, metric: Metric, second: Measure) -> str:
    return f"{setting_words(one.setting)} ({metric} {number(one.score)}, {second} {number(one.second.value)})"
