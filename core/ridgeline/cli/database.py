"""The database of a data folder: `migrate` and `token`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.extras import need
from ridgeline.cli.options import DEFAULT_DATA_DIR, DataDir, Json

token = typer.Typer(help="Create, list and revoke the tokens of a service.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Any name, to know the token by.")]


def migrate(*, data_dir: DataDir = DEFAULT_DATA_DIR, as_json: Json = False) -> None:
    """Create the database, or upgrade it after a backup."""
    _service("migrate", data_dir=data_dir)
    typer.echo(json.dumps({"data_dir": str(data_dir)}) if as_json else f"the database of {data_dir} is up to date")


@token.command()
def create(name: Name, *, data_dir: DataDir = DEFAULT_DATA_DIR, as_json: Json = False) -> None:
    """Create a token and print it, this once."""
    plaintext = _service("token", "create", name, data_dir=data_dir).strip()
    typer.echo(json.dumps({"name": name, "token": plaintext}) if as_json else plaintext)


@token.command("list")
def list_tokens(*, data_dir: DataDir = DEFAULT_DATA_DIR, as_json: Json = False) -> None:
    """List the tokens by name."""
    found = [json.loads(line) for line in _service("token", "list", data_dir=data_dir).splitlines()]
    if as_json:
        typer.echo(json.dumps(found))
    for each in () if as_json else found:
        typer.echo(f"{each['name']}  created {each['created_at']}")


@token.command()
def revoke(name: Name, *, data_dir: DataDir = DEFAULT_DATA_DIR, as_json: Json = False) -> None:
    """Make a token worthless."""
    _service("token", "revoke", name, data_dir=data_dir)
    typer.echo(json.dumps({"name": name}) if as_json else f"the token {name} is worthless now")


def _service(*arguments: str, data_dir: Path) -> str:
    """What the service prints; if it refuses, it has said why, and its exit code becomes ours."""
    need("service")
    command = [sys.executable, "-m", "ridgeline_service", *arguments, "--data-dir", str(data_dir)]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise typer.Exit(done.returncode)
    return done.stdout
