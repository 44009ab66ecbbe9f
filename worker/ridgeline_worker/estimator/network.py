"""The network that a fit ends with, trained on all rows, and how it sees new ones."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from jaxtyping import Float

from ridgeline import tables
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.datasets import Dataset, Source
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline_worker.data import Fold, Table, prepare
from ridgeline_worker.engine import task
from ridgeline_worker.training import Evaluation, LaneState, Problem, lanes_of
from ridgeline_worker.training.evaluate import forward, members
from ridgeline_worker.training.metrics import predictions
from ridgeline_worker.training.problem import wishes

REFIT = Evaluation(REFIT_REPEAT, 0)


@dataclass(frozen=True)
class Network:
    """A trained network, with the rows that say how new ones are prepared."""

    study: ResolvedStudy
    table: bytes
    """The stored table that it was trained on."""
    state: LaneState
    problem: Problem

    def predictions(self, inputs: pa.Table) -> Float[np.ndarray, "rows *outputs"]:
        """Probabilities of every class or label, or numbers in their units, for rows of inputs."""
        with tempfile.TemporaryDirectory(prefix="ridgeline-") as folder:
            path = Path(folder) / "table.parquet"
            path.write_bytes(self.table)
            rows, known = pq.read_table(path), tables.columns(path)
            first = rows.slice(0, 1).drop_columns(inputs.column_names)
            others = pa.concat_tables([first] * len(inputs))
            for name in inputs.column_names:
                others = others.append_column(name, inputs.column(name).cast(rows.schema.field(name).type))
            both = pa.concat_tables([rows, others.select(rows.column_names)])
            pq.write_table(both, path)
            facts = self.study.dataset
            dataset = Dataset(id=facts.id, source=Source.UPLOAD, rows=len(both), bytes=len(self.table), columns=known)
            fold = Fold(np.arange(len(rows)), np.arange(len(rows), len(both)))
            (prepared,) = prepare(Table(path, dataset, facts.roles, facts.task), [fold], wishes(self.study))
        new = prepared.validation
        outputs = (
            forward(self.problem, theta, self.state.lanes[0], new.x) * new.target_scale + new.target_mean
            for theta in members(self.problem, self.state, 0)
        )
        return np.mean([predictions(found, self.study.task) for found in outputs], axis=0)


def trained(study: ResolvedStudy, setting: Setting, table: Path) -> Network:
    """Train a setting on all rows."""
    evaluation = study.evaluation.model_copy(update={"test_fraction": 0.0})
    steps = -(-study.dataset.rows // study.training.batch_size)
    training = study.training.model_copy(update={"steps_per_epoch": steps})
    whole = study.model_copy(update={"evaluation": evaluation, "training": training})
    lanes = tuple(lanes_of(whole, [(0, setting)], (REFIT,)))
    segment = task.Segment(
        whole.model_dump_json(),
        str(table),
        frozenset({0}),
        steps * training.epochs,
        score=False,
        prepared=(REFIT,),
    )
    state = task.train(segment, lanes).state
    problem = Problem.of(whole, table, torch.device("cpu"), (REFIT,)).structured(whole, lanes[0].structure)
    return Network(whole, table.read_bytes(), state, problem)
