"""Studies as a whole: `studies`, `pause`, `resume`, `stop`, `cancel`, `extend`."""

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from ridgeline.cli.options import Json, StudyId, Token, Url
from ridgeline.cli.output import print_json, print_json_list

if TYPE_CHECKING:
    from ridgeline.spec.views import StudyView


def studies(
    *,
    state: Annotated[str | None, typer.Option(help="Only studies in this state.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Only studies of this data set.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only studies with this label: key, or key:value.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 50,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """List studies, the newest first."""
    from ridgeline.cli.tables import print_studies
    from ridgeline.client import Client

    with Client(url, token) as client:
        found = client.studies(state=state, dataset=dataset, tag=tag, page_size=min(limit, 500))  # type: ignore[arg-type]
        views = tuple(islice(found, limit))
    (print_json_list if as_json else print_studies)(views)


def pause(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Stop training soon and keep what is done."""
    _act("pause", study, url, token, as_json=as_json)


def resume(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """Go on with a paused study."""
    _act("resume", study, url, token, as_json=as_json)


def stop(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """End a study now and answer from what there is."""
    _act("stop", study, url, token, as_json=as_json)


def cancel(study: StudyId, *, url: Url = None, token: Token = None, as_json: Json = False) -> None:
    """End a study now; no answer is wanted."""
    _act("cancel", study, url, token, as_json=as_json)


def extend(
    study: StudyId,
    max_trials: Annotated[int, typer.Argument(help="The new total of trials.")],
    *,
    url: Url = None,
    token: Token = None,
    as_json: Json = False,
) -> None:
    """Raise the budget of a study; one that has ended goes on."""
    from ridgeline.client import Client

    with Client(url, token) as client:
        view = client.extend(study, max_trials)
    _show(view, as_json=as_json)


def _act(action: str, study: str, url: str | None, token: str | None, *, as_json: bool) -> None:
    from ridgeline.client import Client

    with Client(url, token) as client:
        view: StudyView = getattr(client, action)(study)
    _show(view, as_json=as_json)


def _show(view: "StudyView", *, as_json: bool) -> None:
    if as_json:
        print_json(view)
    else:
        typer.echo(f"study {view.id} is {view.state}, {view.trials.ended} of {view.max_trials} trials done")
