"""Use what a study recommends: `model` fetches it, `predict` applies it to new rows."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from ridgeline.cli.extras import need
from ridgeline.cli.options import Json, StudyId, Token, Url
from ridgeline.spec.artifacts import FILE_TYPES, ArtifactName


def model(
    study: StudyId,
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; default: ridgeline-STUDY with its ending, here.")
    ] = None,
    name: Annotated[
        ArtifactName,
        typer.Option(help="model: for `ridgeline predict`; weights: safetensors; program: torch.export."),
    ] = ArtifactName.MODEL,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Fetch the recommended model of a study, trained on all rows but the test part."""
    from ridgeline.cli.tables import say
    from ridgeline.client import Client

    path = output or Path(f"ridgeline-{study}{FILE_TYPES[name].ending}")
    with Client(url, token) as client:
        content = client.artifact(study, name)
    _save(content, path)
    if as_json:
        typer.echo(json.dumps({"name": name, "file": str(path), "bytes": len(content)}))
    else:
        then = f"; use it with: ridgeline predict {path} ROWS.csv" if name is ArtifactName.MODEL else ""
        say(f"Wrote {path} ({len(content)} bytes){then}")


def predict(
    model_file: Annotated[
        Path, typer.Argument(metavar="MODEL", exists=True, dir_okay=False, help="A file that `ridgeline model` wrote.")
    ],
    rows: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV, Parquet, Arrow, NPZ or JSON lines."),
    ],
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A .csv or .parquet file; default: CSV on standard output.")
    ] = None,
    ignore_extra: Annotated[
        bool, typer.Option("--ignore-extra", help="Leave out columns that the model's data set did not have.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Predict new rows of the columns that a study was asked with."""
    from ridgeline.cli.tables import say

    need("worker")
    with tempfile.TemporaryDirectory() as folder:
        place = output or Path(folder) / "predictions.csv"
        told = _predicted(model_file, rows, place, ignore_extra=ignore_extra)
        if output is None and not as_json:
            with place.open(encoding="utf-8") as written:
                shutil.copyfileobj(written, sys.stdout)
    if as_json:
        typer.echo(json.dumps(told | {"output": None if output is None else str(output)}))
        return
    for remark in told["remarks"]:
        typer.echo(f"Note: {remark}.", err=True)
    if output is not None:
        say(f"Wrote {told['rows']} predictions to {output}")


def _predicted(model_file: Path, rows: Path, output: Path, *, ignore_extra: bool) -> dict[str, Any]:
    """What the worker tells of its predictions.

    Raises:
        RidgelineError: that it refused a file.
        ChildDied: it ended without an answer.
    """
    from ridgeline.cli.processes import Child, ChildDied, end, interruptible
    from ridgeline.client import to_error
    from ridgeline.spec.views import Problem

    arguments = ["predict", str(model_file), str(rows), str(output), *(["--ignore-extra"] if ignore_extra else [])]
    with interruptible():
        child = Child("worker", "ridgeline_worker", arguments, pipe=True)
        try:
            for line in child.lines():
                if "problem" in line:
                    raise to_error(Problem.model_validate(line["problem"]))
                return dict(line["predicted"])
            raise ChildDied(child.name, child.process.wait())
        finally:
            end([child])


def _save(content: bytes, path: Path) -> None:
    """Write a file whole or not at all.

    Raises:
        Invalid: it cannot be written.
    """
    from ridgeline.errors import Invalid, Violation

    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        rule = "must be a file that can be written"
        raise Invalid([Violation("output", rule, f"{path} ({error.strerror})", "name another")]) from error
