"""The service as a process: how it starts, what it refuses, what it costs, how it ends."""

import json
import os
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import psutil
import pytest
from typer.testing import CliRunner

from ridgeline.store import Store
from ridgeline_service.commands import cli

COMMAND = (sys.executable, "-m", "ridgeline_service")
START_SECONDS = 60.0
STUDY = {"dataset": "iris", "regularizers": ["none", "l2"], "evaluation": {"folds": 3}, "budget": {"max_trials": 8}}


class Service:
    """A started process and where it listens."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.url: str = json.loads(process.stdout.readline())["url"]

    def get(self, path: str) -> Any:
        answer = httpx.get(self.url + path, timeout=START_SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command; what still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def service(spawn, data_dir) -> Service:
    return Service(spawn("serve", "--port", 0, "--data-dir", data_dir))


def run(spawn, *arguments: object, **environment: str) -> tuple[int, str, str]:
    process = spawn(*arguments, **environment)
    out, err = process.communicate(timeout=START_SECONDS)
    return process.returncode, out, err


class TestStarting:
    def test_three_at_once_on_an_empty_folder_all_serve(self, spawn, tmp_path):
        folder = tmp_path / "new" / "data"
        processes = [spawn("serve", "--port", 0, "--data-dir", folder) for _ in range(3)]
        services = [Service(process) for process in processes]
        created = httpx.post(f"{services[0].url}/v1/studies", json=STUDY).json()
        for each in services:
            assert each.get("/readyz") == {"status": "ok"}
            assert len(each.get("/v1/datasets")["items"]) == 5
            assert each.get(f"/v1/studies/{created['id']}") == created

    def test_settings_come_from_the_environment_too(self, spawn, data_dir):
        process = spawn("serve", RIDGELINE_PORT="0", RIDGELINE_DATA_DIR=str(data_dir), RIDGELINE_TOKEN="t" * 16)
        url = Service(process).url
        assert httpx.get(f"{url}/v1/studies").status_code == 401
        assert httpx.get(f"{url}/v1/studies", headers={"Authorization": "Bearer " + "t" * 16}).status_code == 200

    def test_its_log_says_where_it_listens_and_that_it_has_stopped_and_no_more(self, spawn, tmp_path):
        process = spawn("serve", "--port", 0, "--data-dir", tmp_path)
        url = Service(process).url
        process.terminate()
        started, stopped = map(json.loads, process.communicate(timeout=START_SECONDS)[1].splitlines())
        assert (started["event"], started["url"], started["level"]) == ("service.listening", url, "info")
        assert stopped["event"] == "service.stopped"

    def test_on_a_newer_schema_it_is_refused_and_nothing_changes(self, spawn, data_dir):
        path = data_dir / "ridgeline.db"
        with closing(sqlite3.connect(path)) as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
            database.commit()
        code, out, err = run(spawn, "serve", "--port", 0, "--data-dir", data_dir)
        assert (code, out) == (2, "")
        assert "9999" in err
        assert "install the Ridgeline that upgraded it" in err
        assert "Traceback" not in err
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]

    def test_beyond_loopback_without_a_token_it_is_refused(self, spawn, tmp_path):
        code, out, err = run(spawn, "serve", "--host", "0.0.0.0", "--port", 0, "--data-dir", tmp_path)
        assert (code, out) == (2, "")
        assert "RIDGELINE_TOKEN" in err
        assert "Traceback" not in err

    @pytest.mark.parametrize(
        ("name", "value"),
        [("PORT", "many"), ("PORT", "65536"), ("COHORT_CACHE_BYTES", "0"), ("TOKEN", "hush"), ("POLL_SECONDS", "0")],
    )
    def test_a_wrong_setting_is_named_and_a_secret_is_not_told(self, tmp_path, name, value):
        environment = {f"RIDGELINE_{name}": value}
        done = CliRunner().invoke(cli, ["serve", "--data-dir", str(tmp_path)], env=environment)
        assert done.exit_code == 2
        assert f"RIDGELINE_{name}" in done.stderr
        if name == "TOKEN":
            assert value not in done.stderr

    def test_a_port_in_use_is_told(self, spawn, data_dir):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            code, out, err = run(spawn, "serve", "--port", port, "--data-dir", data_dir)
        assert code != 0
        assert out == ""
        assert "address already in use" in err

    def test_it_is_small(self, spawn, data_dir):
        service = Service(spawn("serve", "--port", 0, "--data-dir", data_dir))
        service.get("/v1/studies")
        assert psutil.Process(service.process.pid).memory_info().rss < 150 * 2**20

    def test_it_loads_nothing_that_trains(self):
        heavy = {"torch", "optuna", "scipy", "sklearn", "numpy", "distributed", "alembic", "rich"}
        program = "import sys, ridgeline_service.commands, ridgeline_service.app.server; print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert heavy & set(loaded.stdout.split()) <= {"rich"}  # typer itself loads rich


class TestEnding:
    @pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
    def test_open_streams_and_long_polls_do_not_hold_it(self, service, how):
        study = httpx.post(f"{service.url}/v1/studies", json=STUDY).json()["id"]
        opened = threading.Barrier(3)
        told: list[str] = []

        def watch() -> None:
            with httpx.stream("GET", f"{service.url}/v1/studies/{study}/events", timeout=60) as stream:
                lines = stream.iter_lines()
                told.append(next(lines))
                opened.wait(timeout=30)
                told.extend(lines)

        def wait() -> None:
            opened.wait(timeout=30)
            answer = httpx.get(f"{service.url}/v1/studies/{study}", params={"wait_seconds": 60}, timeout=90)
            told.append(answer.json()["state"])

        threads = [threading.Thread(target=target) for target in (watch, wait)]
        for thread in threads:
            thread.start()
        opened.wait(timeout=30)
        time.sleep(0.5)
        began = time.monotonic()
        service.process.send_signal(how)
        service.process.wait(timeout=30)
        assert time.monotonic() - began < 5
        for thread in threads:
            thread.join(timeout=10)
        assert "event: study.queued" in told
        assert "queued" in told
        assert "Traceback" not in service.process.communicate()[1]


class TestCommands:
    def test_tokens_are_created_listed_and_revoked(self, spawn, tmp_path):
        folder = ("--data-dir", tmp_path / "data")
        code, out, _ = run(spawn, "token", "create", "me", *folder)
        assert code == 0
        token = out.strip()
        listed = CliRunner().invoke(cli, ["token", "list", *map(str, folder)]).stdout
        assert [json.loads(line)["name"] for line in listed.splitlines()] == ["me"]
        assert token not in listed
        with Store.open(tmp_path / "data") as store:
            assert store.tokens.check(token)
        assert CliRunner().invoke(cli, ["token", "revoke", "me", *map(str, folder)]).exit_code == 0
        code, _, err = run(spawn, "token", "revoke", "me", *folder)
        assert code == 2
        assert "'me' does not exist" in err

    def test_migrate_creates_the_database_and_may_come_again(self, tmp_path):
        for _ in range(2):
            assert CliRunner().invoke(cli, ["migrate", "--data-dir", str(tmp_path / "data")]).exit_code == 0
        Store.open(tmp_path / "data").close()

    def test_help_names_the_variable_of_each_option(self):
        done = CliRunner().invoke(cli, ["serve", "--help"])
        assert done.exit_code == 0
        for name in ("RIDGELINE_HOST", "RIDGELINE_PORT", "RIDGELINE_DATA_DIR"):
            assert name in done.stdout


def test_best_still_answers_while_two_hundred_watch(service, data_dir, watched):
    study = httpx.post(f"{service.url}/v1/studies", json=STUDY).json()["id"]
    with Store.open(data_dir) as store:
        assert store.claims.next("test", lease_seconds=60, study_id=study) is not None

    async def happens(client, best):
        for turn in range(100):
            if turn % 10 == 0:
                await client.post(f"/v1/studies/{study}/pause")
                await client.post(f"/v1/studies/{study}/resume")
            await best()
        await client.post(f"/v1/studies/{study}/cancel")

    told, latencies = watched(service.url, study, happens)
    for stream in told:
        assert stream.count("event: study.queued") == 1
        assert stream.count("event: study.paused") == 10
        assert stream.count("event: study.stopped") == 1
    assert statistics.median(latencies) < 0.1
    assert max(latencies) < 2
