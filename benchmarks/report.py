"""Figures of a benchmark: kept as JSON, each beside its target."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from machine import load, machine, versions
from table import show

from ridgeline.cli.processes import Interrupted, interruptible

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured number; without a target it is shown for what it explains."""

    name: str
    value: float
    unit: str
    target: float | None = None
    more_is_better: bool = False
    samples: tuple[float, ...] = ()
    """What the value is the median of; empty where it is no median."""

    @classmethod
    def median(cls, name: str, samples: Sequence[float], unit: str, target: float | None = None) -> "Figure":
        """The median of repeated measurements, which should stay below a target."""
        return cls(name, median(samples), unit, target, samples=tuple(samples))

    @property
    def reached(self) -> bool | None:
        """Whether the target is reached; None: there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    def as_json(self) -> dict[str, object]:
        """As it is kept."""
        kept: dict[str, object] = {"name": self.name, "value": rounded(self.value), "unit": self.unit}
        if len(self.samples) > 1:
            low, _, high = quantiles(self.samples, n=4, method="inclusive")
            kept |= {"quartiles": [rounded(low), rounded(high)], "samples": len(self.samples)}
        if self.target is not None:
            word = "at least" if self.more_is_better else "at most"
            kept |= {"target": f"{word} {self.target:g}", "reached": self.reached}
        return kept


@dataclass(frozen=True)
class Report:
    """What a benchmark came to."""

    name: str
    measured: str
    """How, in a sentence or two."""
    settings: Mapping[str, object]
    figures: tuple[Figure, ...]


def rounded(value: float) -> float:
    """To four significant digits: more is noise."""
    return float(f"{value:.4g}")


def run(measure: Callable[[bool], Report], doc: str | None) -> None:
    """The command line of a benchmark: measure, keep and show."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the smallest size: it shows that it runs, and no more")
    parser.add_argument("--output", type=Path, default=RESULTS, help="folder of the figures")
    asked = parser.parse_args()
    before = load()
    try:
        with interruptible():  # so that what it has started ends with it
            report = measure(asked.quick)
    except Interrupted as interrupted:
        sys.exit(str(interrupted))
    kept = {
        "benchmark": report.name,
        "measured": report.measured,
        "quick": asked.quick,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "load_before": before,
        "versions": versions(),
        "settings": report.settings,
        "figures": [figure.as_json() for figure in report.figures],
    }
    asked.output.mkdir(parents=True, exist_ok=True)
    (asked.output / f"{report.name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    show([kept])
