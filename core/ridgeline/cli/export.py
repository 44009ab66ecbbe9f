"""A study as a file for other tools: `export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import StudyId, Token, Url

STDOUT = "-"


def export(
    study: StudyId,
    *,
    form: Annotated[
        str, typer.Option("--format", "-f", help="csv, json, or optuna: an SQLite file for optuna.load_study.")
    ] = "csv",
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="File to write, replaced if it is there; - writes to stdout.")
    ] = None,
    url: Url = None,
    token: Token = None,
) -> None:
    """Write a study with all its trials to a file."""
    from ridgeline.client import Client
    from ridgeline.errors import Invalid, Violation
    from ridgeline.spec.formats import ExportFormat
    from ridgeline.spec.states import ENDED

    if form not in set(ExportFormat):
        raise Invalid([Violation("--format", "must be a format", form, f"use one of {', '.join(ExportFormat)}")])
    asked = ExportFormat(form)
    with Client(url, token) as client:
        if output == STDOUT:
            client.export(study, asked, sys.stdout.buffer)
            return
        place = Path(output or f"ridgeline-{study}.{asked.suffix}")
        state = client.study(study).state
        try:
            client.export(study, asked, place)
        except OSError as error:
            rule = f"must be a file that can be written ({error.strerror})"
            raise Invalid([Violation("--output", rule, str(place), "name another")]) from error
    typer.echo(str(place))
    if state not in ENDED:
        typer.echo(f"study {study} is {state}: more trials may come", err=True)
