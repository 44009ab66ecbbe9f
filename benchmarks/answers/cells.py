"""A cell of the comparison, one search of one side, and what is kept of it: a file of its own."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SIDES = ("ridgeline", "optuna", "optuna_median", "ray", "sklearn")
REFERENCE = "reference"
"""The search of a split for the best that is known; nothing of it is timed."""
REFERENCE_SEED = 1000


@dataclass(frozen=True)
class Cell:
    """Which search."""

    data: str
    split: int
    seed: int
    side: str

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.data}-{self.split}-{self.seed}-{self.side}"


@dataclass(frozen=True)
class Trial:
    """A trial that has ended; without a score it was stopped early or failed."""

    ended: float
    """Seconds since 1970."""
    setting: dict[str, Any]
    """`regularizer`, and `strengths` by name."""
    score: float | None


@dataclass(frozen=True)
class Search:
    """A search as it went."""

    started: float
    """When its first process was started, in seconds since 1970."""
    began: float
    """When its first training began, as near as the side tells."""
    trials: tuple[Trial, ...]
    before_seconds: float = 0.0
    """What a user waits for before there is a process, such as adding the data set."""

    def kept(self, *, best: int = 0) -> dict[str, Any]:
        """What is kept: how the best setting so far changed, in seconds from a cold start, and counts.

        Args:
            best: settings with the best scores that are kept too, and the best of each kind.
        """
        zero = self.started - self.before_seconds
        whole = sorted((trial for trial in self.trials if trial.score is not None), key=_ended_then_score)
        last = max((trial.ended for trial in self.trials), default=self.began)
        kept: dict[str, Any] = {
            "before_seconds": round(self.before_seconds, 3),
            "began_seconds": round(self.began - zero, 3),
            "seconds": round(last - zero, 3),
            "ended_trials": len(self.trials),
            "scored_trials": len(whole),
            "trials_per_second": len(self.trials) / (last - self.began) if last > self.began else None,
            "history": [
                {"seconds": round(trial.ended - zero, 3), "setting": trial.setting, "score": trial.score}
                for trial in incumbents(whole)
            ],
        }
        if best:
            ranked = sorted(whole, key=lambda trial: trial.score or 0.0)
            of_kinds = {trial.setting["regularizer"]: trial.setting for trial in reversed(ranked)}
            kept["best"] = [*(trial.setting for trial in ranked[:best]), *of_kinds.values()]
        return kept


def incumbents(trials: Iterable[Trial]) -> list[Trial]:
    """The trials that were the best when they ended, of trials in the order of their ends."""
    found: list[Trial] = []
    for trial in trials:
        if trial.score is not None and (not found or trial.score < (found[-1].score or 0.0)):
            found.append(trial)
    return found


def _ended_then_score(trial: Trial) -> tuple[float, float]:
    """Of trials that ended together the best comes first, so that the others never were the best."""
    return trial.ended, trial.score or 0.0


class Kept:
    """The folder of what is done: a file a cell, and a file a setting that was judged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def protocol(self, told: dict[str, Any]) -> None:
        """Note what all of it has in common, or refuse to go on with something else.

        Raises:
            SystemExit: what is kept was measured otherwise.
        """
        before = self._read("protocol")
        if before is not None and before != told:
            raise SystemExit(f"{self._folder} must hold searches of {told} but has some of {before}; name another")
        self.put("protocol", told)

    def cell(self, cell: Cell) -> dict[str, Any] | None:
        """What is kept of a search; None: it was not made yet."""
        return self._read(f"cells/{cell.name}")

    def add(self, cell: Cell, told: dict[str, Any]) -> None:
        """Keep a search."""
        self.put(f"cells/{cell.name}", {**asdict(cell), **told})

    def cells(self) -> list[dict[str, Any]]:
        """All searches that are kept."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(self._folder.glob("cells/*.json"))]

    def judged(self, data: str, split: int, key: str) -> dict[str, Any] | None:
        """What is kept of a setting that was judged on a split; None: nothing."""
        return self._read(f"judged/{data}-{split}-{key}")

    def all_judged(self, data: str, split: int) -> list[dict[str, Any]]:
        """Every setting that was judged on a split."""
        paths = sorted(self._folder.glob(f"judged/{data}-{split}-*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def put(self, name: str, told: dict[str, Any]) -> None:
        """Write a file, whole or not at all."""
        path = self._folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(told) + "\n", encoding="utf-8")
        new.replace(path)

    def _read(self, name: str) -> dict[str, Any] | None:
        path = self._folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
