"""What the service does on the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from ridgeline.errors import RidgelineError
from ridgeline.loading import loading
from ridgeline.store import Store, upgrade
from ridgeline_service.settings import Settings

REFUSED = 2
"""Exit code when something that a user gave is at fault."""

cli = typer.Typer(
    help="The service of Ridgeline; every setting is also an environment variable with the prefix RIDGELINE_.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
tokens = typer.Typer(
    help="Bearer tokens; as soon as one exists, every request needs one.", no_args_is_help=True, rich_markup_mode=None
)
cli.add_typer(tokens, name="token")

DataDir = Annotated[Path | None, typer.Option(help="Folder of the database.  [RIDGELINE_DATA_DIR]")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.  [RIDGELINE_HOST, 127.0.0.1]")]
Port = Annotated[int | None, typer.Option(help="Port; 0 picks a free one.  [RIDGELINE_PORT, 8000]")]


@cli.command()
def serve(host: Host = None, port: Port = None, data_dir: DataDir = None) -> None:
    """Upgrade the database, then serve until SIGTERM; prints {"url": ...} on stdout when it listens."""
    with loading():
        from ridgeline.logs import configure_logs  # noqa: PLC0415  the other commands need no server
        from ridgeline_service.app import create_app  # noqa: PLC0415
        from ridgeline_service.app.server import make_server  # noqa: PLC0415

    with _refusals():
        settings = _settings(host=host, port=port, data_dir=data_dir)
        configure_logs()
        upgrade(settings.data_dir)
        app = create_app(settings)
    make_server(app, settings).run()


@cli.command()
def migrate(data_dir: DataDir = None) -> None:
    """Create the database or upgrade its schema, after a backup."""
    with _refusals():
        upgrade(_settings(data_dir=data_dir).data_dir)


@tokens.command("create")
def create_token(name: str, data_dir: DataDir = None) -> None:
    """Create a token and print it: it is shown this once."""
    with _store(data_dir) as store:
        typer.echo(store.tokens.create(name))


@tokens.command("list")
def list_tokens(data_dir: DataDir = None) -> None:
    """Print each token's name and time of creation as a JSON line."""
    with _store(data_dir) as store:
        for token in store.tokens.list():
            typer.echo(json.dumps({"name": token.name, "created_at": token.created_at.isoformat()}))


@tokens.command("revoke")
def revoke_token(name: str, data_dir: DataDir = None) -> None:
    """Refuse a token from now on."""
    with _store(data_dir) as store:
        store.tokens.revoke(name)


@contextmanager
def _store(data_dir: Path | None) -> Iterator[Store]:
    with _refusals():
        folder = _settings(data_dir=data_dir).data_dir
        upgrade(folder)
        with Store.open(folder) as store:
            yield store


def _settings(**given: Any) -> Settings:
    """The settings of the environment, under what the command line gives."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def _refusals() -> Iterator[None]:
    """Say in one line what is wrong, and exit with REFUSED."""
    try:
        yield
    except RidgelineError as error:
        typer.echo(f"{error.kind}: {error}", err=True)
        raise typer.Exit(REFUSED) from error
    except ValidationError as error:
        for broken in error.errors():
            name = str(broken["loc"][0])
            told = "a secret" if name == "token" else repr(broken["input"])
            typer.echo(f"setting RIDGELINE_{name.upper()}: {broken['msg']} but got {told}", err=True)
        raise typer.Exit(REFUSED) from error
