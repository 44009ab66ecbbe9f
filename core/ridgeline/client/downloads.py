"""Fetch a file, piece by piece."""

from pathlib import Path
from typing import BinaryIO

import httpx

from ridgeline.client.problems import raise_for_problem
from ridgeline.client.transport import Transport

WRITING_SECONDS = 600.0
"""How long the service may take to write a file before it sends the first of it."""


def fetch(transport: Transport, path: str, params: dict[str, str], file: BinaryIO) -> None:
    """Write what the service sends to an open file.

    Raises:
        RidgelineError: what the service refused, or Unreachable.
        OSError: the file cannot be written.
    """
    timeout = httpx.Timeout(transport.timeout_seconds, read=transport.timeout_seconds + WRITING_SECONDS)
    with (
        transport.clear_errors(),
        transport.http.stream("GET", path, params=params, timeout=timeout) as response,
    ):
        if not response.is_success:
            response.read()
        raise_for_problem(response)
        file.writelines(response.iter_bytes())


def fetch_to(transport: Transport, path: str, params: dict[str, str], place: Path) -> None:
    """Write what the service sends to a file, which is whole or not there; one that is there is replaced.

    Raises:
        RidgelineError: what the service refused, or Unreachable.
        OSError: the file cannot be written.
    """
    beside = place.with_name(f".{place.name}.part")
    try:
        with beside.open("wb") as file:
            fetch(transport, path, params, file)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
