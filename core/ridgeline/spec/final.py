"""How much training a final is: the contenders again, paired, on fresh folds and seeds, ladders, then the refit.

Fresh repeats have numbers of their own, so that no draw of the search comes again: a repeat's number is part of the
key of each of its draws.
"""

from dataclasses import dataclass

from ridgeline.spec.ladders import ladder_plan, laddered
from ridgeline.spec.mixing import most_together
from ridgeline.spec.resolved import ResolvedStudy
from ridgeline.spec.study import Mode

SCREENING_REPEATS = 2
FIRST_SCREENING_REPEAT = 1_000
FIRST_FINAL_REPEAT = 2_000
REFIT_REPEAT = 3_000
"""Its one fold trains on all rows but the test part, which it is scored on."""
REFITS = 2
"""Recommended and none, where there is a test part to compare them on; else recommended alone."""
TIMINGS = 9
"""Of each finalist, where training seconds are asked for; odd, so that one of them is the median."""
TIMING_SECONDS = 0.15
"""A timing trains for about so long at most: a thousand times what a clock cannot see."""
WARMING_TIMINGS = 2
"""Timings that those before the first amount to at most."""
LEAST_FINALISTS = 2
"""None and one more go on, however short the search was."""


@dataclass(frozen=True)
class FinalWork:
    """Models that a final trains."""

    contenders: int
    """Settings that are screened."""
    finalists: int
    """Settings that go on."""
    ladders: int
    """Models of ladders of strengths."""
    evaluations: int
    """Models of screening, of the final proper, of the ladders and of the refit."""


def final_work(study: ResolvedStudy, contenders: int, finalists: int, ladders: int = 0) -> FinalWork:
    """The models: contenders x 2 x folds + finalists x final_repeats x folds + ladders + refits."""
    asked = study.evaluation
    screened = contenders * SCREENING_REPEATS * asked.folds
    finals = finalists * asked.final_repeats * asked.folds
    return FinalWork(contenders, finalists, ladders, screened + finals + ladders + refits(study))


def refits(study: ResolvedStudy) -> int:
    """Models of the refit: recommended and none; without a test part recommended alone."""
    return REFITS if study.evaluation.test_fraction else 1


def timed_seconds(study: ResolvedStudy, finalists: int) -> float:
    """Seconds that finalists are trained by the clock, one after another, at most; 0 where nobody asks."""
    return finalists * (TIMINGS + WARMING_TIMINGS) * TIMING_SECONDS if study.objective.is_timed else 0.0


def room(study: ResolvedStudy, trained: float, contenders: int) -> int:
    """Settings that may go on after screening so many, so that the final trains no more than the search did.

    (trained x folds x repeats - contenders x 2 x folds) / (folds x final_repeats), and at least two.

    Args:
        trained: whole trials that the search's epochs amount to; one that was stopped at half of them is half a trial.
        contenders: settings that are screened.
    """  # fmt: skip
    asked = study.evaluation
    left = trained * study.evaluations_per_trial - contenders * SCREENING_REPEATS * asked.folds
    return max(LEAST_FINALISTS, int(left // (asked.folds * asked.final_repeats)))


def most_work(study: ResolvedStudy, trials: int) -> FinalWork | None:
    """The most that the final may train after so many trials, none of them stopped early; None: there is no final.

    Contenders are none, the baseline, and of each kind its best setting and its default; of a cocktail none, the
    baseline, the best mix, the best kind alone, and the winner without each ingredient and, if it has more than two,
    each ingredient alone.  Ladders are of all kinds that there is room for.
    """
    if not study.evaluation.final_repeats:
        return None
    references = 1 + (study.baseline is not None)
    if study.mode is Mode.COCKTAIL:
        together = most_together(study.groups)
        larger = references + 2 + together
        counts = (larger, larger + together) if together > 2 else (larger,)
    else:
        counts = (references + 2 * sum(regularizer.kind != "none" for regularizer in study.regularizers),)
    ladders = ladder_plan(study, trials, len(laddered(study))).evaluations
    works = [final_work(study, count, min(count, room(study, trials, count)), ladders) for count in counts]
    unscreened = [final_work(study, 0, count, ladders) for count in counts if count <= room(study, trials, 0)]
    return max([*works, *unscreened], key=lambda work: work.evaluations)
