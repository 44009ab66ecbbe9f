"""Is the recommended setting truly better than the argmin of a search that gets the final's training too?"""

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from report import Figure

from evidence.carried import Carried, carry
from evidence.requests import FRESH, LINEAR, PERCEPTRON, REGRESSION
from evidence.worlds import WORLDS, Numbers
from ridgeline.spec import Setting
from ridgeline.spec.views import TrialView

WORLD_REQUESTS = {"noisy": LINEAR, "friedman": REGRESSION, "dense": PERCEPTRON}
REQUESTS = {
    trials: {world: {**asked, "budget": {"max_trials": trials}} for world, asked in WORLD_REQUESTS.items()}
    for trials in (48, 128)
}
"""By budget: 16 and 43 trials a kind."""
STUDIES = 100
REFITS = 3
"""Trainings of a setting on all rows of a study, with weights and batches of their own each, by which it is judged."""
MEASURED = (
    "true score, on 50,000 fresh rows, of settings trained on all rows of their study, mean over 3 trainings; the "
    "argmin is the best trial of another search with so many more trials as the final's trainings amount to (ladders, "
    "which come after the choice, are left out); regret is the distance to the best of all that the final and that "
    "argmin have, and the loss of none is 1"
)


def study(trials: int, template: Path, world: str, seed: int) -> dict[str, Any]:
    """One study of so many trials with its final, and the search that has the same epochs without one."""
    request = REQUESTS[trials][world]
    with carry(template, WORLDS[world], seed, request, fresh=FRESH) as ours:
        spent = sum(ours.engine.lane_steps.values())
        more = math.ceil(trials * spent / ours.engine.lane_steps["search"])
        longer = {**request, "budget": {"max_trials": more}}
        longer["evaluation"] = {**request["evaluation"], "final_repeats": 0}  # type: ignore[dict-item]
        with carry(template, WORLDS[world], seed, longer) as theirs:
            argmin, theirs_spent = best_trial(theirs), sum(theirs.engine.lane_steps.values())
        settings = _settings(ours)
        first = best_trial(ours)
        settings |= {-1: argmin.setting, -2: first.setting}
        losses = ours.refitted(settings, REFITS)
        verdict = ours.verdict
        if verdict is None:
            raise ValueError(f"study {seed} of {world} must have a verdict")
        none = next(one.number for one in verdict.contenders if "none" in one.roles)
        return {
            "recommended": losses[verdict.recommended.number],
            "argmin": losses[-1],
            "argmin_of_search": losses[-2],
            "none": losses[none],
            "lowest_mean": losses[next(one.number for one in verdict.contenders if one.setting is not None)],
            "best": min(losses.values()),
            "recommended_setting": verdict.recommended.setting.model_dump(),
            "argmin_setting": argmin.setting.model_dump(),
            "lane_steps": ours.engine.lane_steps,
            "argmin_lane_steps": theirs_spent,
            "finalists": verdict.rests_on.finalists,
        }


def best_trial(carried: Carried) -> TrialView:
    """The argmin of its search."""
    sign = carried.study.objective.direction.sign
    scored = [trial for trial in carried.trials if trial.score is not None]
    return min(scored, key=lambda trial: (sign * (trial.score or 0.0), trial.number))


def _settings(carried: Carried) -> dict[int, Setting]:
    verdict = carried.verdict
    return {one.number: one.setting for one in (verdict.contenders if verdict else ()) if one.setting is not None}


def standard_error(differences: Numbers) -> float:
    """Of their mean."""
    return float(differences.std() / np.sqrt(max(1, len(differences) - 1)))


def figures(trials: int, rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Mean regrets, and their difference with its standard error."""

    def of(name: str) -> np.ndarray:
        return np.array([(row[name] - row["best"]) / row["none"] for row in rows])

    name = f"{world}, {trials} trials"
    difference = of("recommended") - of("argmin")
    error = standard_error(difference)
    return [
        Figure(f"{name}: regret of recommended less that of the argmin", fmean(difference), "of none's loss", 0.0),
        Figure(f"{name}: standard error of that", error, "of none's loss"),
        Figure(f"{name}: regret of recommended", fmean(of("recommended")), "of none's loss"),
        Figure(f"{name}: regret of the argmin at equal budget", fmean(of("argmin")), "of none's loss"),
        Figure(
            f"{name}: regret of the argmin of the study's own search", fmean(of("argmin_of_search")), "of none's loss"
        ),
        Figure(f"{name}: regret of the lowest fresh mean", fmean(of("lowest_mean")), "of none's loss"),
        Figure(f"{name}: regret of none", fmean(of("none")), "of none's loss"),
        Figure(
            f"{name}: epochs of the argmin's search, of those of search and final",
            fmean(row["argmin_lane_steps"] / sum(row["lane_steps"].values()) for row in rows),
            "times",
        ),
    ]
