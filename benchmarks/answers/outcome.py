"""Figures of the comparison, from whatever searches are kept."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, median, stdev
from typing import Any

from report import Figure, rounded

from answers.cells import REFERENCE, SIDES, Kept
from answers.judge import NONE, key_of
from answers.quality import Judged, Standard, Until, least_median_of, median_of, until_equal
from answers.sets import SETS

SHARE = 0.1
"""An answer is of equal quality within this share of the gap between none and the best known."""
TOLD = {
    "ridgeline": "Ridgeline",
    "optuna": "Optuna, no pruner",
    "optuna_median": "Optuna, MedianPruner",
    "ray": "Ray Tune, ASHA",
    "sklearn": "scikit-learn, l2 only",
}
PEERS = {"Optuna, the quicker": ("optuna", "optuna_median"), "Ray Tune": ("ray",), "scikit-learn": ("sklearn",)}
RAY_TARGET = 10.0
Cells = Sequence[Mapping[str, Any]]


class Outcome:
    """What the searches of a data set come to, of those splits whose reference is kept."""

    def __init__(self, data: str, kept: Kept) -> None:
        self.data = SETS[data]
        cells = [cell for cell in kept.cells() if cell["data"] == data]
        splits = sorted({cell["split"] for cell in cells if cell["side"] == REFERENCE})
        judged = {split: {one["key"]: one["scores"] for one in kept.all_judged(data, split)} for split in splits}
        self.judged: dict[int, Judged] = {split: each for split, each in judged.items() if key_of(NONE) in each}
        self.standards = {split: Standard.of(judged) for split, judged in self.judged.items()}
        self.cells: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for cell in cells:
            if cell["side"] != REFERENCE and self._is_judged(cell):
                self.cells[cell["side"]].append(cell)

    def _is_judged(self, cell: Mapping[str, Any]) -> bool:
        judged = self.judged.get(cell["split"], {})
        return all(key_of(step["setting"]) in judged for step in cell["history"])

    @property
    def gap(self) -> tuple[float, float]:
        """The mean gap over splits, with its standard error.

        The larger of two: by the spread over seeds of training within splits, and by that of the gaps over splits.
        """
        gaps = [standard.gap for standard in self.standards.values()]
        within = math.sqrt(sum(standard.standard_error**2 for standard in self.standards.values())) / len(gaps)
        across = stdev(gaps) / math.sqrt(len(gaps)) if len(gaps) > 1 else 0.0
        return fmean(gaps), max(within, across)

    @property
    def has_gap(self) -> bool:
        """Whether there is something to find: a gap of two standard errors or more."""
        gap, error = self.gap
        return gap > 0 and gap >= 2 * error

    def untils(self, side: str, share: float, *, warm: bool = False) -> list[Until]:
        """Of each search of a side: seconds to equal quality."""
        return [
            until_equal(cell, self.judged[cell["split"]], self.standards[cell["split"]], share).later(
                -cell["began_seconds"] if warm else 0.0
            )
            for cell in self.cells.get(side, ())
        ]

    def figures(self) -> Iterator[Figure]:
        """Gap, then seconds and ratios, or trials a second where there is no gap."""
        name, (gap, error) = self.data.name, self.gap
        yield Figure(f"{name}: gap between none and the best known", gap, self.data.metric)
        yield Figure(f"{name}: standard error of the gap", error, self.data.metric)
        if not self.has_gap:
            yield from self._rates()
            return
        for start in ("cold", "warm"):
            yield from self._seconds(start)
        for side, cells in self.cells.items():
            missed = sum(not until.reached for until in self.untils(side, SHARE))
            yield Figure(f"{name}: {TOLD[side]}: searches that never got there", missed, f"of {len(cells)}")

    def _seconds(self, start: str) -> Iterator[Figure]:
        name, runs = self.data.name, {}
        for side in self.cells:
            runs[side] = self.untils(side, SHARE, warm=start == "warm")
            seconds = median_of(runs[side])
            if math.isfinite(seconds):
                samples = tuple(until.seconds for until in runs[side] if until.reached)
                yield Figure(f"{name}, {start}: {TOLD[side]}, median", seconds, "s", samples=samples)
        targets = {"Optuna, the quicker": self.data.times_sooner, "Ray Tune": RAY_TARGET}
        for peer, sides in PEERS.items():
            there, target = [runs[side] for side in sides if side in runs], targets.get(peer)
            if there and "ridgeline" in runs:
                yield from _ratio(f"{name}, {start}: {peer} / Ridgeline", runs["ridgeline"], there, target)

    def _rates(self) -> Iterator[Figure]:
        rates = {
            side: [cell["trials_per_second"] for cell in cells if cell["trials_per_second"]]
            for side, cells in self.cells.items()
        }
        for side, told in rates.items():
            if told:
                yield Figure.median(f"{self.data.name}: {TOLD[side]}", told, "trials/s")
        for side in SIDES[1:]:
            if rates.get(side) and rates.get("ridgeline"):
                ratio = median(rates["ridgeline"]) / median(rates[side])
                yield Figure(f"{self.data.name}: Ridgeline / {TOLD[side]}, trials a second", ratio, "times")

    def as_json(self) -> dict[str, Any]:
        """What figures and plots are made of: the standard of each split, and each search as it was judged."""
        return {
            "metric": self.data.metric,
            "splits": {
                str(split): {
                    "none": rounded(standard.none),
                    "best_known": rounded(standard.best),
                    "gap": rounded(standard.gap),
                    "standard_error": rounded(standard.standard_error),
                    "judged_settings": len(self.judged[split]),
                    "best_setting": standard.best_key,
                }
                for split, standard in self.standards.items()
            },
            "searches": {side: [self._search(cell) for cell in cells] for side, cells in self.cells.items()},
        }

    def _search(self, cell: Mapping[str, Any]) -> dict[str, Any]:
        judged, standard = self.judged[cell["split"]], self.standards[cell["split"]]
        names = ("split", "seed", "before_seconds", "began_seconds", "seconds", "limit_seconds", "ended_trials")
        found = {str(share): until_equal(cell, judged, standard, share) for share in (SHARE, 0.25, 0.5)}
        return {
            **{name: cell[name] for name in (*names, "commit", "load_before")},
            "until_within": {share: until.seconds if until.reached else None for share, until in found.items()},
            "judged": [
                [step["seconds"], rounded(fmean(judged[key_of(step["setting"])])), step["setting"]["regularizer"]]
                for step in cell["history"]
            ],
        }


def _ratio(
    name: str, ours: Sequence[Until], theirs: Sequence[Sequence[Until]], target: float | None
) -> Iterator[Figure]:
    """How many times sooner; a bound, said so, where the median of one is not reached; nothing where neither is."""
    own, quicker = median_of(ours), min(map(median_of, theirs))
    least, told = min(map(least_median_of, theirs)), name
    if math.isinf(own) and math.isinf(quicker):
        return
    if math.isinf(quicker):
        quicker, told = least, f"{name}, at least"
    if math.isinf(own):
        own, told = least_median_of(ours), f"{name}, at most"
    yield Figure(told, quicker / max(own, 1e-3), "times", target, more_is_better=True)
