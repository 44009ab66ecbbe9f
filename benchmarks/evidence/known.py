"""Studies whose contenders' true scores are known: what a verdict says beside what is so.

One run serves three promises: the bias of the corrected score, the coverage of intervals, and the tie set.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from report import Figure

from evidence.carried import carry
from evidence.requests import FRESH, LINEAR, PERCEPTRON
from evidence.worlds import WORLDS

REQUESTS = {
    "linear": LINEAR,
    "curved": {**PERCEPTRON, "training": {"epochs": 15, "batch_size": 48, "learning_rate": 0.02}},
}
STUDIES = {"linear": 1000, "curved": 200}
LEAST_COVERAGE = {"linear": 0.92, "curved": 0.90}
MEASURED = (
    "true scores are means over the models of the final's own folds on 50,000 fresh rows; settings that screening has "
    "dropped are trained on the same folds for that"
)


def study(
    template: Path, world: str, seed: int, request: Mapping[str, object] | None = None, fresh: int = FRESH
) -> dict[str, Any]:
    """One study, and the truth of all of its contenders."""
    with carry(template, WORLDS[world], seed, request or REQUESTS[world], fresh=fresh) as carried:
        verdict = carried.verdict
        if verdict is None:
            raise ValueError(f"study {seed} of {world} must have a verdict")
        settings = {one.number: one.setting for one in verdict.contenders if one.setting is not None}
        final = [one.number for one in verdict.contenders if one.score is not None and one.setting is not None]
        truth = {number: scores.mean() for number, scores in carried.true_scores("final", final).items()}
        dropped = {number: setting for number, setting in settings.items() if number not in truth}
        if dropped:
            _, states = carried.trained_like_final(dropped)
            truth |= {n: scores.mean() for n, scores in carried.true_scores("final", dropped, states).items()}
        chosen = verdict.recommended
        best = verdict.best_trial
        if best is None or chosen.corrected is None:
            raise ValueError(f"study {seed} of {world} must have a best trial and a corrected score")
        return {
            "recommended": chosen.number,
            "none": next(one.number for one in verdict.contenders if "none" in one.roles),
            "contenders": [
                {
                    "number": one.number,
                    "kind": one.setting.regularizer,
                    "score": one.score,
                    "true": truth[one.number],
                    "difference": None if one.difference_to_none is None else _interval(one.difference_to_none),
                    "in_tie_set": one.in_tie_set,
                }
                for one in verdict.contenders
                if one.setting is not None
            ],
            "corrected": chosen.corrected.score,
            "luck": WORLDS[world].luck(seed, fresh),
            "search_best": best.score,
            "search_best_true": carried.true_scores("search", [best.trial])[best.trial].mean(),
            "refit_true": carried.refitted({0: settings[chosen.number]}, 1)[0],
            "gain": verdict.gain,
            "lane_steps": carried.engine.lane_steps,
        }


def _interval(compared: Any) -> tuple[float, float]:
    return compared.interval.low, compared.interval.high


def bias(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Check 9: reported minus true, of the score that the search gives and of the one that the verdict gives.

    Luck with rows is common to all settings of a study, and far larger than either bias. The loss of the law itself on
    these rows tells of it and is 0 in expectation: a control variate, whose regression takes that luck off the others
    (Owen 2013, section 8.9).  Nothing is chosen by the score of none, so its bias is that of the folds alone: they keep
    the class shares, which fresh rows do not.
    """
    of = [_chosen(row) for row in rows]
    luck = np.array([row["luck"] for row in rows])
    none = np.array([_none(row)["score"] - _none(row)["true"] for row in rows])
    search = np.array([row["search_best"] - row["search_best_true"] for row in rows])
    corrected = np.array([row["corrected"] - one["true"] for row, one in zip(rows, of, strict=True)])
    plain = np.array([one["score"] - one["true"] for one in of])
    refit = np.array([row["corrected"] - row["refit_true"] for row in rows])
    share, error = _share(corrected, search, luck)
    return [
        Figure(f"{world}: bias of the corrected score, of that of the search's best", share, "times", 0.5),
        Figure(f"{world}: standard error of that", error, "times"),
        *(
            figure
            for told, values in (
                ("the score of none, which nothing is chosen by", none),
                ("the search's best", search),
                ("the score before correction", plain),
                ("the corrected score", corrected),
                ("the corrected score, against the true one of the refit", refit),
            )
            for figure in (
                Figure(f"{world}: bias of {told}", _mean_without(luck, values), "log loss"),
                Figure(f"{world}: standard error of that bias", _error_without(luck, values), "log loss"),
            )
        ),
    ]


