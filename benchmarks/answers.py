"""How soon is an answer of equal quality there?  Ridgeline beside Optuna, Ray Tune and scikit-learn.

Every side searches the outer training rows of a split for the best regularizer of the same perceptron, on the same
folds, ranges, batches and epochs, with two processes of one thread.  Whatever was the best so far on a side is trained
anew by one plain PyTorch script with 20 seeds and judged on the outer test rows.  The time to an answer of equal
quality is the time until that stays within 10 % of the gap between none and the best setting that is known.

Searches and judgements that are done are kept beside the figures, a file each, and are not made again, so that a run
may be broken off and go on, elsewhere too; figures are of what is kept, and say how many searches that is and how many
were asked for.  All sides of a split and a seed must have run on one machine; each tells its processor.  All of it (5
sets, 5 splits, 2 seeds) takes about two days on two cores that do nothing else; choose parts of it.

    python benchmarks/answers.py [--set NAME] [--split N] [--seed N] [--side NAME] [--seconds S] [--kept FOLDER]
    python benchmarks/answers.py --read     only read what is kept
    python benchmarks/answers.py --small    one split and one seed of the three small sets, 60 s a peer: half an hour

Options that choose may be given more than once.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from answers.cells import REFERENCE, REFERENCE_SEED, SIDES, Cell, Kept
from answers.ground import Ground
from answers.judge import NONE, judge
from answers.outcome import SHARE, Outcome
from answers.searches import SEARCHES
from answers.sets import OUTER_SPLITS, SETS, SMALL
from machine import load, machine, versions
from report import RESULTS
from table import show

from ridgeline.cli.processes import ChildDied, Interrupted, interruptible

KEPT = RESULTS / "answers"
REFERENCE_SECONDS = 7200.0


@dataclass(frozen=True)
class Size:
    """How much of everything there is."""

    name: str = "answers"
    epochs: int = 50
    judge_seeds: int = 20
    ridgeline_trials: int = 128
    peer_trials: int = 1000
    reference_trials: int = 512
    reference_best: int = 10
    """Settings of the reference that are judged, beside the best of each kind."""
    sets: tuple[str, ...] = tuple(SETS)
    splits: tuple[int, ...] = tuple(range(OUTER_SPLITS))
    seeds: tuple[int, ...] = (0, 1)
    sides: tuple[str, ...] = SIDES
    seconds: float | None = None
    """Limit of a search; None: that of the data set."""

    def trials(self, side: str) -> int:
        """At most, of a search of a side."""
        return {"ridgeline": self.ridgeline_trials, REFERENCE: self.reference_trials}.get(side, self.peer_trials)

    def limit(self, cell: Cell) -> float:
        """Seconds, at most, of a search."""
        return REFERENCE_SECONDS if cell.side == REFERENCE else self.seconds or SETS[cell.data].seconds

    @property
    def cells(self) -> Iterator[Cell]:
        """All searches: split by split the reference, then those that are timed."""
        for split in self.splits:
            for data in self.sets:
                yield Cell(data, split, REFERENCE_SEED, REFERENCE)
                yield from (Cell(data, split, seed, side) for seed in self.seeds for side in self.sides)


WHOLE = Size()
SMALL_PART = replace(
    WHOLE, name="answers_small", reference_trials=256, sets=SMALL, splits=(0,), seeds=(0,), seconds=60.0
)
QUICK = replace(
    SMALL_PART,
    sets=("breast_cancer",),
    epochs=2,
    judge_seeds=2,
    ridgeline_trials=8,
    peer_trials=4,
    reference_trials=8,
    reference_best=1,
    sides=("ridgeline", "optuna"),
)


def carry_on(cells: Sequence[Cell], size: Size, kept: Kept) -> None:
    """Make the searches that are missing; what those of a split and a seed found is then judged together."""
    commit = _commit()
    for (data, split, _), group in groupby(cells, key=lambda cell: (cell.data, cell.split, cell.seed)):
        found = [NONE]
        for cell in group:
            if kept.cell(cell) is None:
                _say(f"{cell.name} ...")
                try:
                    kept.add(cell, {**_search(cell, size), "commit": commit})
                except (RuntimeError, ChildDied) as failed:  # the others go on; a later run tries it again
                    _say(f"{cell.name} failed: {failed}")
            done = kept.cell(cell) or {}
            found += [*done.get("best", ()), *(step["setting"] for step in done.get("history", ()))]
        began = time.monotonic()
        judge(kept, data, split, found, seeds=size.judge_seeds, epochs=size.epochs)
        _say(f"{data}-{split} judged in {time.monotonic() - began:.0f} s")


def _search(cell: Cell, size: Size) -> dict[str, Any]:
    """Make a search; what is kept of it."""
    before, limit, trials = load()["one_minute"], size.limit(cell), size.trials(cell.side)
    with tempfile.TemporaryDirectory(prefix="ridgeline-answers-") as folder:
        ground = Ground(Path(folder), SETS[cell.data], cell.split, cell.seed, size.epochs)
        search = SEARCHES[cell.side](ground, trials, limit)
    return {
        **search.kept(best=size.reference_best if cell.side == REFERENCE else 0),
        "limit_seconds": limit,
        "limit_trials": trials,
        "load_before": before,
        "processor": machine()["processor"],
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def report(size: Size, kept: Kept) -> dict[str, Any]:
    """What the searches that are kept say."""
    made = {(cell["data"], cell["split"], cell["seed"], cell["side"]) for cell in kept.cells()}
    asked = list(size.cells)
    outcomes = {data: Outcome(data, kept) for data in size.sets if any(key[0] == data for key in made)}
    outcomes = {data: outcome for data, outcome in outcomes.items() if outcome.standards}
    return {
        "benchmark": size.name,
        "measured": "seconds until the best setting so far of a search, trained anew by one plain PyTorch script and "
        f"judged on outer test rows, stays within {SHARE:.0%} of the gap between none and the best known; medians by "
        "Kaplan and Meier, searches that never got there censored at their end; cold: from adding the data set "
        "(Ridgeline) or the start of the first process (peers); warm: from the asking of the first trial, before rows "
        "are prepared (Ridgeline), or from the first trial in a process that has its rows (peers)",
        "quick": size.epochs != WHOLE.epochs,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions() | ({"ray": version("ray")} if find_spec("ray") else {}),
        "searches": dict(Counter(cell.data for cell in asked if tuple(vars(cell).values()) in made)),
        "asked": dict(Counter(cell.data for cell in asked)),
        "settings": {
            "epochs": size.epochs,
            "judge_seeds": size.judge_seeds,
            "trials": {side: size.trials(side) for side in (*size.sides, REFERENCE)},
            "seconds": {data: size.seconds or SETS[data].seconds for data in size.sets},
        },
        "figures": [figure.as_json() for outcome in outcomes.values() for figure in outcome.figures()],
        "sets": {data: outcome.as_json() for data, outcome in outcomes.items()},
    }


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _commit() -> str:
    """The commit of this checkout; `changed`: with changes."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=-changed", "--exclude=*"]
    told = subprocess.run(git, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", choices=tuple(SETS), help="of the data sets")
    parser.add_argument("--split", action="append", type=int, choices=range(OUTER_SPLITS), help="of the outer splits")
    parser.add_argument("--seed", action="append", type=int, choices=WHOLE.seeds, help="of folds and samplers")
    parser.add_argument("--side", action="append", choices=(*SIDES, REFERENCE), help="of those who search")
    parser.add_argument("--seconds", type=float, help="limit of a search; default: that of the data set")
    parser.add_argument("--small", action="store_true", help="a part that takes minutes, always made anew")
    parser.add_argument("--quick", action="store_true", help="the smallest size: it shows that it runs, and no more")
    parser.add_argument("--read", action="store_true", help="search nothing, only read what is kept")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder of what is done")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the figures")
    return parser.parse_args()


