"""Kinds that know inputs, units or rows, on models whose weights and rows are no plain matrices."""

import numpy as np
import pytest
import torch

from ridgeline.kinds import CATALOGUE
from ridgeline_worker.training import Cohort, evaluate
from ridgeline_worker.training.matrices import weight_matrices

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


@pytest.fixture
def embedded(kept, problem_on):
    """Two numbers, one of them missing in places, and two categories, embedded."""
    random = np.random.default_rng(0)
    columns = {
        "a": random.normal(size=90),
        "b": [None if i % 7 == 0 else float(i % 5) for i in range(90)],
        "c": [f"c{i}" for i in random.integers(0, 6, 90)],
        "d": [f"d{i}" for i in random.integers(0, 3, 90)],
        "y": [f"y{i}" for i in random.integers(0, 3, 90)],
    }

    def make(categories):
        model = {"kind": "mlp", "hidden": [8], "categories": categories}
        return problem_on(*kept(columns), model=model, evaluation={"folds": 2})

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
