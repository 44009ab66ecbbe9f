"""What every part of a verdict is read from: the field, the choice, and comparisons of any two contenders."""

import numpy as np

from ridgeline.spec.resolved import ResolvedStudy, Setting
from ridgeline.spec.views.comparisons import Choice, Comparison, Interval
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.verdict.choice import Field
from ridgeline_worker.verdict.constrained import obeying
from ridgeline_worker.verdict.corrected_t import (
    Limits,
    corrected_standard_error,
    interval,
    p_value,
    probability_better,
)
from ridgeline_worker.verdict.differences import difference
from ridgeline_worker.verdict.estimates import estimates
from ridgeline_worker.verdict.evidence import Contender, Paired, Scores, Searched
from ridgeline_worker.verdict.gain import Gained, gained
from ridgeline_worker.verdict.ties import tie_set


class Case:
    """The evidence of a study, with what it says of each contender.

    Raises:
        NoContender: the final gave no finite scores of any setting.
        ValueError: fewer than two pairs of a repeat and fold.
    """

    def __init__(self, study: ResolvedStudy, paired: Paired, searched: Searched) -> None:
        self.study = study
        self.paired = paired
        self.searched = searched
        self.sign = study.objective.direction.sign
        self.field = Field.of(paired, study.objective.direction)
        self.estimates = estimates(paired.measures, self.field.test_share)
        self.choosing = obeying(self.field, self.estimates, study.objective.constraints)
        """Those that what is recommended is chosen among."""
        self.chosen = self.choosing.contenders[self.choosing.recommended]
        self.simplest = self.choosing.contenders[self.choosing.simplest]
        self.none = next(one for one in paired.contenders if Role.NONE in one.roles)
        settings = tuple(one.number for one in paired.contenders if one.setting is not None)
        self.entered = len(settings)
        """Settings that entered screening, none included."""
        family = tuple(number for number in settings if number != self.none.number)
        self.gained: Gained = gained(self.field, self.none.number, family, searched.min_gain)
        self.ties = tie_set(self.choosing, self.entered)

    def finite(self, number: int) -> Scores | None:
        """The final's scores of a contender; None: it has none, or some that are not finite."""
        scores = self.paired.final.get(number)
        return scores if scores is not None and np.isfinite(scores).all() else None

    def against(self, role: Role) -> Comparison | None:
        """The choice against the contender of a role; None: there is no other such, or it gave no scores."""
        other = next((one for one in self.paired.contenders if role in one.roles), None)
        return None if other is None else self.compared(self.chosen, other)

    def compared(self, ours: Contender, theirs: Contender) -> Comparison | None:
        """Two contenders, paired; None: they are the same, or one of them gave no scores."""
        a, b = self.finite(ours.number), self.finite(theirs.number)
        if ours.number == theirs.number or a is None or b is None:
            return None
        d, share = difference(a, b), self.field.test_share
        return Comparison(
            reference=theirs.number,
            mean=d.mean,
            interval=interval_view(interval(d, share)),
            standard_error=corrected_standard_error(d.deviation, d.pairs, share),
            plain_standard_error=d.plain_standard_error,
            p=p_value(d, share),
            probability_better=probability_better(d, self.sign, share),
            pairs=d.pairs,
            correlation=d.correlation,
        )

    def choice(self, one: Contender) -> Choice:
        """A contender with its setting."""
        setting = setting_of(one)
        return Choice(
            number=one.number,
            regularizer=setting.regularizer,
            strengths=setting.strengths,
            derived=self.study.derived(setting),
            learning_rate=setting.learning_rate,
        )


def setting_of(one: Contender) -> Setting:
    """The setting of a contender that competes.

    Raises:
        ValueError: it is the constant prediction.
    """
    if one.setting is None:
        raise ValueError(f"contender {one.number} must have a setting but is the constant prediction")
    return one.setting


def interval_view(limits: Limits) -> Interval:
    """Limits, as an answer."""
    return Interval(low=limits.low, high=limits.high)
