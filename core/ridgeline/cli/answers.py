"""What a study has found: `verdict`, `ingredients`, `best`, `leaderboard`, `curve`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ridgeline.cli.options import Json, StudyId, Token, Url
from ridgeline.cli.output import print_json

if TYPE_CHECKING:
    from ridgeline.client import Client
    from ridgeline.spec import Setting
    from ridgeline.spec.views import BestView

Kind = Annotated[
    str | None, typer.Option("--regularizer", "-r", help="Only among trials of this kind alone, or of cocktail.")
]


def best(
    study: StudyId,
    *,
    regularizer: Kind = None,
    code: Annotated[bool, typer.Option("--code", help="Print the setting as a PyTorch script.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show the best setting of a study."""
    from ridgeline.cli.tables import print_best
    from ridgeline.client import Client

    with Client(url, token) as client:
        view = client.best(study, regularizer=regularizer)
        if code:
            script = code_of(client, view)
            typer.echo(json.dumps({"code": script}) if as_json else script, nl=as_json)
        elif as_json:
            print_json(view)
        else:
            print_best(view)


def code_of(client: "Client", view: "BestView") -> str:
    """The best setting as a PyTorch script.

    Raises:
        NotReady: no trial is complete.
    """
    from ridgeline.errors import NotReady

    if view.trial is None:
        raise NotReady(f"study {view.study_id!r} has no complete trial yet; ask again later")
    return script_of(client, view.study_id, view.trial.setting)


def script_of(client: "Client", study_id: str, found: "Setting") -> str:
    """A setting of a study as a PyTorch script."""
    from ridgeline.spec.snippet import snippet

    study = client.study(study_id).study
    return snippet(study, found, client.dataset(study.dataset.id).dataset)


def verdict(
    study: StudyId,
    *,
    code: Annotated[bool, typer.Option("--code", help="Print what it recommends as a PyTorch script.")] = False,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show what a study recommends, how sure that is and what it rests on."""
    from ridgeline.cli.verdict import print_verdict
    from ridgeline.client import Client

    with Client(url, token) as client:
        if code:
            script = client.snippet(study)
            typer.echo(json.dumps({"code": script}) if as_json else script, nl=as_json)
            return
        view = client.verdict(study)
    (print_json if as_json else print_verdict)(view)


def ingredients(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Show which ingredients of a cocktail matter, and the simplest mix that is as good."""
    from ridgeline.cli.ingredients import print_ingredients
    from ridgeline.client import Client

    with Client(url, token) as client:
        view = client.ingredients(study)
    (print_json if as_json else print_ingredients)(view)


def leaderboard(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Compare the best settings of all kinds with none."""
    from ridgeline.cli.tables import print_leaderboard
    from ridgeline.client import Client

    with Client(url, token) as client:
        view = client.leaderboard(study)
    (print_json if as_json else print_leaderboard)(view)


def curve(
    study: StudyId,
    regularizer: Annotated[str, typer.Argument(help="A kind of the study, such as l2.")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Show score against strength for one kind."""
    from ridgeline.cli.curve import print_curve
    from ridgeline.client import Client

    with Client(url, token) as client:
        view = client.curve(study, regularizer)
    (print_json if as_json else print_curve)(view)
