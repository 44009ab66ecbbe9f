"""Run everything on this machine: `serve`."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from ridgeline.cli.extras import need
from ridgeline.cli.options import DEFAULT_DATA_DIR, DataDir, Json, Processes
from ridgeline.cli.processes import Child, Interrupted, end, first_line, interruptible, watch_over


def serve(
    *,
    host: Annotated[
        str, typer.Option(envvar="RIDGELINE_HOST", help="Address to listen on; beyond loopback a token is needed.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="RIDGELINE_PORT", min=0, max=65_535, help="Port; 0 picks a free one.")
    ] = 8000,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    processes: Processes = None,
    as_json: Json = False,
) -> None:
    """Start the service and one worker, and run until interrupted."""
    try:
        with running(data_dir, host=host, port=port, processes=processes) as (url, children):
            told = f'{{"url": "{url}"}}' if as_json else f"Ridgeline listens at {url}, its pages at {url}/docs"
            typer.echo(told)
            watch_over(children)
    except Interrupted:
        typer.echo("stopped", err=True)


@contextlib.contextmanager
def running(
    data_dir: Path, *, host: str = "127.0.0.1", port: int = 0, processes: int | None = None, log: IO[str] | None = None
) -> Iterator[tuple[str, tuple[Child, ...]]]:
    """A service and a worker on one data folder: the URL, once it listens, and both processes.

    They end with the block, however it ends.

    Raises:
        ChildDied: the service did not start.
        Interrupted: SIGINT or SIGTERM came.
    """
    need("service")
    need("worker")
    children: list[Child] = []
    place = ["--data-dir", str(data_dir)]
    with interruptible():
        try:
            arguments = ["serve", "--host", host, "--port", str(port), *place]
            service = Child("service", "ridgeline_service", arguments, pipe=True, log=log)
            children.append(service)
            url = first_line(service)["url"]
            cut = [] if processes is None else ["--processes", str(processes)]
            children.append(Child("worker", "ridgeline_worker", ["serve", *place, *cut], log=log))
            yield url, tuple(children)
        finally:
            end(children)
