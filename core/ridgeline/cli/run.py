"""Run one study without a server: `run`."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ridgeline.cli.extras import need
from ridgeline.cli.options import DEFAULT_DATA_DIR, DataDir, Json, Processes

if TYPE_CHECKING:
    from ridgeline.cli.follow import Update
    from ridgeline.cli.processes import Child


def run(
    spec: Annotated[Path, typer.Argument(metavar="SPEC", help="A study as JSON; - reads standard input.")],
    *,
    data_dir: DataDir = DEFAULT_DATA_DIR,
    processes: Processes = None,
    report: Annotated[Path | None, typer.Option(help="Write its report to this file, a page of HTML.")] = None,
    as_json: Json = False,
) -> None:
    """Train a study here, without a service."""
    from ridgeline.cli.follow import show
    from ridgeline.cli.processes import Child, end, interruptible
    from ridgeline.cli.request import read_request
    from ridgeline.spec import parse_spec

    need("worker")
    request = json.dumps(read_request(spec)).encode()
    parse_spec(request)  # what is wrong by itself is told before the worker has loaded what trains
    asked = {"--processes": processes, "--report": report}
    more = [word for option, value in asked.items() if value is not None for word in (option, str(value))]
    with tempfile.TemporaryDirectory() as folder, interruptible():
        file = Path(folder) / "study.json"
        file.write_bytes(request)
        arguments = ["run", str(file), "--data-dir", str(data_dir), *more]
        child = Child("worker", "ridgeline_worker", arguments, pipe=True)
        try:
            show(_updates(child), as_json=as_json)
        finally:
            end([child])


def _updates(child: "Child") -> "Iterator[Update]":
    """What the worker tells, to its end.

    Raises:
        RidgelineError: that it refused the study.
        ChildDied: it ended before it had an answer.
    """
    from ridgeline.cli.follow import Update
    from ridgeline.cli.processes import ChildDied
    from ridgeline.client import to_error
    from ridgeline.spec.views import Problem

    is_answered = False
    for line in child.lines():
        if "problem" in line:
            raise to_error(Problem.model_validate(line["problem"]))
        update = Update.model_validate_json(json.dumps(line))
        is_answered = is_answered or bool(update.verdict or update.no_verdict)
        yield update
    code = child.process.wait()
    if code or not is_answered:
        raise ChildDied(child.name, code)
