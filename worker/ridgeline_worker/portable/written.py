"""Predictions as a table: classes with their probabilities, or numbers in the units of the targets."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float
from pyarrow import csv

from ridgeline.errors import Invalid, Violation
from ridgeline.spec.metrics import Task
from ridgeline_worker.portable.manifest import Manifest

ENDINGS = (".csv", ".parquet")


def predicted(manifest: Manifest, found: Float[np.ndarray, "rows *outputs"]) -> pa.Table:
    """A row of predictions for each row.

    One target: `prediction`, and for classes `probability_CLASS` of each.  Several: `prediction_TARGET`, and for
    labels `probability_TARGET` of having it.
    """
    return pa.table(dict(_columns(manifest, found)))


def _columns(manifest: Manifest, found: Float[np.ndarray, "rows *outputs"]) -> Iterator[tuple[str, pa.Array]]:
    match manifest.task:
        case Task.REGRESSION:
            yield "prediction", pa.array(found)
        case Task.MULTI_TARGET:
            for target, values in zip(manifest.targets, found.T, strict=True):
                yield f"prediction_{target.name}", pa.array(values)
        case Task.MULTILABEL:
            for target, values in zip(manifest.targets, found.T, strict=True):
                yield f"prediction_{target.name}", _named(target.classes, (values > 0.5).astype(np.int64))
                yield f"probability_{target.name}", pa.array(values)
        case _:
            (target,) = manifest.targets
            yield "prediction", _named(target.classes, found.argmax(axis=1))
            for name, values in zip(target.classes, found.T, strict=True):
                yield f"probability_{name}", pa.array(values)


def _named(classes: tuple[str, ...], places: np.ndarray) -> pa.Array:
    return pa.array([classes[place] for place in places.tolist()], pa.string())


def refuse_ending(output: Path) -> None:
    """Refuse to write what is neither CSV nor Parquet.

    Raises:
        Invalid: by the ending of the file.
    """
    if output.suffix.lower() not in ENDINGS:
        raise Invalid([Violation("output", f"must end in {' or '.join(ENDINGS)}", output.name, "name it so")])


def write(table: pa.Table, output: Path) -> None:
    """Write a table as CSV or Parquet, by the ending of the file.

    Raises:
        Invalid: it is neither.
        OSError: the file cannot be written.
    """
    refuse_ending(output)
    if output.suffix.lower() == ".csv":
        csv.write_csv(table, output)
    else:
        pq.write_table(table, output)
