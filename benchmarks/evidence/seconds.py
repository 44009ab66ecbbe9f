"""How long does a verdict take, apart from training?"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future as Done
from dataclasses import asdict, dataclass
from pathlib import Path
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


@dataclass(frozen=True)
class Clocks:
    """Seconds on the wall, and of this process on a processor: on a busy machine the first wait for the others."""

    wall: float = 0.0
    processor: float = 0.0

    @classmethod
    def now(cls) -> "Clocks":
        """As they stand."""
        return cls(time.perf_counter(), time.process_time())

    def __add__(self, other: "Clocks") -> "Clocks":
        return Clocks(self.wall + other.wall, self.processor + other.processor)

    def __sub__(self, other: "Clocks") -> "Clocks":
        return Clocks(self.wall - other.wall, self.processor - other.processor)


class Timed(Recording):
    """Tells when the search has ended, and how long training and writing files took after it."""

    def __init__(self, last_step: int) -> None:
        super().__init__(last_step)
        self.search_ended = self.training = self.files = Clocks()

    def submit(self, asked: Callable[..., Any], *arguments: object) -> "Done[Any]":
        """Run a task."""
        began, searched = Clocks.now(), self.lane_steps["search"]
        future = super().submit(asked, *arguments)
        now = Clocks.now()
        if self.lane_steps["search"] > searched:
            self.search_ended = now
        elif asked is task.train:
            self.training += now - began
        elif asked in {task.files, task.program}:
            self.files += now - began
        return future


def study(template: Path, world: str, seed: int) -> dict[str, Any]:
    """One study of 1,000 trials."""
    with carry(template, WORLDS[world], seed, REQUEST, engine=Timed, to_the_choice=False) as carried:
        ended, verdict, ran = Clocks.now(), carried.verdict, carried.engine
        if verdict is None or not isinstance(ran, Timed):
            raise ValueError(f"study {seed} of {world} must have a verdict")
        apart = ended - ran.search_ended - ran.training - ran.files
        return {
            "trials": len(carried.trials),
            "contenders": verdict.rests_on.contenders,
            "finalists": verdict.rests_on.finalists,
            "verdict": asdict(apart),
            "files": asdict(ran.files),
            "training": asdict(ran.training),
            "lane_steps": ran.lane_steps,
        }


def figures(rows: Sequence[dict[str, Any]], world: str) -> list[Figure]:
    """What is not training."""

    def of(name: str, clock: str) -> list[float]:
        return [row[name][clock] for row in rows]

    trials = max(row["trials"] for row in rows)
    return [
        Figure.median(f"{world}: verdict of {trials} trials, apart from training", of("verdict", "wall"), "s", 3.0),
        Figure.median(f"{world}: the same on the processor", of("verdict", "processor"), "s"),
        Figure.median(f"{world}: files of the refit, on the processor", of("files", "processor"), "s"),
        Figure.median(f"{world}: training after the search, on the processor", of("training", "processor"), "s"),
    ]
