"""Run commands in this process and see what they print and how they end."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from ridgeline.cli import main


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def ridgeline(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """`ridgeline ARGUMENTS`, without the environment's own settings."""
    for name in ("URL", "TOKEN", "DATA_DIR", "HOST", "PORT"):
        monkeypatch.delenv(f"RIDGELINE_{name}", raising=False)

    def run(*arguments: object) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        code = ended.value.code
        return Done(code if isinstance(code, int) else int(code is not None), captured.out, captured.err)

    return run


@pytest.fixture
def ask(ridgeline, service_url):
    """Ask a running service."""
    return lambda *arguments: ridgeline(*arguments, "--url", service_url)
