"""What a reader of a verdict must know besides: one function a warning."""

from collections.abc import Iterator
from dataclasses import dataclass

from ridgeline.spec.metrics import Direction
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.states import EndReason
from ridgeline.spec.study import Split
from ridgeline.spec.views.comparisons import Comparison
from ridgeline.spec.views.ladders import LadderView
from ridgeline.spec.views.objectives import ObjectivesView
from ridgeline.spec.views.verdict import (
    Caution,
    ContenderView,
    Gain,
    Recommended,
    RestsOn,
    Role,
    WarningCode,
)
from ridgeline_worker.verdict.boundary import at_ends
from ridgeline_worker.verdict.ladder_words import ladder_at_end
from ridgeline_worker.verdict.objective_words import NOISY, constraints_words
from ridgeline_worker.verdict.simplicity import ingredients
from ridgeline_worker.verdict.words import better, better_interval, listed, number, setting_words

FEW_ROWS = 300
"""Rows of the search part below which splits decide much."""
LOW_CORRELATION = 0.5
"""Rank correlation of scores after some epochs and after all, below which pruning was a gamble."""
NO_CORRELATION = 0.0
"""The same of scores on some folds and on the others, whose noise alone keeps it low."""
NORMS = frozenset({"batch_norm", "layer_norm"})
SHRINKING = frozenset({"l2", "weight_decay"})


@dataclass(frozen=True)
class Facts:
    """What warnings are read from."""

    study: ResolvedStudy
    recommended: Recommended
    gain: Gain
    contenders: tuple[ContenderView, ...]
    objectives: ObjectivesView | None
    """None: neither a second objective nor constraints."""
    constant: Comparison | None
    """Recommended against the constant; None: without one."""
    rests_on: RestsOn
    earlier_verdicts: int
    ladder: LadderView | None = None
    """Of the recommended kind; None: there is none."""

    @property
    def direction(self) -> Direction:
        """Which scores are better."""
        return self.study.objective.direction


def cautions(facts: Facts) -> Iterator[Caution]:
    """Every warning that applies, the weightiest first."""
    for code, tell in _WARNINGS.items():
        text = tell(facts)
        if text is not None:
            yield Caution(code=code, text=text)


def _no_better_than_constant(facts: Facts) -> str | None:
    against = facts.constant
    if against is None:
        return None
    sign = facts.direction.sign
    best_for_us = against.interval.high if sign == 1 else against.interval.low
    if sign * best_for_us < 0:
        return None
    if sign * against.mean >= 0:
        return (
            "the recommended setting is no better than predicting the same for every row: the inputs may tell nothing"
        )
    return (
        "the recommended setting is not shown to be better than predicting the same for every row "
        f"({better(against.mean, facts.direction)}, {better_interval(against.interval, facts.direction)})"
    )


def _none_failed(facts: Facts) -> str | None:
    if all(one.score is not None for one in facts.contenders if Role.NONE in one.roles):
        return None
    return "training without a regularizer failed in the final, so that nothing could be compared with it"


def _contender_failed(facts: Facts) -> str | None:
    failed = [one.setting for one in facts.contenders if one.went_on and one.score is None and one.setting is not None]
    if not failed:
        return None
    return f"training again failed for {listed([setting_words(each) for each in failed])}; left out of the comparison"


def _constraints_not_met(facts: Facts) -> str | None:
    told = facts.objectives
    if told is None or told.are_obeyed:
        return None
    dropped = sum(not one.went_on for one in facts.contenders)
    screened = f" ({dropped} more were dropped after screening, by their score alone)" if dropped else ""
    return (
        f"no setting is shown to keep {constraints_words(told.constraints)}{screened}: what is recommended was chosen "
        "as if nothing had been asked; relax a bound, search longer, so that more settings are trained again, or give "
        "more rows"
    )


def _noisy_timings(facts: Facts) -> str | None:
    spread = None if facts.objectives is None else facts.objectives.timing_spread
    if spread is None or spread <= NOISY:
        return None
    return (
        f"timings of one setting lie up to {spread:.0%} apart, so the machine did other work meanwhile: small "
        "differences of training_seconds mean nothing"
    )


def _stopped(facts: Facts) -> str | None:
    rests = facts.rests_on
    if rests.ended_by is not EndReason.STOP:
        return None
    return (
        f"the search was stopped after {rests.trials_started} of {rests.max_trials} trials: better settings may not "
        "have been tried"
    )


def _few_repeats(facts: Facts) -> str | None:
    done, planned = facts.rests_on.final_repeats, facts.rests_on.final_repeats_planned
    if done >= planned and done > 1:
        return None
    of = f"{done} of {planned} repeats" if done < planned else "a single repeat"
    return f"the final rests on {of}: differences hold for few draws of weights, batches and folds only"


def _few_rows(facts: Facts) -> str | None:
    rows = facts.rests_on.train_rows + facts.rests_on.validation_rows
    if rows >= FEW_ROWS:
        return None
    return (
        f"scores come from {rows} rows only: no number of repeats makes intervals much narrower than these, only more "
        "rows do"
    )


