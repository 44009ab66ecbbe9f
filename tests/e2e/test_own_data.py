"""A user's own file, from the upload to the best setting, through real processes."""

import json
import subprocess
import sys
from threading import Event

import numpy as np
import pytest
from typer.testing import CliRunner

from ridgeline.spec.states import StudyState
from ridgeline.spec.views import LeaderboardView
from ridgeline_worker import commands

ROWS = 240
SMALL = {
    "model": {"kind": "mlp", "hidden": [8], "categories": "embedding"},
    "regularizers": ["none", "l2", "dropout"],
    "evaluation": {"folds": 3, "final_repeats": 0},
    "training": {"epochs": 9, "batch_size": 20, "learning_rate": 0.03, "class_weight": "balanced"},
    "budget": {"max_trials": 12},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Numbers with gaps, words with gaps, dates, a flag, and a target that follows from some of them."""
    draw = np.random.default_rng(0)
    age, plan = draw.integers(18, 80, ROWS), draw.integers(0, 3, ROWS)
    odds = (age - 50) / 15 + np.array([-1.5, 0.0, 1.5])[plan] + draw.normal(0, 0.5, ROWS)
    lines = ["age,plan,since,active,income,churned"]
    for row in range(ROWS):
        told = [
            str(age[row]) if draw.random() > 0.1 else "",
            "abc"[plan[row]] if draw.random() > 0.1 else "",
            f"20{10 + row % 10}-0{1 + row % 9}-15",
            ("true", "false")[row % 2],
            f"{draw.normal(50, 10):.2f}",
            "yes" if odds[row] > 0 else "no",
        ]
        lines.append(",".join(told))
    path = tmp_path_factory.mktemp("own") / "churn.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_with_categories_dates_and_gaps_gets_its_best_setting(client, file):
    named = client.add_dataset(file, target="churned")
    assert [column.type for column in named.dataset.columns] == [
        *("numeric", "categorical", "datetime", "boolean", "numeric", "categorical")
    ]
    study = client.submit({"dataset": "churn", **SMALL})
    ended = client.wait(study.id, timeout_seconds=200)
    assert ended.state is StudyState.COMPLETED, ended.detail
    best = client.best(study.id)
    assert best.trial is not None
    assert best.score < 0.6  # log 2 is what a coin has
    assert client.leaderboard(study.id).entries


def test_another_target_of_the_same_file_is_another_study(client, file):
    client.add_dataset(file, target="churned")
    study = client.validate({"dataset": {"id": "churn", "target": "income", "time": "since"}}).study
    assert (study.dataset.task, study.evaluation.split) == ("regression", "time")


def test_rows_of_a_generator_are_trained_without_a_server(tmp_path):
    spec = tmp_path / "moons.json"
    generated = {"generator": "make_moons", "parameters": {"n_samples": 120, "noise": 0.3}}
    spec.write_text(json.dumps({"dataset": generated, **SMALL, "model": {"kind": "mlp", "hidden": [8]}}))
    command = [sys.executable, "-m", "ridgeline_worker", "run", str(spec), "--data-dir", str(tmp_path / "data")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
    *_, board, last = map(json.loads, done.stdout.splitlines())
    assert LeaderboardView.model_validate(board["leaderboard"]).entries[0].score is not None
    assert "final_repeats is 0" in last["no_verdict"]["detail"]


def test_a_study_that_no_data_allows_is_refused_without_a_server(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "configure_logs", lambda _: None)  # logs and signals of this process stay as they are
    monkeypatch.setattr(commands, "_set_by_signals", Event)
    spec = tmp_path / "moons.json"
    spec.write_text(json.dumps({"dataset": {"generator": "make_moons", "parameters": {"n_sample": 1}}}))
    done = CliRunner().invoke(commands.app, ["run", str(spec), "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 2
    (error,) = json.loads(done.stdout)["problem"]["errors"]
    assert error["field"] == "dataset.parameters.n_sample"
