"""`serve`, `run`, `migrate`, `token` and `demo` start real processes, and leave none behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from ridgeline.cli import processes
from ridgeline.client import Client

QUICK = {
    "dataset": "iris",
    "model": "linear",
    "regularizers": ["none", "l2"],
    "training": {"epochs": 3},
    "evaluation": {"final_repeats": 3},
    "budget": {"max_trials": 4},
}
SCRIPT = "from ridgeline.cli import main; main()"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", SCRIPT, *map(str, arguments)]


def call(*arguments: object, feed: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), input=feed, capture_output=True, text=True, check=False, timeout=240)


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`ridgeline serve` and where it listens."""
    process = subprocess.Popen(
        command("serve", "--json", *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        process.communicate(timeout=60)


def child(process: subprocess.Popen[str], module: str) -> psutil.Process:
    """The child that runs a module, once it is there."""
    for _ in range(100):
        for each in psutil.Process(process.pid).children():
            if module in each.cmdline():
                return each
        time.sleep(0.1)
    raise AssertionError(f"{module} never started")


def gone(children: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(children, timeout=10)[1]


class TestServe:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_ends_both_processes_when_asked_to(self, tmp_path, number) -> None:
        with serving("--port", 0, "--data-dir", tmp_path) as (process, url):
            child(process, "ridgeline_worker")
            family = psutil.Process(process.pid).children(recursive=True)
            with Client(url) as client:
                assert list(client.studies()) == []
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0
            assert err.endswith("stopped\n")
            assert gone(family)
        assert (tmp_path / "ridgeline.db").exists()

    @pytest.mark.parametrize(("module", "name"), [("ridgeline_worker", "worker"), ("ridgeline_service", "service")])
    def test_a_child_that_dies_is_told_of_and_ends_the_other(self, tmp_path, module, name) -> None:
        with serving("--port", 0, "--data-dir", tmp_path) as (process, _):
            child(process, "ridgeline_worker")
            family = psutil.Process(process.pid).children(recursive=True)
            child(process, module).kill()
            _, err = process.communicate(timeout=60)
            assert process.returncode == 1
            assert f"error: the {name} ended unexpectedly with exit code -9" in err
            assert gone(family)

    def test_a_port_that_is_taken_ends_it(self, tmp_path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            done = call("serve", "--port", taken.getsockname()[1], "--data-dir", tmp_path)
        assert done.returncode == 1
        assert "error: the service ended unexpectedly" in done.stderr

    def test_trains_what_is_submitted_and_run_gives_the_same_without_it(self, tmp_path, ridgeline) -> None:
        spec = tmp_path / "spec.json"
        spec.write_text(json.dumps(QUICK))
        with serving("--port", 0, "--processes", 1, "--data-dir", tmp_path / "data") as (_, url):
            done = ridgeline("submit", spec, "--watch", "--url", url)
            assert done.code == 0, done.err
            assert "completed (budget)  4/4 trials" in done.err
            assert "log_loss +- s.e." in done.out
            study_id = ridgeline("studies", "--json", "--url", url).out.split('"id": "')[1].split('"')[0]
            assert "It rests on a search of 4 of 4 trials" in done.out
            assert json.loads(ridgeline("verdict", study_id, "--json", "--url", url).out)["study_id"] == study_id
            assert "cross-validated log_loss" in ridgeline("best", study_id, "--url", url).out
            compile(ridgeline("best", study_id, "--code", "--url", url).out, "snippet", "exec")
            page = tmp_path / "page.html"
            assert ridgeline("report", study_id, "-o", page, "--url", url).out == f"report is in {page}\n"
            assert page.read_text() == ridgeline("report", study_id, "-o", "-", "--url", url).out
            refused = ridgeline("report", study_id, "-o", tmp_path / "nowhere" / "page.html", "--url", url)
            assert (refused.code, refused.out) == (2, "")
            assert refused.err.startswith("error: output must be a file that can be written")
            points = json.loads(ridgeline("curve", study_id, "l2", "--json", "--url", url).out)["points"]
            strengths = [point["strengths"]["strength"] for point in points]
            assert strengths == sorted(strengths)
            verdict = json.loads(ridgeline("verdict", study_id, "--json", "--url", url).out)
            entries = json.loads(ridgeline("leaderboard", study_id, "--json", "--url", url).out)["entries"]

        page = tmp_path / "page-of-run.html"
        place = ("--processes", 1, "--data-dir", tmp_path / "alone")
        told = call("run", "-", *place, "--report", page, feed=json.dumps(QUICK))
        assert told.returncode == 0, told.stderr
        assert "4/4 trials" in told.stderr
        assert "optimistic" in told.stdout
        assert verdict["paragraph"] in told.stdout
        assert verdict["paragraph"] in page.read_text()
        assert {entry["regularizer"] for entry in entries} == {"none", "l2"}
        for entry in entries:
            (row,) = (line for line in told.stdout.splitlines() if line.split()[1:2] == [entry["regularizer"]])
            assert f"{entry['score']:.4f} +- {entry['standard_error']:.4f}" in row


class TestRun:
    def test_a_refused_study_is_a_line_a_rule_and_exit_code_2(self, tmp_path, ridgeline, monkeypatch) -> None:
        monkeypatch.setattr(processes, "Child", None)  # no worker is asked
        spec = tmp_path / "spec.json"
        spec.write_text('{"datset": "iris", "regularizers": ["l3"]}')
        done = ridgeline("run", spec, "--data-dir", tmp_path)
        assert (done.code, done.out) == (2, "")
        told = done.err.splitlines()
        assert told[0] == "error: dataset is required but got nothing; add it"
        assert told[1].startswith("error: regularizers.0 must be a known kind but got 'l3'; use one of none, l1, l2")
        assert told[2].startswith("error: datset must be a known field but got 'iris'; did you mean 'dataset'?")
        assert len(told) == 3

    def test_so_is_one_that_does_not_fit_its_data(self, tmp_path) -> None:
        asked = {"dataset": "iris", "objective": {"metric": "rmse"}}
        done = call("run", "-", "--data-dir", tmp_path, feed=json.dumps(asked))
        assert (done.returncode, done.stdout) == (2, "")
        told = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert told[0].startswith("error: objective.metric must fit a multiclass task but got 'rmse'; use one of")
        assert len(told) == 1

    def test_an_interrupt_leaves_no_process(self, tmp_path) -> None:
        spec = tmp_path / "spec.json"
        spec.write_text(json.dumps({"dataset": "digits", "budget": {"max_trials": 1000}}))
        with subprocess.Popen(
            command("run", spec, "--data-dir", tmp_path / "data"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            child(process, "ridgeline_worker")
            time.sleep(3)
            family = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "error: ended by SIGINT" in err
        assert "Traceback" not in err
        assert gone(family)


class TestDatabase:
    def test_migrate_creates_it(self, tmp_path, ridgeline) -> None:
        done = ridgeline("migrate", "--data-dir", tmp_path, "--json")
        assert (done.code, json.loads(done.out)) == (0, {"data_dir": str(tmp_path)})
        assert (tmp_path / "ridgeline.db").exists()

    def test_tokens_are_created_listed_and_revoked(self, tmp_path, ridgeline) -> None:
        place = ("--data-dir", tmp_path)
        created = json.loads(ridgeline("token", "create", "ci", "--json", *place).out)
        assert created["name"] == "ci"
        assert len(created["token"]) >= 16
        assert ridgeline("token", "list", *place).out.startswith("ci  created 20")
        assert ridgeline("token", "revoke", "ci", *place).code == 0
        assert json.loads(ridgeline("token", "list", "--json", *place).out) == []

    def test_a_refusal_is_told_once_and_keeps_its_exit_code(self, tmp_path) -> None:
        done = call("token", "revoke", "ci", "--data-dir", tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("'ci' does not exist") == 1
        assert "Traceback" not in done.stderr


def test_demo_ends_by_itself_and_its_code_runs(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        command("demo", "--trials", 6), capture_output=True, text=True, check=False, env=environment, timeout=280
    )
    assert done.returncode == 0, done.stderr
    assert "compares none, l1, l2, elastic_net, weight_decay, dropout on breast_cancer" in done.stderr
    assert "6/6 trials" in done.stderr
    head, code = done.stdout.split("(save it and run it):")
    assert "log_loss: lower is better" in head
    assert "It rests on a search of 6 of 6 trials" in head
    code, commands = code.split("The same answers over HTTP")
    assert commands.count("curl -s http://127.0.0.1:8000/v1/studies") == 6
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert "log_loss on 114 held-out rows" in ran.stdout
    assert list(tmp_path.glob("ridgeline-demo-*")) == []
