"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

StudyId = Annotated[str, typer.Argument(metavar="STUDY", help="Id of a study, as `ridgeline studies` lists it.")]
Url = Annotated[
    str | None, typer.Option("--url", envvar="RIDGELINE_URL", help="The service; default http://127.0.0.1:8000.")
]
Token = Annotated[str | None, typer.Option("--token", envvar="RIDGELINE_TOKEN", help="Where the service needs one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
DataDir = Annotated[
    Path, typer.Option("--data-dir", envvar="RIDGELINE_DATA_DIR", help="Folder that everything is kept under.")
]
Processes = Annotated[int | None, typer.Option(min=1, help="Training processes of the worker; default: its own.")]
DEFAULT_DATA_DIR = Path("ridgeline-data")
