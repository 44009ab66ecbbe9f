"""The two sides of a comparison: a cohort of lanes in an engine process, and one plain network after another."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from plain import PlainTraining
from torch import Tensor

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline_worker.engine import task
from ridgeline_worker.engine.cluster import ClusterEngine
from ridgeline_worker.training import Evaluation, Lane, Problem, one_fast_thread, wait_for

LEARNING_RATE = 1e-3


@dataclass(frozen=True)
class Work:
    """Networks of one shape, as both sides get them."""

    study: str
    """The resolved study as JSON."""
    table: str
    """Path of the stored table of its rows."""
    settings: tuple[Setting, ...]
    """Of each network; its fold is its place modulo the folds."""

    @classmethod
    def of(cls, study: ResolvedStudy, table: Path, kinds: Sequence[str], networks: int | None = None) -> "Work":
        """Equal shares of the kinds, side by side; as many networks as the study plans for a cohort unless told."""
        count = study.plan.cohort_lanes if networks is None else networks
        settings = (_setting(kinds[place * len(kinds) // count], (place + 0.5) / count) for place in range(count))
        return cls(study.model_dump_json(), str(table), tuple(settings))

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The networks as lanes."""
        folds = resolved(self.study).evaluation.folds
        return tuple(
            Lane(
                trial=place,
                evaluation=Evaluation(0, place % folds),
                learning_rate=LEARNING_RATE,
                regularizers={} if setting.regularizer == "none" else {setting.regularizer: setting.strengths},
            )
            for place, setting in enumerate(self.settings)
        )

    @property
    def steps_per_epoch(self) -> int:
        """Batches of an epoch."""
        return resolved(self.study).training.steps_per_epoch


class Lanes:
    """A cohort in an engine process, which is where cohorts train."""

    def __init__(self, engine: ClusterEngine, work: Work) -> None:
        self._engine, self._work = engine, work
        self._begun = engine.submit(task.train, self._segment(0), work.lanes)

    def trained(self, epochs: int) -> Any:
        """Train one segment from the beginning: the future of its report."""
        segment = self._segment(epochs * self._work.steps_per_epoch)
        return self._engine.submit(task.report, self._engine.submit(task.train, segment, self._begun))

    def steps_per_second(self, epochs: int) -> float:
        """Lane-steps per second of one segment."""
        return pace(self.trained(epochs).result())

    def _segment(self, until_step: int) -> task.Segment:
        everyone = frozenset(range(len(self._work.settings)))
        return task.Segment(self._work.study, self._work.table, everyone, until_step, score=False)


def pace(report: task.Report) -> float:
    """Lane-steps per second."""
    return report.lane_steps / report.seconds


@one_fast_thread()
def plain_steps_per_second(work: Work, epochs: int, networks: int | None = None) -> float:
    """The first so many networks, or all, one after another."""
    study, rows, device = resolved(work.study), _rows(work.study, work.table), device_here()
    trainings = [PlainTraining.of(study, setting) for setting in work.settings[:networks]]
    for training in trainings:
        training.network.to(device)  # the optimizer holds its parameters, which stay the same objects
    started = time.perf_counter()
    for place, training in enumerate(trainings):
        training.train(*rows[place % len(rows)], epochs)
    wait_for(device)
    return len(trainings) * epochs * work.steps_per_epoch / (time.perf_counter() - started)


def device_here() -> torch.device:
    """Where a worker of this machine trains."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@lru_cache
def resolved(study: str) -> ResolvedStudy:
    """A study of its JSON."""
    return ResolvedStudy.model_validate_json(study)


@lru_cache(maxsize=2)
def _rows(study: str, table: str) -> list[tuple[Tensor, Tensor]]:
    """Training rows of each fold, standardized as the lanes'."""
    rows = Problem.of(resolved(study), Path(table), device_here()).rows
    columns = resolved(study).dataset.inputs.width
    return [(x[:count, :columns], y[:count]) for x, y, count in zip(rows.x, rows.y, rows.counts, strict=True)]


def _setting(kind: str, share: float) -> Setting:
    """With strengths from this far into their default ranges."""
    strengths = {}
    for name, bounds in CATALOGUE[kind].bounds.items():
        search = bounds.range(epochs=50)
        low, high = (math.log(search.low), math.log(search.high)) if search.log else (search.low, search.high)
        value = low + share * (high - low)
        strengths[name] = math.exp(value) if search.log else value
    return Setting(regularizer=kind, strengths=strengths, learning_rate=LEARNING_RATE)
