"""A real service in a process of its own, and a wire that a test answers."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="session")
def service_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running service on an empty folder, without a worker."""
    folder: Path = tmp_path_factory.mktemp("service")
    command = [sys.executable, "-m", "ridgeline_service", "serve", "--port", "0", "--data-dir", str(folder)]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.terminate()
        assert process.wait(20) in {0, -signal.SIGTERM}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Callable[[Handler], None]:
    """Let a function answer every request, in place of the network."""

    def answer_with(handler: Handler) -> None:
        transport = httpx.MockTransport(handler)
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda _, request: transport.handle_request(request))

    return answer_with
