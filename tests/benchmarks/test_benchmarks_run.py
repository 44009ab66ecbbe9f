"""Every benchmark runs and leaves figures that can be read; how good they are is no matter here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {
    "lanes": {"l2, 8-8: ratio", "six kinds, 8-8: ratio"},
    "kinds": {"all kinds but those with passes of their own: share of l2's lane-steps/s"},
    "trials": {"ratio"},
    "service": {
        "start to first healthy answer, empty folder",
        "suggest and persist, mean",
        "best while training",
        "worker's process tree, training, peak",
    },
}


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
        assert all(figure["value"] > 0 for figure in outcome[1][name]["figures"])

    def test_machine_and_versions_stand_beside_the_figures(self, outcome, name):
        kept = outcome[1][name]
        assert kept["quick"] is True
        assert {"python", "torch", "optuna", "ridgeline"} <= kept["versions"].keys()
        assert {"processor", "cores", "caches", "memory_gib"} <= kept["machine"].keys()

    def test_every_figure_is_in_the_table(self, outcome, name):
        assert all(figure["name"] in outcome[0] for figure in outcome[1][name]["figures"])
