"""Predict new rows by a model file."""

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ridgeline.errors import Invalid, RidgelineError, Violation
from ridgeline.spec.problems import problem_of
from ridgeline_worker.portable import Model, new_rows, predicted, read_model, refuse_ending, told_of, write

ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]
Ignore = Annotated[bool, typer.Option("--ignore-extra", help="Leave out columns that are none of its.")]
REFUSED = 2


@dataclass(frozen=True)
class Predicted:
    """What was done."""

    rows: int
    remarks: tuple[str, ...]  #: what is unlike the rows of the study, in a sentence a column


def predict(model: Path, file: Path, output: Path, *, ignores_extra: bool) -> Predicted:
    """Read a model and rows of the columns that it sees, and write a row of predictions for each.

    Raises:
        Invalid: a file is not what it must be, or the output cannot be written.
        Unfit: a custom model is not installed here.
    """
    refuse_ending(output)
    known = Model(*read_model(model))
    with tempfile.TemporaryDirectory() as scratch:
        rows = new_rows(file, known.manifest, Path(scratch), ignores_extra=ignores_extra)
        found = known.predictions(known.prepared(rows))
        remarks = tuple(told_of(rows, known.manifest))
    try:
        write(predicted(known.manifest, found), output)
    except OSError as error:
        told = f"{output} ({os.strerror(error.errno) if error.errno else error})"
        raise Invalid([Violation("output", "must be a file that can be written", told, "name another")]) from error
    return Predicted(len(found), remarks)


def predict_rows(model: ExistingFile, file: ExistingFile, output: Path, *, ignore_extra: Ignore = False) -> None:
    """Predict the rows of a file by a model file; what came of it is a JSON line on stdout."""
    try:
        told = {"predicted": asdict(predict(model, file, output, ignores_extra=ignore_extra))}
    except RidgelineError as refused:
        told = {"problem": problem_of(refused, str(file)).model_dump(mode="json")}
    sys.stdout.write(json.dumps(told) + "\n")
    if "problem" in told:
        raise typer.Exit(REFUSED)


def main() -> Any:
    """Run this command alone."""
    app = typer.Typer(add_completion=False)
    app.command()(predict_rows)
    return app(sys.argv[2:], prog_name="ridgeline_worker predict")
