"""Models and data sets of a package that an operator has installed, from the catalogue to the best setting."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ridgeline.client import Client
from ridgeline.errors import Invalid
from ridgeline.spec.snippet import snippet
from ridgeline.spec.states import StudyState

PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "acme-nets"
version = "1.2.3"

[project.entry-points."ridgeline.models"]
wide = "acme_nets:Wide"
leaky = "acme_nets:Leaky"

[project.entry-points."ridgeline.datasets"]
points = "acme_nets:points"

[tool.setuptools]
py-modules = ["acme_nets"]
"""

MODULE = '''
import numpy as np
import torch
from pydantic import BaseModel, Field
from torch import nn


class Wide(nn.Module):
    """Two paths, one of them deep."""

    class Config(BaseModel, extra="forbid"):
        hidden: int = Field(default=7, ge=1)

    def __init__(self, config, inputs, outputs):
        super().__init__()
        self.wide = nn.Linear(inputs.width, outputs)
        self.deep = nn.Sequential(
            nn.Linear(inputs.width, config.hidden),
            nn.LayerNorm(config.hidden),
            nn.ReLU(),
            nn.Linear(config.hidden, outputs),
        )

    def forward(self, rows):
        return self.wide(rows) + self.deep(rows)


class Leaky(Wide):
    def __init__(self, config, inputs, outputs):
        super().__init__(config, inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, rows):
        return self.norm(super().forward(rows))


def points():
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 3))
    return x, (x[:, 0] * x[:, 1] + random.normal(0, 0.3, 300) > 0).astype(int)
'''
STUDY = {
    "dataset": "points",
    "model": {"kind": "custom", "name": "wide", "config": {"hidden": 9}},
    "evaluation": {"folds": 3, "final_repeats": 0},
    "training": {"epochs": 30, "batch_size": 25, "learning_rate": 0.02},
    "budget": {"max_trials": 8},
}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder that pip has installed the package into."""
    source, site = tmp_path_factory.mktemp("acme"), tmp_path_factory.mktemp("site")
    (source / "pyproject.toml").write_text(PROJECT)
    (source / "acme_nets.py").write_text(MODULE)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(site), str(source)], check=True, capture_output=True, timeout=200)
    return site


@pytest.fixture(scope="module")
def operated(site, new_data_dir, waiting) -> Iterator[tuple[Client, Path]]:
    """A client of a service without the package, whose worker has it."""
    data_dir = new_data_dir()
    bare = {**os.environ, "RIDGELINE_POLL_SECONDS": "0.1", "RIDGELINE_ENGINE_NICENESS": "0"}
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    worker_command = [
        sys.executable,
        "-m",
        "ridgeline_worker",
        "serve",
        "--data-dir",
        str(data_dir),
        "--processes",
        "2",
    ]
    service_command = [sys.executable, "-m", "ridgeline_service", "serve", "--port", "0", "--data-dir", str(data_dir)]
    log = data_dir / "worker.log"
    with (
        log.open("w") as worker_log,
        (data_dir / "service.log").open("w") as service_log,
        subprocess.Popen(service_command, stdout=subprocess.PIPE, stderr=service_log, text=True, env=bare) as service,
        subprocess.Popen(worker_command, stderr=worker_log, env={**bare, "PYTHONPATH": path}) as worker,
    ):
        assert service.stdout is not None
        with Client(json.loads(service.stdout.readline())["url"]) as client:
            waiting(lambda: "worker.ready" in log.read_text())
            yield client, log
        service.terminate()
        worker.terminate()
        assert worker.wait(30) == 0


def test_a_custom_module_of_a_separate_package_is_trained_to_its_best_setting(operated, site, tmp_path):
    client, _ = operated
    study = client.submit(STUDY)
    assert "dropout" not in {regularizer.kind for regularizer in study.study.regularizers}
    ended = client.wait(study.id, timeout_seconds=250)
    assert ended.state is StudyState.COMPLETED, ended.detail
    best = client.best(study.id)
    assert best.trial is not None
    assert best.score < 0.55  # log 2 is what a coin has, and what no linear model betters here
    trial = best.trial
    script = snippet(study.study, trial.setting, client.dataset("points").dataset)
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-W", "error", "-c", script]
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("log_loss on 60 held-out rows: ")


def test_what_does_not_fit_the_published_model_is_refused_at_submission(operated):
    client, _ = operated
    asked = [
        ({"model": {**STUDY["model"], "config": {"hidden": 0}}}, "model.config.hidden"),
        ({"model": {**STUDY["model"], "config": {"width": 3}}}, "model.config"),
        ({"model": {**STUDY["model"], "name": "leaky"}}, "model.name"),
        ({"regularizers": ["dropout"]}, "nn.Dropout"),
    ]
    for changed, told in asked:
        with pytest.raises(Invalid, match=told):
            client.validate({**STUDY, **changed})


def test_a_module_that_lanes_cannot_train_is_named_in_the_log(operated):
    _, log = operated
    (line,) = [line for line in log.read_text().splitlines() if "model.refused" in line]
    assert json.loads(line)["model"] == "leaky"
    assert "norm.running_mean" in json.loads(line)["reason"]
