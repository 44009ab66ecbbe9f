"""A truth that is planted: is it found?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from report import Figure

from evidence.carried import Carried, carry
from evidence.requests import FRESH, request
from evidence.worlds import WORLDS
from ridgeline.spec import Setting
from ridgeline.spec.views.verdict import Role
from ridgeline_worker.training import evaluate
from ridgeline_worker.verdict.corrected_t import p_value
from ridgeline_worker.verdict.differences import difference

REQUESTS = {
    "sparse": request({"kind": "linear"}, ["l2", "l1", "input_dropout"], epochs=12, learning_rate=0.1, batch_size=60),
    "flipped": request(
        {"kind": "mlp", "hidden": [24]},
        ["l2", "dropout", "label_smoothing"],
        epochs=30,
        learning_rate=0.04,
        batch_size=80,
    ),
}
ORACLES = {
    "sparse": Setting(regularizer="l1", strengths={"strength": 0.02}, learning_rate=0.1),
    "flipped": Setting(regularizer="l2", strengths={"strength": 0.03}, learning_rate=0.04),
}
"""A right setting, found beforehand on other seeds."""
STUDIES = 100
REFITS = 2
NEAR = 0.02
"""Of the true score: as good."""
LEVEL = 0.05
MEASURED = (
    "found: a gain is shown, a right kind is in the tie set, and the true score of the recommended setting is within 2 "
    "% of that of the best kind's best setting; true scores are those of two refits on all rows, on 50,000 fresh rows; "
    "right kinds are those whose best settings are as good as the best kind's in the mean over all studies; the oracle "
    "compares one right setting with none on the folds of the final"
)


def study(
    template: Path, world: str, seed: int, request: Mapping[str, object] | None = None, fresh: int = FRESH
) -> dict[str, Any]:
    """One study, what is true of its contenders, and what an oracle sees."""
    with carry(template, WORLDS[world], seed, request or REQUESTS[world], fresh=fresh) as carried:
        verdict = carried.verdict
        if verdict is None:
            raise ValueError(f"study {seed} of {world} must have a verdict")
        settings = {one.number: one.setting for one in verdict.contenders if one.setting is not None}
        truth = carried.refitted(settings, REFITS)
        return {
            "gain": verdict.gain,
            "recommended": verdict.recommended.regularizer,
            "recommended_true": truth[verdict.recommended.number],
            "tied": sorted({settings[number].regularizer for number in verdict.tie_set}),
            "true_of_kinds": {
                one.setting.regularizer: truth[one.number]
                for one in verdict.contenders
                if one.setting is not None and {Role.BEST, Role.NONE} & set(one.roles)
            },
            "oracle_p": _oracle(carried, ORACLES[world]),
            "lane_steps": carried.engine.lane_steps,
        }


def _oracle(carried: Carried, right: Setting) -> float:
    """The p of a right setting against none on the final's folds; 1 where it is worse."""
    none = Setting(regularizer="none", learning_rate=right.learning_rate)
    problem, states = carried.trained_like_final({0: none, 1: right})
    asked = carried.study.evaluation
    scores: dict[int, list[float]] = {0: [], 1: []}
    for lane in sorted(
        (lane for state in states for lane in evaluate(problem, state)), key=lambda lane: lane.evaluation
    ):
        scores[lane.trial].append(np.nan if lane.score is None else lane.score)
    theirs, ours = (np.reshape(scores[each], (asked.final_repeats, asked.folds)) for each in (0, 1))
    d = difference(ours, theirs)
    return p_value(d, 1 / (asked.folds - 1)) if carried.study.objective.direction.sign * d.mean < 0 else 1.0


def figures(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """Check 8."""
    kinds = {kind: fmean(row["true_of_kinds"][kind] for row in rows) for kind in rows[0]["true_of_kinds"]}
    right = {kind for kind, loss in kinds.items() if loss <= (1 + NEAR) * min(kinds.values())}
    shown = [row["gain"] == "shown" for row in rows]
    tied = [bool(right & set(row["tied"])) for row in rows]
    near = [row["recommended_true"] <= (1 + NEAR) * min(row["true_of_kinds"].values()) for row in rows]
    found = [all(each) for each in zip(shown, tied, near, strict=True)]
    oracle = fmean(row["oracle_p"] < LEVEL for row in rows)
    return [
        Figure(f"{world}: found ({', '.join(sorted(right))})", fmean(found), "share", 0.9, more_is_better=True),
        Figure(f"{world}: the oracle shows a gain", oracle, "share", 0.98, more_is_better=True),
        Figure(f"{world}: a gain is shown", fmean(shown), "share"),
        Figure(f"{world}: a right kind is in the tie set", fmean(tied), "share"),
        Figure(f"{world}: the recommended one is as good as the best", fmean(near), "share"),
        Figure(f"{world}: a right kind is recommended", fmean(row["recommended"] in right for row in rows), "share"),
    ]
