"""The page of the evidence: every promise of a verdict with its threshold, its figure and the studies behind it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evidence.checks import CHECKS, Check

HEAD = """# Do verdicts keep their promises?

Each promise below is checked by whole studies of made-up worlds, whose truth is known: rows are drawn from a known law,
search, screening and final train real models with the code of a worker, and the truth is read off 50,000 fresh rows.
Two worlds of the pruner's promise are real data sets, half of whose rows a study does not see. Models are small, so
that a study takes a few seconds. A threshold that is missed stands here as it is.

Trials were compared [on one fold at the end](decisions/0017-trials-are-compared-on-folds.md), as by default. What such
a score lets expect on all folds was taken from none alone, not as today from all trials that have all folds.

This page is made of the figures in `benchmarks/results` by `python benchmarks/verdicts.py --page > docs/evidence.md`;
`python benchmarks/verdicts.py` measures them, in hours, and goes on where it was broken off.
"""


def page(results: Path) -> str:
    """The page, from the figures that are kept."""
    parts = [HEAD]
    for check in CHECKS:
        path = results / f"verdict_{check.name}.json"
        if path.exists():
            parts.append("\n".join(_part(check, json.loads(path.read_text(encoding="utf-8")))))
    return "\n".join(parts)


def _part(check: Check, kept: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {check.promise}\n"
    counted = [f"{kept['studies'][name]} of {asked} ({name})" for name, asked in kept["asked"].items()]
    yield f"Studies: {'; '.join(counted)}. Measured: {kept['measured']}.\n"
    yield "| figure | value | unit | threshold | kept |"
    yield "|---|---|---|---|---|"
    for figure in kept["figures"]:
        reached = {True: "yes", False: "**no**", None: ""}[figure.get("reached")]
        cells = (figure["name"], f"{figure['value']:g}", figure["unit"], figure.get("target", ""), reached)
        yield f"| {' | '.join(cells)} |"
    yield f"\n{check.note}\n" if check.note else ""
