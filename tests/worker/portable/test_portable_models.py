"""A model that leaves its study predicts as its lane did: from its file, as a program, and in the study's script."""

import io

import numpy as np
import pytest
import safetensors.numpy
import safetensors.torch
import torch

from ridgeline.spec.snippet import snippet
from ridgeline_worker.portable import program

MLP = {"kind": "mlp", "hidden": [6, 6, 5]}
RESIDUAL = {"kind": "residual_mlp", "width": 6, "blocks": 2, "expansion": 2}
CONV = {"kind": "conv2d", "shape": [1, 8, 8], "channels": [3, 4], "kernel_size": 3, "pool": 2, "hidden": [7]}
CASES = {
    "linear": ("diabetes", "linear", {}),
    "ema": ("iris", MLP, {"ema": {"half_life": 1.0}, "l2": {"strength": 0.01}}),
    "swa and batch_norm": ("breast_cancer", MLP, {"swa": {"start": 0.5}, "batch_norm": {"on": 1.0}}),
    "snapshots": ("diabetes", MLP, {"snapshot_ensemble": {"cycles": 2.0}, "dropout": {"rate": 0.2}}),
    "stopped": ("iris", MLP, {"early_stopping": {"epochs": 2.0}, "dropconnect": {"rate": 0.2}}),
    "skip": ("wine", MLP, {"skip": {"on": 1.0}, "stochastic_depth": {"rate": 0.3}, "layer_norm": {"on": 1.0}}),
    "twins": ("iris", RESIDUAL, {"shake_shake": {"on": 1.0}, "batch_norm": {"on": 1.0}}),
    "residual": ("iris", RESIDUAL, {"shake_drop": {"rate": 0.5}, "gaussian_dropout": {"rate": 0.1}}),
    "convolutional": ("digits", CONV, {"batch_norm": {"on": 1.0}, "dropout": {"rate": 0.1}}),
}


@pytest.fixture(params=CASES, scope="module")
def kept(request, refitted):
    return refitted(*CASES[request.param])


def test_its_file_predicts_what_the_lane_predicted(kept):
    assert np.array_equal(kept.model.predictions(kept.x), kept.predictions)


def test_its_program_predicts_it_for_any_number_of_rows(kept):
    loaded = torch.export.load(io.BytesIO(program(kept.model))).module()
    x = torch.from_numpy(kept.x[:, : len(kept.model.manifest.places)]).to(kept.model.dtype)
    for rows in (1, len(x)):
        np.testing.assert_allclose(loaded(x[:rows]).numpy(), kept.predictions[:rows], rtol=1e-6, atol=1e-6)


def test_its_weights_fit_the_module_of_the_script(kept, monkeypatch):
    names = {"__name__": "script"}
    monkeypatch.setattr(torch.optim, "Adam", lambda *_, **__: pytest.skip())
    with pytest.raises(pytest.skip.Exception):
        exec(compile(snippet(kept.study, kept.setting), "script.py", "exec"), names)
    state, members = safetensors.torch.load(kept.files.weights), kept.model.manifest.members
    outputs = []
    for number in range(members):
        before = f"{number}." if members > 1 else ""
        own = {name.removeprefix(before): value for name, value in state.items() if name.startswith(before)}
        names["model"].load_state_dict(own)
        names["model"].eval()
        with torch.no_grad():
            x = torch.from_numpy(kept.x[:, : len(kept.model.manifest.places)])
            outputs.append(names["model"](x).double().numpy())
    fitted = kept.model.fitted
    found = np.mean(outputs, axis=0) * fitted.target_scale + fitted.target_mean
    if kept.study.task.is_classification:
        chosen = found.argmax(axis=1) if found.shape[1] > 1 else (found[:, 0] > 0).astype(int)
        assert chosen.tolist() == kept.predictions.argmax(axis=1).tolist()
    else:
        np.testing.assert_allclose(found[:, 0], kept.predictions, rtol=1e-5)
