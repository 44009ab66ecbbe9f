"""A service in a process of its own."""

import time
from pathlib import Path

import httpx

from ridgeline.cli.processes import Child, first_line


def start(folder: Path, log: Path) -> tuple[float, Child, str]:
    """Start a service; seconds to its first healthy answer."""
    started = time.perf_counter()
    with log.open("a", encoding="utf-8") as told:
        arguments = ["serve", "--host", "127.0.0.1", "--port", "0", "--data-dir", str(folder)]
        child = Child("service", "ridgeline_service", arguments, pipe=True, log=told)
    url = first_line(child)["url"]
    httpx.get(f"{url}/healthz").raise_for_status()
    return time.perf_counter() - started, child, url


def ask(url: str, asks: int, pause_seconds: float) -> list[float]:
    """Milliseconds of one answer after another, with pauses in which the processors belong to others."""
    took = []
    with httpx.Client() as client:
        for _ in range(asks):
            started = time.perf_counter()
            client.get(url).raise_for_status()
            took.append(1000 * (time.perf_counter() - started))
            time.sleep(pause_seconds)
    return took
