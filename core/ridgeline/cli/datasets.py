"""The data sets of a service: `datasets add | list | show | remove`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ridgeline.cli.options import Json, Token, Url
from ridgeline.cli.output import print_json, print_json_list

datasets = typer.Typer(help="Add, list, show and remove the data sets of a service.", no_args_is_help=True)
NameOrId = Annotated[str, typer.Argument(metavar="DATASET", help="Name or id, as `ridgeline datasets list` tells.")]
DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " "}


@datasets.command()
def add(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV, Parquet, Arrow, NPZ or JSON lines.")
    ],
    *,
    target: Annotated[
        list[str] | None, typer.Option(help="Column to predict, by name or position; again for several.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name to ask for it by; default: the file's.")] = None,
    task: Annotated[
        str | None, typer.Option(help="binary, multiclass, multilabel, regression or multi_target; default: found out.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Column whose equal values a split never parts.")] = None,
    time: Annotated[str | None, typer.Option(help="Column to order rows by; later ones are for validation.")] = None,
    weight: Annotated[str | None, typer.Option(help="Column of how much each row counts.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Column to leave out; again for more.")] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="csv, parquet, arrow, npz or jsonl; default: found out.")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Between values, such as ; or tab; default: found out.")] = None,
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line names the columns.")
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="Of the text, such as latin-1; default: UTF-8.")] = None,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Send a file to the service and keep it as a data set."""
    from ridgeline.cli.described import print_added
    from ridgeline.cli.upload_bar import upload_bar
    from ridgeline.client import Client

    told: dict[str, Any] = {
        "task": task,
        "group": group,
        "time": time,
        "weight": weight,
        "exclude": exclude,
        "format": form,
        "delimiter": DELIMITERS.get(delimiter or "", delimiter),
        "header": header,
        "encoding": encoding,
    }
    given = {field: value for field, value in told.items() if value is not None}
    with Client(url, token) as client, upload_bar(file.name) as progress:
        named = client.add_dataset(file, name=name, target=target, progress=progress, **given)
    (print_json if as_json else print_added)(named)


@datasets.command("list")
def list_datasets(*, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """List the data sets by name."""
    from ridgeline.cli.described import print_datasets
    from ridgeline.client import Client

    with Client(url, token) as client:
        found = tuple(client.datasets())
    (print_json_list if as_json else print_datasets)(found)


@datasets.command()
def show(dataset: NameOrId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show the columns of a data set, what to look at, and its first rows."""
    from ridgeline.cli.described import print_dataset
    from ridgeline.client import Client

    with Client(url, token) as client:
        named = client.dataset(dataset)
    (print_json if as_json else print_dataset)(named)


@datasets.command()
def remove(dataset: NameOrId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Remove a name, or by its id all names; with the last name goes the content."""
    from ridgeline.client import Client

    with Client(url, token) as client:
        client.remove_dataset(dataset)
    typer.echo(json.dumps({"removed": dataset}) if as_json else f"data set {dataset} is removed")
