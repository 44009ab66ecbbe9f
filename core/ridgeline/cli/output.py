"""JSON on standard output."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pydantic import BaseModel


def print_json(value: "BaseModel") -> None:
    """One value on one line, with the fields that it was given."""
    typer.echo(value.model_dump_json(exclude_unset=True))


def print_json_list(values: "Iterable[BaseModel]") -> None:
    """One list on one line."""
    typer.echo(json.dumps([value.model_dump(mode="json", exclude_unset=True) for value in values]))
