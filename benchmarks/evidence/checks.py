"""The promises of a verdict, each with the studies that it is checked by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from report import Figure

from evidence import known, placebo, planted, pruning, regret, seconds

Row = dict[str, Any]


@dataclass(frozen=True)
class Campaign:
    """Studies of some worlds, from which one or more checks are read."""

    name: str
    study: Callable[[Path, str, int], Row]
    requests: dict[str, dict[str, object]]
    """What is asked for, by world."""
    studies: dict[str, int]
    """How many, by world."""
    measured: str


@dataclass(frozen=True)
class Check:
    """A promise, and what is measured of it."""

    name: str
    promise: str
    campaigns: tuple[Campaign, ...]
    figures: Callable[[Campaign, Sequence[Row], str], list[Figure]]
    """Of the studies of one world."""
    note: str = ""
    """How to read them."""


def _regret(trials: int) -> Campaign:
    requests = regret.REQUESTS[trials]
    studies = dict.fromkeys(requests, regret.STUDIES)
    return Campaign(f"regret_{trials}", partial(regret.study, trials), requests, studies, regret.MEASURED)


REGRETS = {f"regret_{trials}": _regret(trials) for trials in regret.REQUESTS}
PLACEBO = Campaign("placebo", placebo.study, {"linear": placebo.REQUEST}, placebo.STUDIES, placebo.MEASURED)
PLANTED = Campaign(
    "planted", planted.study, planted.REQUESTS, dict.fromkeys(planted.REQUESTS, planted.STUDIES), planted.MEASURED
)
KNOWN = Campaign("known", known.study, known.REQUESTS, known.STUDIES, known.MEASURED)
SECONDS = Campaign("seconds", seconds.study, {"large": seconds.REQUEST}, seconds.STUDIES, seconds.MEASURED)
PRUNING = Campaign(
    "pruning", pruning.study, pruning.REQUESTS, dict.fromkeys(pruning.REQUESTS, pruning.STUDIES), pruning.MEASURED
)


def _of_worlds(
    figures: Callable[[Sequence[Row], str], list[Figure]],
) -> Callable[[Campaign, Sequence[Row], str], list[Figure]]:
    return lambda _, rows, world: figures(rows, world)


def _regrets(campaign: Campaign, rows: Sequence[Row], world: str) -> list[Figure]:
    return regret.figures(int(campaign.name.removeprefix("regret_")), rows, world)


def _lanes(campaign: Campaign, rows: Sequence[Row], world: str) -> list[Figure]:
    """Steps of all lanes of screening and the final, of those of the search."""
    shares = [
        (row["lane_steps"]["screening"] + row["lane_steps"]["final"]) / row["lane_steps"]["search"] for row in rows
    ]
    return [Figure(f"{campaign.name}, {world}: largest final, of its search", max(shares), "times", 1.0)]


CHECKS = (
    Check(
        "regret",
        "The recommended setting is truly better than the argmin of a search of equal training",
        tuple(REGRETS.values()),
        _regrets,
        note="A longer search finds finer strengths, a final chooses better among those found. What is recommended is "
        "better than the best trial of a longer search on friedman, by about two standard errors, and worse on the 60 "
        "noisy rows, by more than two; on dense neither is. Finals have three repeats here, the fewest that may be "
        "asked for.",
    ),
    Check(
        "placebo",
        "Luck alone shows no gain: at most 10 of 200 studies of placebos do",
        (PLACEBO,),
        _of_worlds(placebo.figures),
    ),
    Check(
        "planted",
        "A planted truth is found in at least 90 % of studies",
        (PLANTED,),
        _of_worlds(planted.figures),
        note="What is missed is never the setting, but the words: its gain is not shown, by a correction over six "
        "settings on three repeats, the fewest that may be asked for; the oracle looks at one setting and "
        "corrects nothing.",
    ),
    Check(
        "bias",
        "The corrected score is at most half as biased as that of the search's best trial",
        (KNOWN,),
        _of_worlds(known.bias),
        note="Folds keep the class shares of the rows, fresh rows do not: that flatters every cross-validated "
        "score, also "
        "that of none, and no correction of the choice takes it off. Where the search's best is hardly flattered, the "
        "correction, which is never in favour of the choice, takes off too much.",
    ),
    Check(
        "coverage",
        "The 95 % interval of the difference to none holds the true one in at least 92 % of studies of linear models, "
        "90 % of perceptrons",
        (KNOWN,),
        _of_worlds(known.coverage),
    ),
    Check(
        "ties",
        "The truly best contender is in the tie set in at least 95 % of studies",
        (KNOWN,),
        _of_worlds(known.ties),
        note="With three repeats the sets hold nearly all contenders, and so the best.",
    ),
    Check(
        "pruning",
        "The default pruner finds settings as good as no pruning does in the same epochs, within two standard errors",
        (PRUNING,),
        _of_worlds(pruning.figures),
        note="Pruning after one fold buys twice the trials: better on friedman, as good elsewhere.",
    ),
    Check("lanes", "A final trains no more than its search", (*REGRETS.values(), PLACEBO, PLANTED, KNOWN), _lanes),
    Check(
        "seconds",
        "A verdict on 1,000 trials takes less than 3 s apart from training",
        (SECONDS,),
        _of_worlds(seconds.figures),
    ),
)
