"""Keep the report of a study as a file: `report`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import Json, StudyId, Token, Url


def report(
    study: StudyId,
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file; - writes to standard output; default: ridgeline-STUDY.html."),
    ] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Fetch the report of a study: one page that opens without a network."""
    from ridgeline.client import Client

    with Client(url, token) as client:
        page = client.report(study)
    if output == Path("-"):
        typer.echo(page, nl=False)
        return
    file = output or Path(f"ridgeline-{study}.html")
    write(file, page)
    typer.echo(json.dumps({"file": str(file)}) if as_json else f"report is in {file}")


def write(file: Path, page: str) -> None:
    """Write a page.

    Raises:
        Invalid: nothing can be written there.
    """
    from ridgeline.errors import Invalid, Violation

    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise Invalid(
            [Violation("output", f"must be a file that can be written ({reason})", str(file), "name another")]
        ) from error
