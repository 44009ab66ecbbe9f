"""Kinds that know inputs, units or rows, on models whose weights and rows are no plain matrices."""

from math import prod

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from ridgeline.kinds import CATALOGUE, structure_of
from ridgeline.spec import StudySpec, resolve
from ridgeline.spec.columns import Inputs
from ridgeline.spec.models import Conv1d, Conv2d
from ridgeline_worker.models import build
from ridgeline_worker.regularizers import REGULARIZERS
from ridgeline_worker.training import Cohort, Draws, Evaluation, Layout, Problem, evaluate
from ridgeline_worker.training.matrices import weight_matrices
from ridgeline_worker.training.sites import StepSites

MIX = {"mixup": {"alpha": 0.4}, "fgsm": {"epsilon": 0.05}, "sam": {"rho": 0.05}, "gradient_penalty": {"strength": 0.1}}

MIXED = [
    "group_lasso",
    "max_norm",
    "input_dropout",
    "input_noise",
    "cutout",
    "mixup",
    "cutmix",
    "fgsm",
    "gradient_penalty",
    "activity",
    "orthogonality",
    "spectral",
]


def strong(kind):
    return {name: (b.high if b.more_is_stronger else b.low) for name, b in CATALOGUE[kind].bounds.items()}


def mixed_columns():
    """Two numbers, one of them missing in places, and two categories."""
    random = np.random.default_rng(0)
    return {
        "a": random.normal(size=90),
        "b": [None if i % 7 == 0 else float(i % 5) for i in range(90)],
        "c": [f"c{i}" for i in random.integers(0, 6, 90)],
        "d": [f"d{i}" for i in random.integers(0, 3, 90)],
        "y": [f"y{i}" for i in random.integers(0, 3, 90)],
    }


@pytest.fixture
def embedded(kept, problem_on):
    """The problem of these columns, one-hot or embedded."""

    def make(categories):
        model = {"kind": "mlp", "hidden": [8], "categories": categories}
        return problem_on(*kept(mixed_columns()), model=model, evaluation={"folds": 2})

    return make


@pytest.fixture
def embedded_study(kept):
    """The study of these columns, and their table."""

    def make(model):
        table, facts = kept(mixed_columns())
        training = {"epochs": 3, "batch_size": 32}
        asked = {"dataset": "kept", "model": model, "evaluation": {"folds": 2}, "training": training}
        return resolve(StudySpec.model_validate(asked), facts), table.path

    return make


def test_what_encodes_a_raw_feature_is_one_group(embedded):
    problem = embedded("one_hot")
    assert problem.shape.feature.tolist() == [0, 1, 1, *([2] * 6), *([3] * 3)]
    first = weight_matrices(problem)[0]
    assert first.groups.sizes[:4].tolist() == [8, 16, 48, 24]


def test_the_categories_of_an_embedded_column_are_one_group(embedded):
    problem = embedded("embedding")
    assert (problem.shape.width, problem.shape.numbers, problem.shape.features) == (5, 3, 4)
    tables = [matrix for matrix in weight_matrices(problem) if matrix.parameter.is_one_input]
    assert [matrix.groups.sizes.tolist() for matrix in tables] == [[m.parameter.own_size] for m in tables]


@pytest.mark.parametrize("categories", ["one_hot", "embedding"])
def test_all_kinds_train_with_categories_and_a_lane_alone_is_the_same(embedded, lanes_of, trained, categories):
    problem = embedded(categories)
    lanes = lanes_of(problem, [{}, *({kind: strong(kind)} for kind in MIXED)])
    state, scores = trained(problem, lanes, 6)
    assert all(score.score is not None for score in scores)
    for index, lane in enumerate(lanes[2:], start=2):
        assert not torch.equal(state.theta[index], state.theta[lane.evaluation.fold])
        alone = Cohort(problem, [lane]).train(Cohort.begin(problem, [lane]), 6)
        assert torch.equal(alone.theta[0], state.theta[index])
        assert evaluate(problem, alone)[0] == scores[index]


def test_inputs_and_outputs_of_filters_are_channels(kept, problem_on, lanes_of, trained):
    """A limit on the weights into a channel, and channels that go out as a whole."""
    random = np.random.default_rng(0)
    series = {f"t{i}": random.normal(size=60) for i in range(16)} | {"y": [f"y{i % 2}" for i in range(60)]}
    model = {"kind": "conv1d", "channels": [4, 6], "kernel_size": 3, "hidden": [8]}
    problem = problem_on(*kept(series), model=model, evaluation={"folds": 2})
    settings = [{"max_norm": {"limit": 0.2}}, {"group_lasso": {"strength": 0.3}}]
    state, _ = trained(problem, lanes_of(problem, settings, learning_rate=0.05), 40)
    filters = problem.layout.views(state.theta)["filter1"]
    assert filters.shape[1:] == (6, 4, 3)
    assert filters[0].flatten(1).norm(dim=1).max() <= 0.2 + 1e-6
    gone = (filters[2] == 0).all(dim=2).all(dim=0)
    assert gone.any()
    assert torch.equal(gone, (filters[2] == 0).any(dim=2).any(dim=0))


