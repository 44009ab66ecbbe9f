"""What a peer is told of a search, in files: it reads them without a library of ours."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

Range = Mapping[str, float]
"""low, high, and log: 1 where it is searched on the scale of its logarithm."""


@dataclass(frozen=True)
class Plan:
    """The same of all sides: model, folds, kinds with their ranges, training, seed, and how far to search."""

    task: str
    widths: tuple[int, ...]
    learning_rate: float
    batch_size: int
    steps_per_epoch: int
    epochs: int
    folds: int
    kinds: Mapping[str, Mapping[str, Range]]
    seed: int
    trials: int
    """At most."""
    seconds: float
    """At most, from the first trial on; trials that run then may end."""
    pruner: str = "none"

    def save(self, folder: Path) -> None:
        """Into a folder."""
        (folder / "plan.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Plan":
        """From a folder."""
        told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        return cls(**told | {"widths": tuple(told["widths"])})


def tell(folder: Path, told: Mapping[str, object]) -> None:
    """Add a trial to what a peer says: `began` and `ended`, in seconds since 1970, `setting` and `score`."""
    with (folder / "told.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(told) + "\n")
