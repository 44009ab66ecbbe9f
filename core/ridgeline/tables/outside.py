"""The same functions, each in a process of its own with limits: a bomb or a crash costs one answer and no service."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TypeVar

from ridgeline.spec.additions import Default
from ridgeline.spec.datasets import Counts, Dataset, ParseOptions, Roles
from ridgeline.spec.default_target import Known
from ridgeline.spec.metrics import Task
from ridgeline.spec.sources import GeneratedData
from ridgeline.tables.children import Children
from ridgeline.tables.limits import Limits, TooLarge, Unreadable
from ridgeline.tables.requests import Answer, Count, Generate, Ingest, Request

_SECRETS = "RIDGELINE_"

T = TypeVar("T")


def ingest(
    path: Path,
    output: Path,
    options: ParseOptions,
    filename: str,
    limits: Limits,
    *,
    dataset_id: str | None = None,
    name: str = "",
    default: Default | None = None,
    children: Children | None = None,
) -> tuple[Dataset, Known]:
    """Read a file, see `ridgeline.tables.ingest`; then check the default target of a name, and count what it needs.

    Raises:
        Unreadable: the file is no table, or its reader crashed.
        Invalid: no study could use the default target.
        TooLarge: it is beyond a limit, of memory and time too.
    """
    asked = Ingest(
        path=path,
        output=output,
        options=options,
        filename=filename,
        dataset_id=dataset_id,
        name=name,
        default=default or Default(),
        limits=limits,
    )
    try:
        answer = _answer(asked, children)
    except BaseException:
        output.unlink(missing_ok=True)
        raise
    return _there(answer.dataset), Known(answer.roles, answer.task, answer.counts)


def generate(
    asked: GeneratedData, output: Path, limits: Limits | None = None, *, children: Children | None = None
) -> tuple[Dataset, Known]:
    """Make the rows of a generator, see `ridgeline.tables.generate`, and count them.

    Raises:
        Invalid: the generator refuses its parameters, or no study could use its rows.
        TooLarge: they are beyond a limit, of memory and time too.
    """
    try:
        answer = _answer(Generate(asked=asked, output=output, limits=limits or Limits()), children)
    except BaseException:
        output.unlink(missing_ok=True)
        raise
    return _there(answer.dataset), Known(answer.roles, answer.task, answer.counts)


def count(
    path: Path,
    dataset: Dataset,
    roles: Roles,
    task: Task,
    limits: Limits | None = None,
    *,
    children: Children | None = None,
) -> Counts:
    """Count what these roles need; see `ridgeline.tables.count`.

    Raises:
        TooLarge: it takes more memory or time than the limits allow.
    """
    answer = _answer(Count(path=path, dataset=dataset, roles=roles, task=task, limits=limits or Limits()), children)
    return _there(answer.counts)


def _there(value: T | None) -> T:
    if value is None:
        raise TypeError("an answer must tell what was asked for")
    return value


def _answer(asked: Request, children: Children | None) -> Answer:
    field = "dataset.parameters" if isinstance(asked, Generate) else "file"
    limits = asked.limits
    command = [sys.executable, "-P", "-m", "ridgeline.tables", asked.do, str(os.getpid())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}
    environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    late = TooLarge(
        f"must be done in {limits.seconds:g} seconds", "a longer time", "use fewer rows or columns", field=field
    )
    try:
        ended = (children or Children()).run(command, asked.model_dump_json().encode(), environment, limits.seconds)
    except subprocess.TimeoutExpired:
        raise late from None
    if ended.returncode == -signal.SIGXCPU:
        raise late
    if ended.returncode != 0 or not ended.stdout:
        told = f"a crash of its reader ({_reason(ended)})"
        raise Unreadable("must be what its reader can open", told, "write it again, or in another format", field=field)
    answer = Answer.model_validate_json(ended.stdout)
    answer.check()
    return answer


def _reason(ended: "subprocess.CompletedProcess[bytes]") -> str:
    if ended.returncode < 0:
        return signal.Signals(-ended.returncode).name
    lines = ended.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else f"status {ended.returncode}"
