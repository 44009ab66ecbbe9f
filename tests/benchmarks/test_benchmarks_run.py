"""Every benchmark runs and leaves figures that can be read; how good they are is no matter here."""

import json
import math
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {
    "lanes": {"l2, 8-8: ratio", "six kinds, 8-8: ratio"},
    "kinds": {f"all kinds, {lanes} lanes: share of l2's lane-steps/s" for lanes in (27, 160)},
    "throughput": {"8, 2 processes: ratio"},
    "profile_step": set(),
    "trials": {"ratio"},
    "rungs": {f"breast_cancer, {budget} whole trials: one fold, in turn, a third goes on" for budget in (12, 24, 48)},
    "service": {
        "start to first healthy answer, empty folder",
        "suggest and persist, mean",
        "best while training",
        "worker's process tree, training, peak",
        "engine process, idle, resident",
        "tree of service and worker, idle",
        "tree of service and worker, training, peak",
    },
    "growth": {"suggest and persist, mean of 20 trials", "best", "page of 100 trials"},
    "pages": {"report in a new process, with imports"},
}
ANY_NUMBER = {"rungs"}
"""Correlations, and regrets of searches that find the best."""
MAY_BE_NONE = (": page faults", ": in the operating system", ": rest: Python and dispatch")

pytestmark = pytest.mark.timeout(900)  # whole benchmarks, of the smallest size


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}


@pytest.mark.parametrize("name", TARGETS)
class TestEveryBenchmark:
    def test_its_targets_are_kept_with_what_was_reached(self, outcome, name):
        figures = {figure["name"]: figure for figure in outcome[1][name]["figures"]}
        assert TARGETS[name] <= {figure for figure in figures if "target" in figures[figure]}
        assert all(figures[figure]["reached"] in (True, False) for figure in TARGETS[name])

    def test_every_figure_is_a_positive_number(self, outcome, name):
        figures = [each for each in outcome[1][name]["figures"] if not each["name"].endswith(MAY_BE_NONE)]
        assert figures
        assert all(figure["value"] > 0 or (name in ANY_NUMBER and math.isfinite(figure["value"])) for figure in figures)

    def test_machine_and_versions_stand_beside_the_figures(self, outcome, name):
        kept = outcome[1][name]
        assert kept["quick"] is True
        assert {"python", "torch", "optuna", "ridgeline"} <= kept["versions"].keys()
        assert {"processor", "cores", "caches", "memory_gib"} <= kept["machine"].keys()

    def test_every_figure_is_in_the_table(self, outcome, name):
        assert all(figure["name"] in outcome[0] for figure in outcome[1][name]["figures"])


def test_the_comparison_of_answers_says_how_many_searches_were_made(outcome):
    kept = outcome[1]["answers_small"]
    assert kept["searches"] == kept["asked"] == {"breast_cancer": 3}
    assert {"ridgeline", "optuna"} == kept["sets"]["breast_cancer"]["searches"].keys()


@pytest.mark.parametrize("command", [["-m", "benchmarks"], ["benchmarks/trials.py"]], ids=["all", "trials"])
def test_what_it_has_started_ends_with_it(tmp_path, waiting, command):
    arguments = [sys.executable, *command, "--output", str(tmp_path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        family = waiting(lambda: psutil.Process(process.pid).children(recursive=True))
        time.sleep(3.0)
        family += psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ended by SIGTERM" in told
    assert "Traceback" not in told
    assert not psutil.wait_procs(family, timeout=20)[1]
    assert list(tmp_path.iterdir()) == []
