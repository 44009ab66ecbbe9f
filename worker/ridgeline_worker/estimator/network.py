"""The network that a fit ends with: trained on all rows, and kept as the one file that predicts."""

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from jaxtyping import Float

from ridgeline import tables
from ridgeline.errors import Invalid
from ridgeline.spec import ResolvedStudy, Setting
from ridgeline.spec.datasets import Roles, Source
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline_worker.engine import task
from ridgeline_worker.estimator.asked import DATASET, in_our_words
from ridgeline_worker.portable import Model, unpack
from ridgeline_worker.portable.rows import NewRows
from ridgeline_worker.training import Evaluation, lanes_of

REFIT = Evaluation(REFIT_REPEAT, 0)
MODELS_KEPT = 8
"""Models that a process keeps built, for the next predictions."""


@dataclass(frozen=True)
class Network:
    """A trained network with the preparation of its rows."""

    content: bytes
    """Of the file that `ridgeline predict` reads."""

    def predictions(self, inputs: pa.Table) -> Float[np.ndarray, "rows *outputs"]:
        """Probabilities of every class or label, or numbers in their units, for rows of inputs.

        Raises:
            ValueError: not a value is there in any row.
        """
        model = _built(self.content)
        with tempfile.TemporaryDirectory(prefix="ridgeline-") as folder:
            path = Path(folder) / "rows.parquet"
            try:
                held = tables.keep(inputs, path, tables.Limits(), dataset_id=DATASET, source=Source.UPLOAD)
            except Invalid as refused:
                raise in_our_words(refused) from None
            columns = tuple(column.column for column in model.manifest.columns)
            rows = NewRows(path, held.model_copy(update={"columns": columns}), Roles(target=()), model.manifest.task)
            return model.predictions(model.prepared(rows))


def trained(study: ResolvedStudy, study_id: str, setting: Setting, table: Path) -> Network:
    """Train a setting on all rows.

    Raises:
        ValueError: the network does not give finite predictions.
    """
    evaluation = study.evaluation.model_copy(update={"test_fraction": 0.0})
    steps = -(-study.dataset.rows // study.training.batch_size)
    training = study.training.model_copy(update={"steps_per_epoch": steps})
    whole = study.model_copy(update={"evaluation": evaluation, "training": training})
    told, last = whole.model_dump_json(), steps * training.epochs
    lanes = tuple(lanes_of(whole, [(0, setting)], (REFIT,)))
    segment = task.Segment(
        told, str(table), frozenset({0}), last, score=True, prepared=(REFIT,), predicting=frozenset({REFIT})
    )
    (score,) = task.train(segment, lanes).report.scores
    if not score.networks:
        raise ValueError(
            f"the chosen setting, {setting.regularizer}, must give finite predictions when it is trained on all rows "
            "but does not; lower learning_rate"
        )
    return Network(task.files(told, str(table), study_id, setting, score.networks).model)


@lru_cache(maxsize=MODELS_KEPT)
def _built(content: bytes) -> Model:
    return Model(*unpack(content))
