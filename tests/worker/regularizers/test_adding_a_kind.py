"""The worked example of the documentation runs as it stands."""

import re
from pathlib import Path

import pytest
import torch

from ridgeline.kinds import CATALOGUE
from ridgeline.spec import Setting
from ridgeline.spec.snippet import snippet
from ridgeline.spec.snippet.kinds import SCRIPTS
from ridgeline_worker.regularizers import REGULARIZERS

PAGE = Path(__file__).parents[3] / "docs" / "adding-a-kind.md"


@pytest.fixture
def blocks():
    """What each block of the page defines."""
    found = []
    for source in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        names: dict[str, object] = {"__name__": "example"}
        exec(compile(source, str(PAGE), "exec"), names)
        found.append(names)
    return found


@pytest.fixture
def added(blocks, monkeypatch):
    """The kind in both catalogues."""
    declared, formula, _, script = blocks
    monkeypatch.setitem(CATALOGUE, "log_cosh", declared["LogCosh"])
    monkeypatch.setitem(REGULARIZERS, "log_cosh", formula["LogCosh"]())
    monkeypatch.setitem(SCRIPTS, "log_cosh", script["LogCosh"]())


def test_its_own_test_passes(blocks, added):
    blocks[2]["test_log_cosh_adds_the_gradient_of_its_penalty"]()


def test_it_trains_beside_other_kinds_and_is_none_at_neutral(added, problem_of, lanes_of, trained):
    problem = problem_of("wine", evaluation={"folds": 2})
    strengths = [{}, {"log_cosh": {"strength": 0.0}}, {"dropout": {"rate": 0.2}}, {"log_cosh": {"strength": 0.1}}]
    lanes = lanes_of(problem, strengths)
    state, scores = trained(problem, lanes, 9)
    assert torch.equal(state.theta[2:4], state.theta[:2])
    assert not torch.equal(state.theta[6:8], state.theta[:2])
    assert trained(problem, lanes[6:], 9)[1] == scores[6:]


def test_its_range_and_default_are_those_of_its_declaration(added):
    bounds = CATALOGUE["log_cosh"].bounds["strength"]
    assert (bounds.low, bounds.default_value(50), bounds.neutral) == (1e-6, 1e-4, 0.0)


def test_its_script_shrinks_weights_by_its_gradient(added, study_of):
    """Steps so small that the loss moves nothing: what is left is w <- w - rate strength tanh w, step by step."""
    training = {"epochs": 2, "batch_size": 64, "precision": "float64", "optimizer": "sgd"}
    study = study_of("wine", model="linear", regularizers=["none"], training=training)
    weights = []
    for strength in (0.0, 1e6):
        setting = Setting(regularizer="log_cosh", strengths={"strength": strength}, learning_rate=1e-7)
        names = {"__name__": "script"}
        exec(compile(snippet(study, setting), "script.py", "exec"), names)
        weights.append(names["model"].weight.detach())
    torch.set_default_dtype(torch.float32)
    expected = weights[0].clone()
    for _ in range(2 * study.training.steps_per_epoch):
        expected -= 0.1 * expected.tanh()
    torch.testing.assert_close(weights[1], expected, rtol=1e-4, atol=1e-6)
