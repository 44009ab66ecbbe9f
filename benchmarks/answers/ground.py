"""What all sides stand on: the outer training rows, in a data folder of Ridgeline, and the folds that they share."""

import hashlib
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from answers.plan import Plan
from answers.sets import DataSet, Rows
from ridgeline.files import Files
from ridgeline.kinds import Range
from ridgeline.library import Library, Received
from ridgeline.spec import ResolvedStudy, StudySpec
from ridgeline.spec.additions import AddedFile
from ridgeline.spec.metrics import Task
from ridgeline.store import Store, upgrade
from ridgeline_worker.data import Table, Wishes, prepare
from ridgeline_worker.training.problem import dealt, evaluations

TARGET = "y"
ADDED = "searched"
"""The name of the data set."""


@dataclass(frozen=True)
class Ground:
    """A split of a data set, and a seed."""

    folder: Path
    data: DataSet
    split: int
    seed: int
    epochs: int

    @cached_property
    def outer(self) -> tuple[Rows, Rows]:
        """The rows that are searched, and those that the answer is judged on."""
        return self.data.outer(self.split)

    @cached_property
    def adding_seconds(self) -> float:
        """Lay the data folder, with the searched rows added as a user adds a file; what that took."""
        (x, y), _ = self.outer
        targets = y if self.data.task == "regression" else y.astype(np.int64)
        columns = {f"x{place}": values for place, values in enumerate(x.T)}
        file = self.folder / "rows.parquet"
        pq.write_table(pa.table({**columns, TARGET: targets}), file)
        began = time.perf_counter()
        upgrade(self._data)
        told = AddedFile(name=ADDED, target=(TARGET,), task=Task(self.data.task))
        with Store.open(self._data) as store:
            files = Files(self._data)
            library = Library(store, files)
            with files.incoming() as incoming:
                arrived = incoming / "arrived"
                shutil.copyfile(file, arrived)
                sha256 = hashlib.sha256(arrived.read_bytes()).hexdigest()
                library.add_file(Received(path=arrived, sha256=sha256, filename=file.name, told=told))
            library.close()
        return time.perf_counter() - began

    def data_folder(self, name: str) -> Path:
        """A copy of the data folder, for one study."""
        _ = self.adding_seconds
        return shutil.copytree(self._data, self.folder / name)

    def request(self, trials: int, seconds: float, **more: object) -> dict[str, object]:
        """A study as a user asks for it; no row is set aside and no final is run, for another judges here."""
        return {
            "dataset": ADDED,
            "seed": self.seed,
            "training": {"epochs": self.epochs},
            "evaluation": {"test_fraction": 0, "final_repeats": 0},
            "budget": {"max_trials": trials, "max_seconds": seconds},
            **more,
        }

    @cached_property
    def study(self) -> ResolvedStudy:
        """The study with its defaults, which all sides share."""
        _ = self.adding_seconds
        with Store.open(self._data) as store:
            return Library(store, Files(self._data)).resolve(StudySpec.model_validate(self.request(128, 1.0)))

    def peer_folder(self, name: str, *, trials: int, seconds: float, pruner: str = "none") -> Path:
        """A folder in which a peer finds its plan and its folds."""
        folder = self.folder / name
        folder.mkdir()
        study = self.study
        Plan(
            task=self.data.task,
            widths=tuple(study.model.widths(study.dataset.inputs, study.dataset.outputs)),
            learning_rate=study.training.learning_rates[0],
            batch_size=study.training.batch_size,
            steps_per_epoch=study.training.steps_per_epoch,
            epochs=self.epochs,
            folds=study.evaluation.folds,
            kinds={own.kind: _ranges(own.strengths) for own in study.regularizers},
            seed=self.seed,
            trials=trials,
            seconds=seconds,
            pruner=pruner,
        ).save(folder)
        for file, arrays in self._arrays.items():
            np.savez(folder / file, **arrays)
        return folder

    @cached_property
    def _arrays(self) -> dict[str, dict[str, np.ndarray]]:
        """`folds`: prepared rows of each fold; `rows`: the rows as they are, with the places of each fold."""
        study = self.study
        table = Table.open(Files(self._data).path(study.dataset), study.dataset)
        asked = dealt(study, table, evaluations(study))
        (x, y), _ = self.outer
        folds: dict[str, np.ndarray] = {}
        rows: dict[str, np.ndarray] = {"x": x, "y": y}
        for place, (fold, made) in enumerate(zip(asked, prepare(table, asked, Wishes()), strict=True)):
            validation = made.validation
            folds |= {
                f"x{place}": made.train.x.astype(np.float32),
                f"y{place}": made.train.y,
                f"validation_x{place}": validation.x.astype(np.float32),
                f"validation_y{place}": (validation.y - validation.target_mean) / validation.target_scale,
                f"scale{place}": validation.target_scale,
            }
            rows |= {f"train{place}": fold.train, f"validation{place}": fold.validation}
        return {"folds": folds, "rows": rows}

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _ranges(strengths: Mapping[str, object]) -> dict[str, dict[str, float]]:
    return {
        name: {"low": search.low, "high": search.high, "log": float(search.log)}
        for name, search in strengths.items()
        if isinstance(search, Range)
    }