def main() -> None:
    """Search and judge what is missing, keep the figures and show them."""
    asked = _arguments()
    size = QUICK if asked.quick else SMALL_PART if asked.small else WHOLE
    has_ray = find_spec("ray") is not None
    size = replace(size, seconds=asked.seconds or size.seconds)
    chosen = [
        cell
        for cell in size.cells
        if cell.data in (asked.set or size.sets)
        and cell.split in (asked.split or size.splits)
        and cell.seed in (REFERENCE_SEED, *(asked.seed or size.seeds))
        and cell.side in (asked.side or (*size.sides, REFERENCE))
    ]
    if any(cell.side == "ray" for cell in chosen) and not has_ray and not asked.read:
        sys.exit("Ray Tune must be installed but is not; run `make peers`, or choose sides without it")
    with tempfile.TemporaryDirectory(prefix="ridgeline-answers-") as fresh:
        kept = Kept(Path(fresh) if asked.quick or asked.small else asked.kept)
        if not asked.read:
            kept.protocol({"epochs": size.epochs, "judge_seeds": size.judge_seeds})
            try:
                with interruptible():
                    carry_on(chosen, size, kept)
            except Interrupted as interrupted:
                sys.exit(str(interrupted))
        told = report(size, kept)
    asked.output.mkdir(parents=True, exist_ok=True)
    (asked.output / f"{size.name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    show([told])


if __name__ == "__main__":
    main()
