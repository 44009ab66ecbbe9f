"""Do verdicts keep their promises?  Many small studies of made-up worlds, carried whole, against the truth.

Studies that are done are kept as lines of a file and are not carried again, so that a run may be broken off and go on;
figures are of what is kept, and say how many studies that is and how many were asked for.  All of it takes hours.

    python benchmarks/verdicts.py [--check NAME] [--studies N] [--processes 2] [--kept FOLDER] [--output FOLDER]
    python benchmarks/verdicts.py --page > docs/evidence.md
"""

import argparse
import json
import logging
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog
from evidence.checks import CHECKS, Campaign, Check, Row
from evidence.page import page
from evidence.worlds import WORLDS
from machine import machine, versions
from report import RESULTS
from table import show

from ridgeline.cli.processes import Interrupted, interruptible
from ridgeline.store import upgrade

KEPT = Path(tempfile.gettempdir()) / "ridgeline-verdicts"


def carried(job: tuple[Campaign, Path, str, int]) -> Row:
    """One study, with the seconds that it took."""
    campaign, template, world, seed = job
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    began = time.perf_counter(), time.process_time()
    row = campaign.study(template, world, seed)
    seconds, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    return {"world": world, "seed": seed, "seconds": round(seconds, 3), "processor_seconds": round(processor, 3), **row}


def carry_on(campaigns: Sequence[Campaign], studies: int | None, kept: Path, processes: int) -> None:
    """Carry the studies that are not kept yet, so that the share that is done grows alike in all campaigns."""
    kept.mkdir(parents=True, exist_ok=True)
    commit, jobs = _commit(), []
    for place, campaign in enumerate(campaigns):
        done = {(row["world"], row["seed"]) for row in rows_of(campaign, kept)}
        for world, count in campaign.studies.items():
            asked = studies or count
            missing = [seed for seed in range(asked) if (world, seed) not in done]
            jobs += [((seed + 0.5) / asked, place, world, seed) for seed in missing]
    with tempfile.TemporaryDirectory(prefix="ridgeline-evidence-") as folder:
        upgrade(Path(folder))
        work = [(campaigns[place], Path(folder), world, seed) for _, place, world, seed in sorted(jobs)]
        with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
            for (campaign, *_), row in zip(work, pool.map(carried, work), strict=True):
                with (kept / f"{campaign.name}.jsonl").open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps({**row, "commit": commit}, default=float) + "\n")


def rows_of(campaign: Campaign, kept: Path) -> list[Row]:
    """The studies that are kept."""
    path = kept / f"{campaign.name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def report(check: Check, kept: Path) -> dict[str, Any]:
    """What the studies that are kept say of a promise."""
    figures, used, studies, asked, requests = [], [], {}, {}, {}
    for campaign in check.campaigns:
        rows = rows_of(campaign, kept)
        for world, count in campaign.studies.items():
            own = [row for row in rows if row["world"] == world]
            name = f"{campaign.name}, {world}"
            figures += check.figures(campaign, own, world) if own else []
            used += own
            studies[name], asked[name] = len(own), count
            requests[name] = {"law": WORLDS[world].told, "rows": WORLDS[world].rows, "study": campaign.requests[world]}
    return {
        "benchmark": f"verdict_{check.name}",
        "promise": check.promise,
        "measured": "; ".join(dict.fromkeys(campaign.measured for campaign in check.campaigns)),
        "studies": studies,
        "asked": asked,
        "seeds": "from 0 on, of rows and of study alike",
        "seconds_a_study": round(sum(row["seconds"] for row in used) / max(1, len(used)), 2),
        "processor_seconds": round(sum(row["processor_seconds"] for row in used)),
        "commits": dict(Counter(row["commit"] for row in used)),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
        "settings": requests,
        "figures": [replace(figure, value=float(figure.value)).as_json() for figure in figures],
    }


def _commit() -> str:
    """The commit of this checkout; `changed`: with changes."""
    git = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty=-changed", "--exclude=*"]
    told = subprocess.run(git, capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def main() -> None:
    """Carry what is missing, keep the figures and show them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", choices=[check.name for check in CHECKS], help="one of them; default: all")
    parser.add_argument("--studies", type=int, help="of each world; 0: only read what is kept")
    parser.add_argument("--campaign", help="studies of one kind only, such as regret_128")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder of the studies that are done")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the figures")
    parser.add_argument("--page", action="store_true", help="print the page of all figures instead")
    asked = parser.parse_args()
    if asked.page:
        sys.stdout.write(page(asked.output))
        return
    checks = [check for check in CHECKS if asked.check in {None, check.name}]
    if asked.studies != 0:
        campaigns = {campaign.name: campaign for check in checks for campaign in check.campaigns}
        wanted = [campaign for name, campaign in campaigns.items() if asked.campaign in {None, name}]
        try:
            with interruptible():  # the running studies are carried to their end, and their processes end
                carry_on(wanted, asked.studies, asked.kept, asked.processes)
        except Interrupted as interrupted:
            sys.exit(str(interrupted))
    reports = [report(check, asked.kept) for check in checks]
    asked.output.mkdir(parents=True, exist_ok=True)
    for each in reports:
        (asked.output / f"{each['benchmark']}.json").write_text(json.dumps(each, indent=1) + "\n", encoding="utf-8")
    show(reports)


if __name__ == "__main__":
    main()
