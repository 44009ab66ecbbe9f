"""Do verdicts keep their promises?  Many small studies of made-up worlds, carried whole, against the truth.

Studies that are done are kept as lines of a file and are not carried again, so that a run may be broken off and goes on.

    python benchmarks/verdicts.py --check regret --studies 100 [--processes 2] [--kept FOLDER] [--output FOLDER]
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog
from evidence import known, placebo, planted, regret
from report import RESULTS, Figure

from ridgeline.store import upgrade

Row = dict[str, Any]


@dataclass(frozen=True)
class Campaign:
    """Studies of some worlds, from which one or more checks are read."""

    name: str
    study: Callable[[Path, str, int], Row]
    studies: dict[str, int]
    """How many are asked for, by world."""


CAMPAIGNS = (
    Campaign("regret", regret.study, dict.fromkeys(regret.REQUESTS, regret.STUDIES)),
    Campaign("placebo", placebo.study, placebo.STUDIES),
    Campaign("planted", planted.study, dict.fromkeys(planted.REQUESTS, planted.STUDIES)),
    Campaign("known", known.study, known.STUDIES),
)


def carried(job: tuple[str, Path, str, int]) -> tuple[str, Row]:
    """One study, with the seconds that it took."""
    name, template, world, seed = job
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.perf_counter(), time.process_time()
    campaign = next(each for each in CAMPAIGNS if each.name == name)
    row = campaign.study(template, world, seed)
    seconds, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    return name, {"world": world, "seed": seed, "seconds": round(seconds, 3), "processor_seconds": round(processor, 3), **row}


def carry_on(campaigns: Sequence[Campaign], studies: int | None, kept: Path, processes: int) -> None:
    """Carry the studies that are not kept yet, so that the share that is done grows alike in all campaigns."""
    kept.mkdir(parents=True, exist_ok=True)
    jobs = []
    for campaign in campaigns:
        done = {(row["world"], row["seed"]) for row in rows_of(campaign, kept)}
        for world, count in campaign.studies.items():
            asked = studies or count
            jobs += [
                ((seed + 0.5) / asked, campaign.name, world, seed)
                for seed in range(asked)
                if (world, seed) not in done
            ]
    with tempfile.TemporaryDirectory(prefix="ridgeline-evidence-") as folder:
        upgrade(Path(folder))
        missing = [(name, Path(folder), world, seed) for _, name, world, seed in sorted(jobs)]
        with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
            for name, row in pool.map(carried, missing):
                with (kept / f"{name}.jsonl").open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(row, default=float) + "\n")


def rows_of(campaign: Campaign, kept: Path) -> list[Row]:
    """The studies that are kept."""
    path = kept / f"{campaign.name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check"); parser.add_argument("--studies", type=int); parser.add_argument("--kept", type=Path); parser.add_argument("--processes", type=int, default=2)
    a = parser.parse_args()
    carry_on([c for c in CAMPAIGNS if c.name in a.check.split(",")], a.studies, a.kept, a.processes)
