"""Shapes of training: what a network and a cohort are like, apart from what they learn."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from sides import LEARNING_RATE, Work

from ridgeline import tables
from ridgeline.spec import DatasetFacts, StudySpec, resolve
from ridgeline.spec.facts import facts_of
from ridgeline.spec.sources import GeneratedData

ROWS = 640
"""Made up; a fold trains on 512, so that every batch from 32 to 512 is full."""
WIDTHS = (32, 64, 128, 256, 512, 1024)
DEPTHS = (1, 2, 3, 4)
BATCHES = (32, 128, 256, 512)
COLUMNS = (10, 100, 300, 784)


@dataclass(frozen=True)
class Shape:
    """One network, how many train together, and in how many processes at once."""

    hidden: tuple[int, ...] = (64, 64)
    batch: int = 64
    columns: int = 30
    lanes: int | None = None
    """None: as many as the plan of a study gives a cohort."""
    processes: int = 1

    @property
    def name(self) -> str:
        """Such as `64-64, batch 32`: what is not that of the centre is named."""
        centre = Shape()
        told = {
            f"batch {self.batch}": self.batch != centre.batch,
            f"{self.columns} columns": self.columns != centre.columns,
            f"{self.lanes} lanes": self.lanes is not None,
            f"{self.processes} processes": self.processes != centre.processes,
        }
        return ", ".join(["-".join(map(str, self.hidden)), *(word for word, differs in told.items() if differs)])

    @property
    def operations(self) -> int:
        """Floating-point operations of a lane-step's products, sum of 2 batch inputs outputs over products.

        A layer has three: its outputs, the gradient of its weights, and that of its inputs, which the first lacks.
        """  # fmt: skip
        widths = (self.columns, *self.hidden, 1)
        return sum(
            2 * self.batch * inputs * outputs * (3 if layer else 2)
            for layer, (inputs, outputs) in enumerate(pairwise(widths))
        )

    @property
    def parameters(self) -> int:
        """Weights and biases of a network."""
        return sum((inputs + 1) * outputs for inputs, outputs in pairwise((self.columns, *self.hidden, 1)))

    @property
    def widest(self) -> int:
        """Units of the widest hidden layer."""
        return max(self.hidden)

    def work(self, folder: Path) -> Work:
        """Networks of this shape under l2, on made-up rows, whose table is kept in the folder."""
        table, facts = made_up(self.columns, folder)
        request = {
            "dataset": facts.name,
            "model": {"kind": "mlp", "hidden": list(self.hidden)},
            "training": {"batch_size": self.batch, "learning_rate": LEARNING_RATE},
            "evaluation": {"test_fraction": 0},
        }
        return Work.of(resolve(StudySpec.model_validate(request), facts), table, ("l2",), self.lanes)


def shapes(lanes: Iterable[int], corners: Iterable[Shape] = ()) -> Iterator[Shape]:
    """Widths by depths; then the centre, 64-64, with batch, columns and lanes varied alone; then corners."""
    yield from (Shape((width,) * depth) for width in WIDTHS for depth in DEPTHS)
    yield from (Shape(batch=batch) for batch in BATCHES)
    yield from (Shape(columns=columns) for columns in COLUMNS)
    yield from (Shape(lanes=count) for count in lanes)
    yield from corners


@lru_cache
def made_up(columns: int, folder: Path) -> tuple[Path, DatasetFacts]:
    """A table of two classes, 320 rows each, with so many numbers a row."""
    path = folder / f"made-up-{columns}.parquet"
    parameters = {"n_samples": ROWS, "n_features": columns, "flip_y": 0.0}
    made = GeneratedData(generator="make_classification", parameters=parameters)
    dataset, roles, task = tables.generate(made, path)
    return path, facts_of("made-up", dataset, roles, task, tables.count(path, dataset, roles, task))
