"""The compose file is valid, and its commands work together as plain processes."""

import json
import os
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from ridgeline.client import Client

ROOT = Path(__file__).parents[1]
COMPOSE = ROOT / "docker-compose.yml"
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_the_compose_file_meets_the_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_this_machine_reaches_the_service_and_only_with_a_token(services) -> None:
    assert all(port.startswith("127.0.0.1:") for each in services.values() for port in each.get("ports", []))
    assert services["service"]["environment"]["RIDGELINE_TOKEN"].startswith("${RIDGELINE_TOKEN:?")


def test_the_worker_waits_for_the_service_and_shares_its_volume(services) -> None:
    assert services["worker"]["depends_on"]["service"]["condition"] == "service_healthy"
    assert services["worker"]["volumes"] == services["service"]["volumes"] == ["data:/data"]


@pytest.mark.parametrize("name", ["service", "worker"])
class TestImage:
    def test_runs_as_a_user_of_its_own_who_owns_the_data(self, name) -> None:
        lines = (ROOT / name / "Dockerfile").read_text().splitlines()
        assert "FROM python:3.11-slim" in lines
        assert "USER ridgeline" in lines
        assert any("--owner=ridgeline /data" in line for line in lines)

    def test_installs_its_own_extra_under_the_constraints(self, name) -> None:
        text = (ROOT / name / "Dockerfile").read_text()
        assert re.search(rf'--constraint constraints\.txt .*"\.\[{name}\]"', text)
        assert f'["python", "-m", "ridgeline_{name}", "serve"' in text

    def test_everything_that_it_copies_is_in_the_context(self, name) -> None:
        text = (ROOT / name / "Dockerfile").read_text()
        kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
        copied = {word for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for word in line.split()}
        assert copied <= kept
        assert {"core", name} <= copied
        assert all((ROOT / path).exists() for path in copied)


def test_the_service_image_has_no_torch() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert not any(name.startswith("torch") for extra in ("service", "store", "tables") for name in extras[extra])


def test_the_commands_of_the_compose_file_search_a_study_together(services, tmp_path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])

    def plain(words: list[str]) -> list[str]:
        """A command of a container on this machine: another folder, port and interpreter."""
        told = [word.replace("/data", str(tmp_path)).replace("8000", port) for word in words]
        return [sys.executable if word == "python" else word for word in told]

    environment = {**os.environ, "RIDGELINE_TOKEN": TOKEN, "RIDGELINE_PROCESSES": "1"}
    without_token = {name: value for name, value in environment.items() if name != "RIDGELINE_TOKEN"}
    processes = []
    with (tmp_path / "log").open("w") as log:
        try:
            command = plain(services["service"]["command"])
            service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
            processes.append(service)
            assert service.stdout is not None
            json.loads(service.stdout.readline())
            _, *probe = services["service"]["healthcheck"]["test"]
            assert subprocess.run(plain(probe), check=False).returncode == 0
            processes.append(subprocess.Popen(plain(services["worker"]["command"]), stderr=log, env=without_token))
            spec = {
                "dataset": "iris",
                "model": "linear",
                "regularizers": ["none", "l2"],
                "training": {"epochs": 2},
                "evaluation": {"final_repeats": 0},
                "budget": {"max_trials": 3},
            }
            with Client(f"http://127.0.0.1:{port}", TOKEN) as client:
                study = client.wait(client.submit(spec).id, timeout_seconds=120)
                assert (study.state, study.trials.ended) == ("completed", 3)
                assert client.best(study.id).score is not None
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(30)
            if processes and processes[0].stdout:
                processes[0].stdout.close()