def _boundary(facts: Facts) -> str | None:
    """Strengths at an end of what was searched; of the one that a ladder varies, what the ladder says of that end."""
    ladder = facts.ladder
    name = None if ladder is None else f"{ladder.regularizer}.{ladder.strength}"
    ends = [end for end in at_ends(facts.study, facts.recommended.setting) if end.name != name]
    found = []
    if ends:
        told = [f"{end.name} = {number(end.value)} at the {'lower' if end.is_low else 'upper'} end" for end in ends]
        found.append(
            f"the recommended setting has {listed(told)} of what was searched: a wider range may hold a better one"
        )
    at_end = None if ladder is None else ladder_at_end(ladder, facts.study)
    return "; ".join(filter(None, [*found, at_end])) or None


def _test_scored_before(facts: Facts) -> str | None:
    test = facts.recommended.test
    if test is None or not test.scored_before:
        return None
    times = "once" if test.scored_before == 1 else f"{test.scored_before} times"
    return (
        f"this test part was scored {times} before: if what you chose since then depends on it, its score is no longer "
        "free of selection"
    )


def _test_disagrees(facts: Facts) -> str | None:
    test = facts.recommended.test
    if test is None or test.interval is None:
        return None
    sign = facts.direction.sign
    worst_for_none = test.interval.low if sign == 1 else test.interval.high
    if sign * worst_for_none <= 0:
        return None
    return (
        f"on the test part the recommended setting is {better(test.difference, facts.direction)} than none "
        f"({better_interval(test.interval, facts.direction)}), against the cross-validation that chose it"
    )


def _gain_of_another(facts: Facts) -> str | None:
    chosen = next(one for one in facts.contenders if one.number == facts.recommended.number)
    if facts.gain is not Gain.SHOWN or chosen.gain_shown:
        return None
    shown = [one.setting for one in facts.contenders if one.gain_shown and one.setting is not None]
    return (
        f"a gain is shown for {listed([setting_words(each) for each in shown])}, not for the recommended setting, "
        "which is the simplest within a standard error of the best"
    )


def _norm_under_l2(facts: Facts) -> str | None:
    under = {each.kind for each in facts.study.always}
    for one in facts.contenders:
        acting = under | set(ingredients(one.setting) if one.setting else ())
        if one.went_on and acting & NORMS and acting & SHRINKING:
            return (
                f"{listed(sorted(acting & SHRINKING))} under {listed(sorted(acting & NORMS))} acts as a change of the "
                "learning rate, for the size of weights before a normalization does not matter (van Laarhoven 2017)"
            )
    return None


def _rung_ranks(facts: Facts) -> str | None:
    correlation = facts.rests_on.rung_rank_correlation
    if correlation is None:
        return None
    if facts.study.plan.by_folds:
        disagree, said = correlation <= NO_CORRELATION, "on the first folds said nothing of those on the others"
    else:
        disagree, said = correlation < LOW_CORRELATION, "at the first rung said little of those at the last"
    if not disagree:
        return None
    return (
        f"scores {said} (rank correlation {correlation:.2f}): good settings may have been stopped early; a later first "
        "rung, or pruner none, would tell"
    )


def _rows_in_time(facts: Facts) -> str | None:
    if facts.study.evaluation.split is not Split.TIME:
        return None
    return "rows that follow one another in time are alike, so that all intervals here are narrower than they should be"


def _made_anew(facts: Facts) -> str | None:
    made = facts.earlier_verdicts
    if not made:
        return None
    times = "a verdict" if made == 1 else f"{made} verdicts"
    return (
        f"this study had {times} before it was extended; the folds and draws of its final are the same again, and "
        "whoever extends until a gain is shown will see one more often than its p says"
    )


_WARNINGS = {
    WarningCode.CONSTRAINTS_NOT_MET: _constraints_not_met,
    WarningCode.NO_BETTER_THAN_CONSTANT: _no_better_than_constant,
    WarningCode.NONE_FAILED: _none_failed,
    WarningCode.TEST_DISAGREES: _test_disagrees,
    WarningCode.TEST_PART_SCORED_BEFORE: _test_scored_before,
    WarningCode.STOPPED: _stopped,
    WarningCode.FEW_REPEATS: _few_repeats,
    WarningCode.FEW_ROWS: _few_rows,
    WarningCode.GAIN_OF_ANOTHER: _gain_of_another,
    WarningCode.BOUNDARY_OPTIMUM: _boundary,
    WarningCode.CONTENDER_FAILED: _contender_failed,
    WarningCode.NOISY_TIMINGS: _noisy_timings,
    WarningCode.NORM_UNDER_L2: _norm_under_l2,
    WarningCode.RUNG_RANKS_DISAGREE: _rung_ranks,
    WarningCode.ROWS_IN_TIME: _rows_in_time,
    WarningCode.MADE_ANEW: _made_anew,
}
"""How each warning is told; None: it does not apply."""
