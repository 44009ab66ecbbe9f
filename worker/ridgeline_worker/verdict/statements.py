"""The sentences of a verdict."""

from collections.abc import Iterator

from ridgeline.spec.metrics import Direction
from ridgeline.spec.states import EndReason
from ridgeline.spec.views.comparisons import Comparison
from ridgeline.spec.views.objectives import ObjectivesView
from ridgeline.spec.views.verdict import (
    BestTrial,
    ContenderView,
    Gain,
    Recommended,
    RestsOn,
    Role,
    TestScores,
    Verdict,
)
from ridgeline_worker.verdict.ladder_words import plateau_sentence
from ridgeline_worker.verdict.objective_words import constraints_words
from ridgeline_worker.verdict.taken_apart import ingredients_in_short
from ridgeline_worker.verdict.words import better, better_interval, listed, number, p_words, score_words, setting_words

ENDED = {
    EndReason.BUDGET: "until its budget of trials was spent",
    EndReason.SECONDS: "until its time was spent",
    EndReason.TARGET: "until a trial met the target",
    EndReason.EXHAUSTED: "until every setting was tried",
    EndReason.STOP: "until it was stopped on request",
}
"""How a search that has a verdict ended."""


def gain_statement(
    gain: Gain,
    contenders: tuple[ContenderView, ...],
    possible: float | None,
    min_gain: float | None,
    direction: Direction,
) -> str:
    """`gain` in words, with the figures that it rests on."""
    if gain is Gain.EXCLUDED:
        least = f"{number(min_gain or 0.0)} or more"
        return f"nothing helps here: no setting that was trained again is better than none by {least}"
    if gain is Gain.SHOWN:
        return _shown([one for one in contenders if one.gain_shown], possible, min_gain, direction)
    if possible is None:
        return "no evidence either way; nothing could be compared with none"
    if possible == 0:
        return "no evidence of a gain; every setting that was trained again is as good as none or worse"
    return f"no evidence either way; differences up to {number(possible)} are possible"


def _shown(shown: list[ContenderView], possible: float | None, min_gain: float | None, direction: Direction) -> str:
    first = shown[0]
    against = first.difference_to_none
    if first.setting is None or against is None or first.holm_p is None:
        raise ValueError(f"a gain can only be shown for a setting that was compared with none, not for {first.number}")
    told = (
        f"a gain over none is shown: {setting_words(first.setting)} is {better(against.mean, direction)} "
        f"({better_interval(against.interval, direction)}; Holm p {p_words(first.holm_p)})"
    )
    if len(shown) > 1:
        told += f", and so {'is' if len(shown) == 2 else 'are'} {len(shown) - 1} more"
    if possible is not None and min_gain is not None and possible < min_gain:
        told += f"; but none by {number(min_gain)}, the smallest gain worth having"
    return told


def rests_on_statement(rests: RestsOn, test: TestScores | None) -> str:
    """The evidence in words."""
    searched = f"a search of {rests.trials_started} of {rests.max_trials} trials ({rests.trials_complete} complete)"
    if rests.ended_by in ENDED:
        searched += f", {ENDED[rests.ended_by]}"
    screened = f"{rests.finalists} of {rests.contenders} settings trained again after screening"
    if not rests.screening_repeats:
        screened = f"{rests.finalists} settings trained again, for all of which there was room"
    repeats = f"in {rests.final_repeats} of {rests.final_repeats_planned} fresh paired repeats of {rests.folds} folds"
    rows = f"({rests.train_rows} rows to train, {rests.validation_rows} to validate)"
    tested = "no test part scored" if test is None else f"a test part of {test.rows} rows"
    return f"{searched}; {screened} {repeats} {rows}; {tested}"


def paragraph(verdict: Verdict) -> str:
    """The verdict, of which all but this is there, in plain words, the headline first."""
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in _sentences(verdict))


def _sentences(verdict: Verdict) -> Iterator[str]:
    chosen, direction = verdict.recommended, verdict.direction
    yield f"use {setting_words(chosen.setting)}, at learning rate {number(chosen.learning_rate)}: {_why(verdict)}"
    if chosen.test is not None:
        yield _tested(verdict, chosen.test)
    yield _cross_validated(verdict, chosen)
    if verdict.objectives is not None:
        yield verdict.objectives.statement
    yield verdict.gain_statement
    ties = [one.setting for one in verdict.contenders if one.in_tie_set and one.number != chosen.number]
    if ties:
        yield f"as good may be {listed([setting_words(each) for each in ties if each is not None])}"
    if verdict.simplest.number != chosen.number:
        yield f"the simplest within a corrected standard error of the best is {setting_words(verdict.simplest.setting)}"
    if verdict.ladder is not None:
        yield plateau_sentence(verdict.ladder)
    in_short = None if verdict.ingredients is None else ingredients_in_short(verdict.ingredients)
    if in_short is not None:
        yield in_short
    if verdict.baseline is not None:
        yield _against_baseline(verdict.baseline, direction)
    if verdict.best_trial is not None:
        yield _best_trial(verdict, verdict.best_trial)


def _why(verdict: Verdict) -> str:
    compared = [one for one in verdict.contenders if one.score is not None and Role.CONSTANT not in one.roles]
    told = verdict.objectives
    if told is not None and told.constraints and told.are_obeyed:
        return _why_among(verdict, told, [one for one in compared if one.number in told.keeping])
    if len(compared) == 1:
        return "nothing else gave a score when trained again"
    if compared[0].number == verdict.recommended.number:
        alone = "" if verdict.recommended.regularizer == "none" else ", and no simpler one is within a standard error"
        return f"the best of {len(compared)} settings that were trained again{alone}"
    return f"the simplest of {len(compared)} settings that were trained again within a standard error of the best"


def _why_among(verdict: Verdict, told: ObjectivesView, among: list[ContenderView]) -> str:
    asked = constraints_words(told.constraints)
    if len(among) == 1:
        return f"the only setting that is shown to keep {asked}"
    if among[0].number == verdict.recommended.number:
        return f"the best of {len(among)} settings that are shown to keep {asked}"
    return (
        f"the simplest of {len(among)} settings that are shown to keep {asked}, within a standard error of their best"
    )


def _tested(verdict: Verdict, test: TestScores) -> str:
    told = (
        f"on {test.rows} test rows, which nothing was chosen by, it has {score_words(verdict.metric, test.recommended)}"
    )
    if verdict.recommended.regularizer == "none" and test.interval is None:
        return told
    against = f"{told}, none {number(test.none)}: {better(test.difference, verdict.direction)}"
    return against if test.interval is None else f"{against} ({better_interval(test.interval, verdict.direction)})"


def _cross_validated(verdict: Verdict, chosen: Recommended) -> str:
    corrected = chosen.corrected
    if corrected is None:
        return f"cross-validated, it has {score_words(verdict.metric, chosen.score)}, not corrected for the choice"
    limits = f"95 % interval: {number(corrected.interval.low)} to {number(corrected.interval.high)}"
    score = score_words(verdict.metric, corrected.score)
    return f"cross-validated and corrected for the choice, it has {score} ({limits})"


def _against_baseline(baseline: Comparison, direction: Direction) -> str:
    told = better(baseline.mean, direction)
    return (
        f"against your baseline it is {told} ({better_interval(baseline.interval, direction)}; "
        f"better with probability {baseline.probability_better:.2f})"
    )


def _best_trial(verdict: Verdict, best: BestTrial) -> str:
    return (
        f"the best single trial was {setting_words(best.setting)} with {score_words(verdict.metric, best.score)}, "
        f"flattered by being the best of {verdict.rests_on.trials_complete}"
    )
