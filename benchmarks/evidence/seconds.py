"""How long does a verdict take, apart from training?"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future as Done
from pathlib import Path
from statistics import median
from typing import Any

from report import Figure

from evidence.carried import Recording, carry
from evidence.worlds import WORLDS
from ridgeline_worker.engine import task

TRIALS = 1000
STUDIES = {"large": 3}
REQUEST: dict[str, object] = {
    "model": {"kind": "linear"},
    "sampler": "random",
    "training": {"epochs": 3, "batch_size": 256, "learning_rate": 0.05},
    "evaluation": {"test_fraction": 0.2},
    "budget": {"max_trials": TRIALS},
}
MEASURED = (
    "from the last segment of the search of 1,000 trials to the stored verdict, less the time in training and, told "
    "apart, in writing the files of the refit; ten repeats of five folds of 800 rows; the report is not in it"
)


class Timed(Recording):
    """Tells when the search has ended, and how long all training after it took."""

    def __init__(self, last_step: int) -> None:
        super().__init__(last_step)
        self.search_ended = 0.0
        self.training = self.files = 0.0

    def submit(self, asked: Callable[..., Any], *arguments: object) -> "Done[Any]":
        """Run a task."""
        began, searched = time.perf_counter(), self.lane_steps["search"]
        future = super().submit(asked, *arguments)
        now = time.perf_counter()
        if self.lane_steps["search"] > searched:
            self.search_ended, self.training = now, 0.0
        elif asked is task.train:
            self.training += now - began
        elif asked in {task.files, task.program}:
            self.files += now - began
        return future


def study(template: Path, world: str, seed: int) -> dict[str, Any]:
    """One study of 1,000 trials."""
    with carry(template, WORLDS[world], seed, REQUEST, engine=Timed, to_the_choice=False) as carried:
        ended, verdict = time.perf_counter(), carried.verdict
        if verdict is None or not isinstance(carried.engine, Timed):
            raise ValueError(f"study {seed} of {world} must have a verdict")
        return {
            "trials": len(carried.trials),
            "contenders": verdict.rests_on.contenders,
            "finalists": verdict.rests_on.finalists,
            "verdict_seconds": ended - carried.engine.search_ended - carried.engine.training - carried.engine.files,
            "files_seconds": carried.engine.files,
            "training_seconds": carried.engine.training,
            "lane_steps": carried.engine.lane_steps,
        }


def figures(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """What is not training."""
    apart = [row["verdict_seconds"] for row in rows]
    trials = max(row["trials"] for row in rows)
    return [
        Figure(
            f"{world}: verdict of {trials} trials, apart from training", median(apart), "s", 3.0, samples=tuple(apart)
        ),
        Figure.median(f"{world}: weights, model and program of the refit", [row["files_seconds"] for row in rows], "s"),
        Figure.median(
            f"{world}: training of its final, ladders and refit", [row["training_seconds"] for row in rows], "s"
        ),
    ]
