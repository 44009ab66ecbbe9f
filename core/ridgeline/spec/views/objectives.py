"""What a verdict says of a second objective and of constraints."""

from enum import StrEnum

from ridgeline.kinds import Frozen
from ridgeline.spec.constraints import Constraint
from ridgeline.spec.measures import Measure
from ridgeline.spec.metrics import Direction
from ridgeline.spec.views.comparisons import Choice, Interval


class Kept(StrEnum):
    """Whether a contender keeps a constraint."""

    HOLDS = "holds"  #: its one-sided 95 % bound is on the right side
    FAILS = "fails"  #: even its bound on the other side is on the wrong one
    NOT_SHOWN = "not shown"  #: neither, or it could not be measured


class Estimated(Frozen):
    """A measure of a contender."""

    measure: Measure
    """What is measured."""
    value: float
    """Mean over fresh folds and repeats; of training_seconds the median of nine timings of this setting alone."""
    interval: Interval
    """95 %: of a mean by the corrected resampled t, of a median by order statistics; within what the measure can be."""


class ConstraintView(Frozen):
    """A constraint and one contender."""

    constraint: Constraint
    """What must hold."""
    value: float | None
    """The measure, as in `Estimated`; null: it could not be measured."""
    bound: float | None
    """Its one-sided 95 % bound on the side of worse, which must reach the constraint's."""
    kept: Kept
    """What that shows."""


class FrontMember(Choice):
    """A contender that no other is better than in both objectives."""

    score: float
    """Cross-validated, not corrected for any choice."""
    interval: Interval
    """Of the score, 95 %."""
    second: Estimated
    """The second objective."""


class ObjectivesView(Frozen):
    """A second objective and constraints, from the final alone."""

    second: Measure | None
    """The second objective; null: none was asked for."""
    direction: Direction | None
    """Whether lower or higher is better in it."""
    constraints: tuple[Constraint, ...]
    """As asked."""
    keeping: tuple[int, ...]
    """Numbers of the contenders that are shown to keep all constraints; without any, of all that gave scores."""
    are_obeyed: bool
    """Whether what is recommended was chosen among these; false: there are none, so it was chosen without
    constraints."""
    front: tuple[FrontMember, ...]
    """Those of them that no other is better than in the mean of one objective and at least as good in that of the
    other, the best score first; contenders with two equal means are both there."""
    trade_off: Choice | None
    """Of those whose score is within a plain standard error of the best, the one that is best in the second objective;
    of equals the lowest loss, then the simplest; null without a second objective."""
    timing_spread: float | None
    """The widest interval of training_seconds as a share of its median: the noise of the machine; null: not timed."""
    statement: str
    """All of it in words."""