STATIC_ON = {
    "mlp": ({"kind": "mlp", "hidden": [7, 7]}, [["batch_norm"], ["layer_norm"], ["skip", "shake_shake", "batch_norm"]]),
    "residual_mlp": ({"kind": "residual_mlp", "width": 7}, [["batch_norm", "shake_shake"], ["layer_norm"]]),
}


@pytest.mark.parametrize("model", STATIC_ON)
@pytest.mark.parametrize("branches", [{}, {"shake_drop": {"rate": 0.5}}, {"stochastic_depth": {"rate": 0.5}}], ids=str)
def test_static_kinds_train_with_embeddings_and_a_lane_alone_is_the_same(
    embedded_study, lanes_of, trained, model, branches
):
    spec, structures = STATIC_ON[model]
    study, path = embedded_study(spec | {"categories": "embedding"})
    plain = Problem.of(study, path, torch.device("cpu"))
    for static in structures:
        if branches and "shake_shake" in static:
            continue
        skip = {"skip": {"on": 1.0}} if branches and model == "mlp" else {}
        setting = {kind: {"on": 1.0} for kind in static} | skip
        problem = plain.structured(study, structure_of(setting))
        settings = [setting, setting | branches | {"dropout": {"rate": 0.3}}, setting | branches | MIX]
        lanes = lanes_of(problem, settings)
        state, scores = trained(problem, lanes, 6)
        assert all(score.score is not None for score in scores)
        assert (state.theta[:, ~problem.layout.real()] == 0).all()
        for index in (1, 3, 5):
            alone = Cohort(problem, [lanes[index]]).train(Cohort.begin(problem, [lanes[index]]), 6)
            assert torch.equal(alone.theta[0], state.theta[index])
            assert evaluate(problem, alone)[0] == scores[index]


@pytest.mark.parametrize("kind", ["batch_norm", "layer_norm"])
@pytest.mark.parametrize("axes", [1, 2])
def test_on_convolutions_a_normalization_is_of_channels(kind, axes):
    torch.manual_seed(0)
    side = (8,) if axes == 1 else (6, 4)
    inputs = Inputs(numbers=2 * prod(side), shape=(2, *side))
    model = {1: Conv1d, 2: Conv2d}[axes](channels=(3,), kernel_size=3, hidden=(5,))
    layout = Layout(build(model, inputs, 2, frozenset({kind})))
    theta = layout.initial(Draws(0), [Evaluation(0, 0)] * 2, torch.float64).requires_grad_()
    rows = torch.randn(2, 12, 2 * prod(side), dtype=torch.float64)
    real = torch.tensor([[1.0] * 9 + [0.0] * 3, [1.0] * 12], dtype=torch.float64)
    sites = StepSites(lambda hidden, _: hidden, (), lambda _: None, REGULARIZERS[kind], real, None)
    outputs = layout.model.forward(layout.views(theta), functional.pad(rows, (0, -rows.shape[2] % 4)), sites)
    (gradient,) = torch.autograd.grad((outputs.square() * real.unsqueeze(2)).sum(), theta)
    convolution, pool = {1: (nn.Conv1d, nn.MaxPool1d), 2: (nn.Conv2d, nn.MaxPool2d)}[axes]
    of_channels, of_units = nn.GroupNorm(1, 3), nn.LayerNorm(5)
    if kind == "batch_norm":
        of_channels, of_units = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}[axes](3), nn.BatchNorm1d(5)
    flat = 3 * prod(length // 2 for length in side)
    first = [nn.Unflatten(1, (2, *side)), convolution(2, 3, 3, padding="same"), of_channels, nn.ReLU(), pool(2)]
    network = nn.Sequential(*first, nn.Flatten(), nn.Linear(flat, 5), of_units, nn.ReLU(), nn.Linear(5, 2)).double()
    views = layout.views(theta.detach())
    with torch.no_grad():
        network[1].weight.copy_(views["filter0"][0])
        network[1].bias.copy_(views["filter_bias0"][0])
        for place, layer in ((6, 0), (9, 1)):
            out, into = network[place].weight.shape
            network[place].weight.copy_(views[f"weight{layer}"][0, :into, :out].T)
            network[place].bias.copy_(views[f"bias{layer}"][0, 0, :out])
    for lane, count in ((0, 9), (1, 12)):
        expected = network(rows[lane, :count])
        torch.testing.assert_close(outputs[lane, :count], expected)
        network.zero_grad()
        expected.square().sum().backward()
        found = layout.views(gradient)
        torch.testing.assert_close(found["filter0"][lane], network[1].weight.grad)
        torch.testing.assert_close(found["gain0"][lane], of_channels.weight.grad)
        torch.testing.assert_close(found["shift1"][lane, :5], of_units.bias.grad)