def _mean_without(luck: np.ndarray, values: np.ndarray) -> float:
    """The mean, less what the regression on luck (of expectation 0) says of it."""
    spread = luck.var()
    slope = float(np.mean((values - values.mean()) * (luck - luck.mean())) / spread) if spread else 0.0
    return float(values.mean() - slope * luck.mean())


def _error_without(luck: np.ndarray, values: np.ndarray) -> float:
    """Standard error of that mean."""
    r = float(np.corrcoef(values, luck)[0, 1]) if luck.std() and values.std() else 0.0
    return float(values.std() * np.sqrt((1 - r**2) / max(1, len(values) - 1)))


def _share(corrected: np.ndarray, search: np.ndarray, luck: np.ndarray) -> tuple[float, float]:
    """|bias of the corrected score| / |bias of the search's best|, and its standard error by a bootstrap of studies."""
    draw = np.random.default_rng(0)

    def share(of: np.ndarray) -> float:
        return abs(_mean_without(luck[of], corrected[of])) / abs(_mean_without(luck[of], search[of]))

    count = len(luck)
    drawn = [share(draw.integers(count, size=count)) for _ in range(500)]
    low, high = np.quantile(drawn, [0.16, 0.84])  # heavy tails where the bias of the search's best may be 0
    return share(np.arange(count)), float(high - low) / 2


def coverage(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Check 10: intervals for the difference to none that hold the true difference."""
    chosen = [_looked_at(row) for row in rows]
    everyone = [one for row in rows for one in compared(row)]
    least = LEAST_COVERAGE[world]
    return [
        Figure(
            f"{world}: intervals that cover", fmean(covers(one) for one in chosen), "share", least, more_is_better=True
        ),
        Figure(f"{world}: mean width of these", fmean(_width(one) for one in chosen), "log loss"),
        Figure(f"{world}: intervals of all finalists that cover", fmean(map(covers, everyone)), "share"),
        Figure(f"{world}: mean true difference of those looked at", fmean(one["gap"] for one in chosen), "log loss"),
    ]


def ties(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Check 11: tie sets that hold the truly best contender."""
    held, among, sizes, missed = [], [], [], []
    for row in rows:
        best = min(row["contenders"], key=lambda one: one["true"])
        trained = [one for one in row["contenders"] if one["score"] is not None]
        held.append(best["in_tie_set"])
        missed.append(min(one["true"] for one in row["contenders"] if one["in_tie_set"]) - best["true"])
        among.append(min(trained, key=lambda one: one["true"])["in_tie_set"])
        sizes.append(sum(one["in_tie_set"] for one in row["contenders"]) / len(row["contenders"]))
    return [
        Figure(
            f"{world}: tie sets with the truly best of all contenders", fmean(held), "share", 0.95, more_is_better=True
        ),
        Figure(f"{world}: the same of those that the final has trained", fmean(among), "share"),
        Figure(f"{world}: true distance of the best in the tie set to the best of all", fmean(missed), "log loss"),
        Figure(f"{world}: contenders in the tie set", fmean(sizes), "share"),
    ]


def _chosen(row: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in row["contenders"] if one["number"] == row["recommended"])


def _none(row: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in row["contenders"] if one["number"] == row["none"])


def compared(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Finalists beside none, with their true difference to it."""
    none = _none(row)
    for one in row["contenders"]:
        if one["difference"] is not None:
            yield {**one, "gap": one["true"] - none["true"]}


def _looked_at(row: dict[str, Any]) -> dict[str, Any]:
    """The recommended one; where that is none, the best of the others."""
    others = list(compared(row))
    return next((one for one in others if one["number"] == row["recommended"]), others[0])


def covers(one: dict[str, Any]) -> bool:
    """Whether the interval of a finalist holds its true difference to none."""
    low, high = one["difference"]
    return bool(low <= one["gap"] <= high)


def _width(one: dict[str, Any]) -> float:
    low, high = one["difference"]
    return float(high - low)
