"""The command line drags nothing along, so that it starts fast."""

import subprocess
import sys

import pytest

from ridgeline.cli import extras
from ridgeline.cli.app import app

COMMANDS = {
    *(
        "serve",
        "submit",
        "watch",
        "verdict",
        "ingredients",
        "best",
        "leaderboard",
        "studies",
        "stop",
        "cancel",
        "extend",
    ),
    *(
        "pause",
        "resume",
        "run",
        "migrate",
        "token",
        "curve",
        "demo",
        "datasets",
        "report",
        "model",
        "predict",
        "export",
    ),
}


def test_no_command_imports_a_database_a_server_or_torch() -> None:
    script = """
import pkgutil, sys, importlib, ridgeline.cli
for module in pkgutil.iter_modules(ridgeline.cli.__path__):
    importlib.import_module(f"ridgeline.cli.{module.name}")
import ridgeline.spec.snippet
heavy = {"sqlalchemy", "alembic", "fastapi", "starlette", "torch", "optuna", "sklearn", "ridgeline.store"}
print(sorted(heavy & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_every_command_has_help(ridgeline) -> None:
    told = ridgeline("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in told
        assert ridgeline(name, "--help").code == 0
    assert len(app.registered_commands) + len(app.registered_groups) == len(COMMANDS)


@pytest.mark.parametrize(
    "name",
    [
        *sorted(COMMANDS - {"token", "datasets", "export"}),
        *(f"datasets {name}" for name in ("add", "list", "show", "remove")),
    ],
)
def test_every_command_prints_json_on_request(ridgeline, name) -> None:
    assert "--json" in ridgeline(*name.split(), "--help").out


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (("serve",), "service"),
        (("migrate",), "service"),
        (("token", "list"), "service"),
        (("demo",), "service"),
        (("run", "x.json"), "worker"),
    ],
)
def test_a_missing_extra_says_how_to_install_it(ridgeline, monkeypatch, arguments, extra) -> None:
    monkeypatch.setitem(extras.EXTRAS, extra, ("a_package_that_nobody_has",))
    done = ridgeline(*arguments)
    assert (done.code, done.out) == (1, "")
    assert f"error: this command needs the {extra} of Ridgeline" in done.err
    assert f"pip install 'ridgeline[{extra}]'" in done.err
