"""A custom model leaves its study with its constants, and predicts only where its package is installed."""

import io

import numpy as np
import pytest
import safetensors.torch
import torch

from ridgeline.spec import Setting
from ridgeline.spec.final import REFIT_REPEAT
from ridgeline.spec.models import Custom
from ridgeline_worker.models.registered import Unfit, load
from ridgeline_worker.portable import Model, NoModel, NoProgram, made, program, unpack
from ridgeline_worker.training import Cohort, Evaluation, Problem, evaluate, lanes_of

REFIT = Evaluation(REFIT_REPEAT, 0)
SETTING = Setting(regularizer="dropout", strengths={"rate": 0.2}, learning_rate=0.01)


@pytest.fixture
def left(study_of, stored):
    """The files of a custom model, what its lane predicts, and for which rows."""

    def leave(name, config=None, setting=SETTING):
        study = study_of("wine", regularizers=["none"])
        study = study.model_copy(update={"model": Custom(name=name, config=config or {})})
        (lane,) = lanes_of(study, [(0, setting)], [REFIT])
        problem = Problem.of(study, stored("wine"), torch.device("cpu"), [REFIT])
        state = Cohort(problem, [lane]).train(Cohort.begin(problem, [lane]), 3)
        (scored,) = evaluate(problem, state, predicting=[REFIT], keeping=[REFIT])
        files = made(study, stored("wine"), "0123456789abcdef", setting, scored.networks)
        return files, scored.predictions, problem.validations[0].x

    return leave


def test_it_predicts_what_its_lane_did_from_its_file_its_program_and_its_class(installed, left):
    installed({"wide": "Wide"})
    files, expected, x = left("wide", {"hidden": 5})
    model = Model(*unpack(files.model))
    assert np.array_equal(model.predictions(x), expected)
    rows = torch.from_numpy(x[:, :13])
    exported = torch.export.load(io.BytesIO(program(model))).module()
    np.testing.assert_allclose(exported(rows).numpy(), expected, rtol=1e-6, atol=1e-6)
    network = load("wide").build({"hidden": 5}, model.manifest.inputs, 3, seed=9)
    network.load_state_dict(safetensors.torch.load(files.weights))
    np.testing.assert_allclose(network(rows).double().softmax(1).detach().numpy(), expected, rtol=1e-6, atol=1e-6)


def test_one_that_branches_on_values_has_no_program_and_says_why(installed, left):
    installed({"branching": "Branching"})
    files, expected, x = left("branching", setting=Setting(regularizer="none", strengths={}, learning_rate=0.01))
    model = Model(*unpack(files.model))
    assert np.array_equal(model.predictions(x), expected)
    with pytest.raises(NoProgram, match=r"torch.export cannot take the model \(.*data-dependent"):
        program(model)


def test_where_it_is_not_installed_or_another_its_file_is_refused(installed, left, monkeypatch):
    installed({"wide": "Wide"})
    files, _, _ = left("wide", {"hidden": 5})
    manifest, fitted, weights = unpack(files.model)
    other = manifest.model_copy(update={"model": Custom(name="wide", config={"hidden": 6})})
    with pytest.raises(NoModel, match="of its own model"):
        Model(other, fitted, weights)
    monkeypatch.setattr("ridgeline_worker.models.registered.registered", tuple)
    with pytest.raises(Unfit, match=r"must be an entry point of ridgeline\.models in one package but got none"):
        Model(*unpack(files.model))
