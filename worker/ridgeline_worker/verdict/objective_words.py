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


def objectives_statement(view: ObjectivesView, metric: Metric, compared: int, recommended: int) -> str:
    """All of it in words.

    Args:
        view: All but this.
        metric: The first objective.
        compared: Settings that gave scores.
        recommended: Number of what is recommended.
    """
    return "; ".join(_parts(view, metric, compared, recommended))


def _parts(view: ObjectivesView, metric: Metric, compared: int, recommended: int) -> Iterator[str]:
    if view.constraints:
        yield _constraints(view, compared)
    if view.second is not None:
        yield _front(view.front, metric, view.second)
    if view.second is not None and view.trade_off is not None:
        told = f"within a standard error of the best score, the best {view.second} has"
        same = view.trade_off.number == recommended
        yield f"{told} {'what is recommended' if same else setting_words(view.trade_off.setting)}"
    if view.timing_spread is not None:
        yield (
            "training_seconds are of one training on one fold, each setting alone on this machine, where timings of "
            f"one setting lie up to {view.timing_spread:.0%} apart"
        )


def _constraints(view: ObjectivesView, compared: int) -> str:
    asked = constraints_words(view.constraints)
    if not view.keeping:
        return f"no setting is shown to keep {asked}, so the choice was made without"
    if len(view.keeping) == 1:
        return f"1 of {compared} settings is shown to keep {asked}, and so it is recommended"
    return f"{len(view.keeping)} of {compared} settings are shown to keep {asked}, and the choice was made among them"


def _front(members: Sequence[FrontMember], metric: Metric, second: Measure) -> str:
    if not members:
        return f"{second} of no setting could be measured"
    told = [
        f"{setting_words(one.setting)} ({metric} {number(one.score)}, {second} {number(one.second.value)})"
        for one in members
    ]
    if len(told) == 1:
        return f"no other setting is better than {told[0]} in {metric} or in {second}"
    return f"between {metric} and {second} the front is {listed(told)}"
