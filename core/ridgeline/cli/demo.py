"""Everything once, on real data: `demo`."""

import json
import shlex
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ridgeline.cli.options import Json, Processes

if TYPE_CHECKING:
    from ridgeline.cli.follow import Update
    from ridgeline.cli.processes import Child
    from ridgeline.client import Client

TRIALS = 96
LOOK_SECONDS = 0.25


def demo(
    *,
    trials: Annotated[int, typer.Option(min=6, help="Settings to try.")] = TRIALS,
    processes: Processes = None,
    as_json: Json = False,
) -> None:
    """Try everything once on real data, then clean up."""
    from ridgeline.cli.answers import script_of
    from ridgeline.cli.follow import show
    from ridgeline.cli.processes import ChildDied
    from ridgeline.cli.serve import running
    from ridgeline.client import Client

    request = {"dataset": "breast_cancer", "name": "demo", "budget": {"max_trials": trials}}
    with tempfile.TemporaryDirectory(prefix="ridgeline-demo-") as folder:
        path = Path(folder) / "log"
        try:
            with (
                path.open("w", encoding="utf-8") as log,
                running(Path(folder) / "data", processes=processes, log=log) as (url, children),
                Client(url) as client,
            ):
                study = client.submit(request)
                kinds = ", ".join(kind.kind for kind in study.study.regularizers)
                typer.echo(f"A service and a worker run at {url}.", err=True)
                typer.echo(f"Study {study.id} compares {kinds} on {study.study.dataset.name}.", err=True)
                show(_updates(client, study.id, children), as_json=as_json)
                if not as_json:
                    found = client.verdict(study.id).recommended
                    _print_code(script_of(client, study.id, found.setting))
                    _print_commands(json.dumps(request))
        except ChildDied:
            typer.echo("\n".join(path.read_text(encoding="utf-8").splitlines()[-20:]), err=True)
            raise


def _updates(client: "Client", study_id: str, children: "Sequence[Child]") -> "Iterator[Update]":
    """The study every now and then, to its end, while service and worker live."""
    from ridgeline.cli.follow import Update, answers
    from ridgeline.spec.states import ENDED

    while True:
        for child in children:
            child.check()
        study = client.study(study_id)
        yield Update(study=study)
        if study.state in ENDED:
            yield from answers(client, study_id)
            return
        time.sleep(LOOK_SECONDS)


def _print_code(script: str) -> None:
    typer.echo("\nThe recommended setting in PyTorch (save it and run it):\n")
    typer.echo(script)


def _print_commands(request: str) -> None:
    """The same over HTTP; a request and its seed give the same trials and scores every time."""
    url = "http://127.0.0.1:8000"
    first_id = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"id\"])'"
    typer.echo("The same answers over HTTP, once `ridgeline serve` runs:\n")
    for line in (
        f"STUDY=$(curl -s {url}/v1/studies -H 'Content-Type: application/json' -d {shlex.quote(request)} | {first_id})",
        f"curl -s {url}/v1/studies/$STUDY?wait_seconds=60",
        f"curl -s {url}/v1/studies/$STUDY/verdict",
        f"curl -s {url}/v1/studies/$STUDY/leaderboard",
        f"curl -s {url}/v1/studies/$STUDY/best",
        f"curl -s {url}/v1/studies/$STUDY/curve?regularizer=l2",
    ):
        typer.echo(f"    {line}")
